"""The addresses: ``/``, ``/projects/…``, ``/evidence/….png``, ``/api/search``, ``/api/projects/…``."""

import logging
import re
from threading import BoundedSemaphore

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlmodel import Session

from models.archive import ArchiveError
from models.masking import mask_dossier
from models.records import Dossier
from models.reference import municipality_name
from models.search import Results, find
from models.store import find_figures, find_projects, get_sources, load_dossier
from web.feed import failures_feed
from web.inquiry import Inquiry, read_inquiry
from web.records import project_record, result_record
from web.rendering import Renderer, words_of
from web.search_page import FIGURES, NEWEST, NEWEST_FIGURES, PAGE, search_page
from web.sources_page import sources_page
from web.views import SeveralPage, project_link, project_page

#: How many projects a fragment lists at most.
MOST = 50
#: How far a search can be leafed through.
FURTHEST = 100_000
#: Pictures drawn at a time: a scanned page takes seconds of a core, and pages are to be answered meanwhile.
_drawing = BoundedSemaphore(2)
_KEY = re.compile(r"[0-9a-f]{20}")
_log = logging.getLogger(__name__)


def make_router(renderer: Renderer) -> APIRouter:
    """Make the routes. They are plain functions: a thread of the server's pool runs each."""
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    def search(request: Request) -> Response:
        words = words_of(request)
        inquiry = _inquiry(request)
        offset = _number(request, "offset", 0, FURTHEST)
        with renderer.database.reading() as session:
            # Without a question the page shows what is newest, so that a newcomer sees something.
            limit, figures = (PAGE, FIGURES) if inquiry.asked else (NEWEST, NEWEST_FIGURES)
            found = None if inquiry.problems else _find(session, inquiry, limit, offset, figures)
            sources = get_sources(session)
        places = sorted({name for one in sources if (name := municipality_name(one.municipality or ""))})
        stored = bool(sources)
        return renderer.page(request, "search.html", search_page(inquiry, found, offset, words, places, stored=stored))

    @router.get("/api/search")
    def search_as_json(request: Request) -> Response:
        """Answer a search: ``q`` and the fields of the page, ``limit`` to 100, ``offset``; a wrong field is a 422."""
        inquiry = _inquiry(request)
        if inquiry.problems:
            code = words_of(request).code
            problems = [{"field": one.field, "error": one.said(code)} for one in inquiry.problems]
            return JSONResponse({"error": problems[0]["error"], "problems": problems}, 422)
        offset = _number(request, "offset", 0, FURTHEST)
        with renderer.database.reading() as session:
            found = _find(session, inquiry, _number(request, "limit", PAGE, 100), offset, FIGURES)
        results = [result_record(one) for one in found.results]
        return JSONResponse({"total": found.total, "offset": offset, "results": results})

    @router.get("/projects/{name:path}", include_in_schema=False)
    def project(request: Request, name: str) -> Response:
        words = words_of(request)
        found = _dossiers(renderer, name)
        if not found:
            message = words.word("error", "no_project").format(word=name)
            return renderer.refusal(request, 404, message, words.word("error", "no_project_now"))
        if len(found) == 1:
            return renderer.page(request, "project.html", project_page(found[0], words))
        heading = words.word("project", "several").format(word=name)
        links = tuple(project_link(one.project, words) for one in found)
        return renderer.page(request, "several.html", SeveralPage(heading, links))

    @router.get("/sources", include_in_schema=False)
    def sources(request: Request) -> Response:
        with renderer.database.reading() as session:
            page = sources_page(session, words_of(request))
        return renderer.page(request, "sources.html", page)

    @router.get("/findings.atom", include_in_schema=False)
    def failures(request: Request) -> Response:
        """Return the open failures of sites for a feed reader."""
        with renderer.database.reading() as session:
            feed = failures_feed(session, words_of(request))
        return Response(feed, media_type="application/atom+xml")

    @router.get("/api/projects/{name:path}")
    def project_as_json(request: Request, name: str) -> Response:
        """Return the projects that a code, a fragment of one or a short name means, each with its claims."""
        found = _dossiers(renderer, name)
        if not found:
            words = words_of(request)
            return renderer.refusal(request, 404, words.word("error", "no_project").format(word=name))
        return JSONResponse({"projects": [project_record(one) for one in found]})

    @router.get("/evidence/{key}.png", include_in_schema=False)
    def picture(request: Request, key: str) -> Response:
        png = _picture(renderer, key) if _KEY.fullmatch(key) else None
        if png is None:
            return renderer.refusal(request, 404, words_of(request).word("error", "no_picture"))
        return Response(png, media_type="image/png", headers={"Content-Disposition": f'inline; filename="{key}.png"'})

    return router


def _picture(renderer: Renderer, key: str) -> bytes | None:
    """Return the picture of a figure's place, None where there is none; why is logged."""
    # They load what draws pages, which no other page needs.
    from extractors.page_picture import NoPicture
    from web.proof import Unproven, load_proof

    with renderer.database.reading() as session:
        found = find_figures(session, key, 1)
        if not found:
            return None
        try:
            proof = load_proof(session, renderer.database.settings, found[0])
        except (Unproven, ArchiveError) as error:
            _log.warning("%s", error)
            return None
    with _drawing:
        try:
            return proof.picture().png
        except NoPicture as error:
            _log.info("%s: %s", key, error)
            return None


def _inquiry(request: Request) -> Inquiry:
    return read_inquiry(request.query_params, request.query_params.get("q", ""))


def _number(request: Request, name: str, default: int, most: int) -> int:
    """Read a number that links carry; anything else is the default, for nobody types it."""
    text = request.query_params.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _find(session: Session, inquiry: Inquiry, limit: int, offset: int, figures: int) -> Results:
    return find(session, inquiry.words, inquiry.filters, limit=limit, offset=offset, figures=figures)


def _dossiers(renderer: Renderer, name: str) -> list[Dossier]:
    with renderer.database.reading() as session:
        return [mask_dossier(load_dossier(session, one)) for one in find_projects(session, name, MOST)]
