"""What every page needs: the database, the templates, the language of the request."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.database import Database
from web.guard import HEADERS
from web.language import CODES, Language, language
from web.views import ErrorPage, in_language

HERE = Path(__file__).parent


def words_of(request: Request) -> Language:
    """Return the language that the request asks for: ``?lang=en``, else Bulgarian."""
    return language(request.query_params.get("lang", CODES[0]))


@dataclass(frozen=True, slots=True)
class Renderer:
    """An open database and the templates that show it."""

    database: Database
    templates: Environment

    @classmethod
    def on(cls, database: Database) -> "Renderer":
        """Make the renderer of a database; all that a template shows is escaped, a name it misspells is an error."""
        loader = FileSystemLoader(HERE / "templates")
        templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        return cls(database, templates)

    def page(self, request: Request, template: str, page: object, status: int = 200) -> HTMLResponse:
        """Show a page in the language of the request."""
        words = words_of(request)
        parameters = {name: value for name, value in request.query_params.items() if name != "lang"}
        html = self.templates.get_template(template).render(
            page=page,
            words=words,
            home=in_language("/", words),
            sources=in_language("/sources", words),
            switch=in_language(request.url.path, language(words.other), **parameters) if status == 200 else None,
        )
        return HTMLResponse(html, status)

    def refusal(self, request: Request, status: int, message: str, advice: str = "") -> Response:
        """Say what did not work: a page to people, JSON to programs."""
        if request.url.path.startswith("/api/"):
            body: dict[str, Any] = {"error": f"{message} {advice}".strip()}
            return JSONResponse(body, status, headers=HEADERS)
        answer = self.page(request, "error.html", ErrorPage(message, advice), status)
        answer.headers.update(HEADERS)
        return answer
