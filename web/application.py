"""The pages and the JSON API; they only read, and a page that fails says so in the reader's language.

uvicorn.run(create_app(Database.open(Settings.read())))
"""

import logging

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from models.database import Database
from web.guard import Guard
from web.rendering import HERE, Renderer, words_of
from web.routes import make_router

logger = logging.getLogger(__name__)


def create_app(database: Database) -> FastAPI:
    """Make the application on an open database, which stays the caller's to close."""
    # FastAPI's own pages of documentation load scripts from elsewhere.
    app = FastAPI(title="Otchet", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    renderer = Renderer.on(database)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # it is registered for no other
        words = words_of(request)
        # What was asked for is not repeated: an address can carry anything.
        message = words.word("error", "not_found") if error.status_code == 404 else str(error.detail)
        return renderer.refusal(request, error.status_code, message)

    def without_database(request: Request, error: Exception) -> Response:
        logger.error("the database did not answer %s: %s", request.url.path, error)
        return renderer.refusal(request, 503, words_of(request).word("error", "database"))

    def failed(request: Request, _error: Exception) -> Response:
        # The server logs the traceback when the error has passed through here.
        return renderer.refusal(request, 500, words_of(request).word("error", "internal"))

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(DBAPIError, without_database)
    app.add_exception_handler(Exception, failed)
    app.add_middleware(Guard)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(make_router(renderer))
    return app
