"""Addresses of pages in one form: no session, no tracking, no portal state, nothing else changed.

``http://KUBRAT.bg:80/bg/news?id=7&PHPSESSID=9f#top`` is ``http://kubrat.bg/bg/news?id=7``. Order and spelling of the
query stay: a Domino server answers ``?OpenDocument``, not ``?OpenDocument=``.
"""

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

#: Parameters that say who asks or whence, never what is asked for.
SESSION_PARAMETERS = frozenset(
    (
        "phpsessid",
        "jsessionid",
        "sessionid",
        "session_id",
        "cfid",
        "cftoken",
        "oscsid",
        "zenid",
        "fbclid",
        "gclid",
        "gbraid",
        "wbraid",
        "dclid",
        "msclkid",
        "yclid",
        "twclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
    )
)
#: Beginnings of such: ``utm_source``, ``ASPSESSIONIDQACCQRBA``.
_SESSION_BEGINNINGS = ("utm_", "aspsessionid")
_PORTS = {"http": 80, "https": 443}
#: ``;jsessionid=A1`` of Java's servers, ``/(S(x1y2))`` of ASP.NET's without cookies.
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*|/\([A-Za-z]\([^/()]*\)\)", re.IGNORECASE)
#: A WebSphere portal keeps the reader's way through it behind this; its pages have names of their own before it.
_PORTAL_STATE = re.compile(r"(?<=/)!ut/.*")


def canonical_address(
    address: str, base: str = "", drop: tuple[str, ...] = (), cut: tuple[str, ...] = (), encoding: str = "utf-8"
) -> str | None:
    """Return the one form of a link's address, or None where it is no http(s) address.

    ``drop`` are parameters to leave out besides the session's, ``cut`` texts from which on the path is left out
    (``/!ut/`` of a WebSphere portal), ``encoding`` is the page's, in which its links' queries are written.
    """
    try:
        parts = urlsplit(safe_url_string(urljoin(base, address.strip()), encoding))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
        return None
    host = parts.hostname.rstrip(".")
    if port and port != _PORTS[parts.scheme]:
        host += f":{port}"
    path = _SESSION_IN_PATH.sub("", parts.path) or "/"
    if path.startswith("/wps/"):
        path = _PORTAL_STATE.sub("", path)
    for text in cut:
        if (at := path.find(text)) > 0:
            path = path[: at + 1] if text.startswith("/") else path[:at]
    named = [(one.partition("=")[0].casefold(), one) for one in parts.query.split("&") if one]
    dropped = SESSION_PARAMETERS | {name.casefold() for name in drop}
    if any(name == "id" for name, _ in named):
        dropped |= {"itemid"}  # Joomla's menu that one came by; alone it is the page itself
    kept = [one for name, one in named if name not in dropped and not name.startswith(_SESSION_BEGINNINGS)]
    return urlunsplit(SplitResult(parts.scheme, host, path, "&".join(kept), ""))


def readable_address(address: str) -> str:
    """Return path and query as a person reads them, percent signs undone: what a recipe's patterns are matched on."""
    parts = urlsplit(address)
    return unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else "")


def host_of(address: str) -> str:
    """Return the host's name, without port."""
    return urlsplit(address).hostname or ""
