"""What every answer carries so that harvested text can do nothing in a reader's browser."""

from urllib.parse import quote, unquote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; img-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Guard:
    """Put the headers on every answer, errors too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, guarded)


def readable(address: str) -> str:
    """Return an address as a person reads it, percent signs undone where that leaves no room for doubt.

    >>> readable("http://nesebar.test/%D0%B4%D0%BE%D0%BC/"), readable("http://a.test/%20%2F")
    ('http://nesebar.test/дом/', 'http://a.test/%20%2F')
    """
    undone = unquote(address, errors="replace")
    same = quote(undone, safe="%/:?#[]@!$&'()*+,;=~") == address
    return undone if same and undone.isprintable() and " " not in undone else address


def safe_link(address: str) -> str | None:
    """Return an address that may be a link: http and https alone, so that no `javascript:` comes through.

    >>> safe_link("https://kubrat.test/news/7"), safe_link("javascript:alert(1)")
    ('https://kubrat.test/news/7', None)
    """
    return address if address.startswith(("http://", "https://")) else None
