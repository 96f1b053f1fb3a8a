"""One request sent and its answer taken: in its turn, to the checked address, with deadlines, whole or told as cut off.

Scrapy's own handler does the work. Added are the server's turn, a deadline for connecting and for silence besides that
of the whole, and the notice of a server that sends more than it said: its answer ends somewhere in the midst.
"""

import asyncio
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import DNSLookupError
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from flows.fetch_failure import TruncatedError
from flows.network import LOOPBACK_PORTS, PrivateAddressError
from flows.retry_after import PATIENCE, retry_after
from flows.turns import Turn

#: Settings: where locks are kept, the site's name, the pause after a request, hosts with unverified certificates.
HOME, SITE, DELAY, UNVERIFIED = "OTCHET_HOME", "OTCHET_SITE", "OTCHET_DELAY", "OTCHET_UNVERIFIED"
#: Of a request: the pause after it, in seconds, where it is longer than the recipe's.
PAUSE = "otchet_pause"
#: Settings: seconds for connecting, and for silence in the midst of an answer.
CONNECT, SILENCE = "OTCHET_CONNECT", "OTCHET_SILENCE"
_BEGUN = "otchet_begun"


class Handler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, in turns."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._ports: dict[str, int] = settings.getdict(LOOPBACK_PORTS)
        self._home, self._site = Path(settings[HOME]), settings[SITE]
        self._delay = settings.getfloat(DELAY)
        self._whole = settings.getfloat("DOWNLOAD_TIMEOUT")
        self._connect = min(settings.getfloat(CONNECT), self._whole)
        self._silence = min(settings.getfloat(SILENCE), self._whole)
        self._pool._factory = _Factory
        self._contextFactory: Any = _Certificates(self._contextFactory, frozenset(settings.getlist(UNVERIFIED)))
        self._turns: dict[str, Turn] = {}
        crawler.signals.connect(self._heard, signals.headers_received)
        crawler.signals.connect(self._heard, signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """Download in the server's turn; the response bears the address that was asked for."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        server = await _address_of(host)
        wire = request
        if port := self._ports.get(host):
            wire = request.replace(url=parts._replace(netloc=f"{host}:{port}").geturl())
            wire.headers["Host"] = parts.netloc
        pause = max(self._delay, request.meta.get(PAUSE, 0.0))
        if not pause:
            response = await self._whole_answer(wire)
            return response.replace(url=request.url)
        turn = self._turns.setdefault(server, Turn(self._home, server, self._site))
        while wait := turn.take(pause):
            await asyncio.sleep(wait)
        try:
            response = await self._whole_answer(wire)
            if response.status in (429, 503):
                # The server asks all its visitors, so all sites of the server wait.
                pause = max(pause, min(retry_after(response) or 0, PATIENCE))
        finally:
            turn.give_back(pause)
        return response.replace(url=request.url)

    def _heard(self, request: Request, **_: Any) -> None:  # noqa: ANN401 - Scrapy's signal
        request.meta[_BEGUN] = time.monotonic()

    async def _whole_answer(self, request: Request) -> Response:
        request.meta.pop(_BEGUN, None)
        download = asyncio.ensure_future(self._download(request))
        try:
            while not (await asyncio.wait({download}, timeout=self._silence / 4))[0]:
                heard = request.meta.get(_BEGUN)
                if heard is not None and time.monotonic() - heard > self._silence:
                    raise TruncatedError(f"the server fell silent for {self._silence:g} seconds in the midst of it")
            return download.result()
        except DownloadTimeoutError as error:
            if _BEGUN in request.meta:
                raise TruncatedError(f"the whole did not come in {self._whole:g} seconds") from error
            raise
        finally:
            if not download.done():
                download.cancel()

    async def _download(self, request: Request) -> Response:
        agent = _Agent(
            self._connect,
            contextFactory=self._contextFactory,
            connectTimeout=self._whole,
            pool=self._pool,
            maxsize=self._default_maxsize,
            fail_on_dataloss=True,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            response: Response = await maybe_deferred_to_future(agent.download_request(request))
            return response


async def _address_of(host: str) -> str:
    from twisted.internet import reactor

    try:
        address: str = await reactor.nameResolver.lookup(host)
    except PrivateAddressError:
        raise
    except DNSLookupError as error:
        raise CannotResolveHostError(str(error)) from error
    return address


class _Agent(_ScrapyAgent):
    """Scrapy's agent with a deadline of its own for connecting, that minds what is sent beyond the answer's end."""

    def __init__(self, connect: float, **options: Any) -> None:  # noqa: ANN401 - Scrapy's
        super().__init__(**options)
        self._connect = connect

    def _get_agent(self, request: Request, timeout: float) -> Any:  # noqa: ANN401 - Twisted's
        return super()._get_agent(request, min(timeout, self._connect))

    def _cb_bodydone(self, result: Any, url: str) -> Response:  # noqa: ANN401 - Scrapy's
        if getattr(result["txresponse"], "otchet_excess", False):
            raise TruncatedError("the server sends more than the length that it says")
        response: Response = super()._cb_bodydone(result, url)
        return response


class _Protocol(_LenientHTTP11ClientProtocol):
    """Notices what a server sends after the end that it gave: a length too short cuts the page somewhere."""

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802 - Twisted's name
        # Some servers end a page with an empty line that they do not count.
        if rest.strip() and self._parser is not None and (response := getattr(self._parser, "response", None)):
            response.otchet_excess = True
        super()._finishResponse(rest)


class _Factory(_LenientHTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: ANN401, N802 - Twisted's
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


@implementer(IPolicyForHTTPS)
class _Certificates:
    """Verifies certificates, but for the hosts that the recipe names."""

    def __init__(self, verifying: Any, unverified: frozenset[str]) -> None:  # noqa: ANN401 - Scrapy's
        self._verifying, self._unverified = verifying, unverified
        self._lenient = _ScrapyClientContextFactory(verify_certificates=False)

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ANN401, N802 - Twisted's
        policy = self._lenient if hostname.decode("ascii") in self._unverified else self._verifying
        return policy.creatorForNetloc(hostname, port)
