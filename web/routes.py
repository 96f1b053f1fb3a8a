"""The addresses: ``/``, ``/projects/…``, ``/api/search``, ``/api/projects/…``."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from models.masking import mask_dossier
from models.records import Dossier
from models.store import find_projects, load_dossier
from web.records import project_record
from web.site import Site, words_of
from web.views import SeveralPage, project_link, project_page

#: How many projects a fragment lists at most.
MOST = 50


def make_router(site: Site) -> APIRouter:
    """Make the routes of a site. They are plain functions: a thread of the server's pool runs each."""
    router = APIRouter()

    @router.get("/projects/{name:path}", include_in_schema=False)
    def project(request: Request, name: str) -> Response:
        words = words_of(request)
        found = _dossiers(site, name)
        if not found:
            message = words.word("error", "no_project").format(word=name)
            return site.refusal(request, 404, message, words.word("error", "no_project_now"))
        if len(found) == 1:
            return site.page(request, "project.html", project_page(found[0], words))
        heading = words.word("project", "several").format(word=name)
        links = tuple(project_link(one.project, words) for one in found)
        return site.page(request, "several.html", SeveralPage(heading, links))

    @router.get("/api/projects/{name:path}")
    def project_as_json(request: Request, name: str) -> Response:
        """Return the projects that a code, a fragment of one or a short name means, each with its claims."""
        found = _dossiers(site, name)
        if not found:
            words = words_of(request)
            return site.refusal(request, 404, words.word("error", "no_project").format(word=name))
        return JSONResponse({"projects": [project_record(one) for one in found]})

    return router


def _dossiers(site: Site, name: str) -> list[Dossier]:
    with site.database.reading() as session:
        return [mask_dossier(load_dossier(session, one)) for one in find_projects(session, name, MOST)]
