"""Packed answers unpacked, never beyond the limit and never in part: gzip, deflate, Brotli, Zstandard.

Scrapy's own middleware gives what there is of an answer whose packing breaks off; a page that is half there would be
read as a whole one.
"""

import sys
import zlib
from collections.abc import Callable, Iterator

import brotli
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from flows.fetch_failure import TruncatedError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PIECE = 65536
#: A server packs once; what is packed over and over is a bomb.
_MOST_LAYERS = 2


class Unpacking:
    """Scrapy downloader middleware in the place of Scrapy's HttpCompressionMiddleware."""

    def __init__(self, crawler: Crawler) -> None:
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Unpacking":
        """Make the middleware, as Scrapy asks for it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say what can be unpacked."""
        request.headers.setdefault("Accept-Encoding", ", ".join(_UNPACKERS))

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the answer unpacked; TruncatedError where it is too large or broken."""
        header = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        layers = [name.strip().casefold().removeprefix("x-") for name in header.split(",")]
        layers = [name for name in layers if name not in ("", "identity")]
        if not layers or not response.body:
            return response
        if len(layers) > _MOST_LAYERS:
            raise TruncatedError(f"packed {len(layers)} times over ({header[:60]})")
        body = response.body
        for name in reversed(layers):
            if name not in _UNPACKERS:
                raise TruncatedError(f"packed as {name[:20]!r}, which was not asked for")
            body = unpack(body, name, self._most)
        unpacked: Response = response.replace(body=body)
        del unpacked.headers["Content-Encoding"]
        return unpacked


def unpack(data: bytes, name: str, most: int) -> bytes:
    """Return the content of packed data, at most ``most`` bytes; TruncatedError where it is more, or breaks off."""
    pieces, size = [], 0
    try:
        for piece in _UNPACKERS[name](data):
            size += len(piece)
            if size > most:
                raise TruncatedError("larger than the recipe's limits.bytes when unpacked")
            pieces.append(piece)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise TruncatedError(f"its {name} packing is broken") from error
    return b"".join(pieces)


def _gzip(data: bytes) -> Iterator[bytes]:
    while data.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield from _zlib(member, data)
        # Another member may follow; what else stands behind the last is padding.
        data = member.unused_data.lstrip(b"\0")
        if not data.startswith(b"\x1f\x8b"):
            return
    raise zlib.error("no gzip")


def _deflate(data: bytes) -> Iterator[bytes]:
    # Some servers of Microsoft's leave out zlib's two bytes at the beginning.
    has_head = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    yield from _zlib(zlib.decompressobj(zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS), data)


def _zlib(unpacker: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    while not unpacker.eof:
        piece = unpacker.decompress(data, _PIECE)
        data = unpacker.unconsumed_tail
        yield piece
        if not piece and not data and not unpacker.eof:
            raise TruncatedError("the packed answer breaks off")


def _brotli(data: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    piece = unpacker.process(data, output_buffer_limit=_PIECE)
    while piece:
        yield piece
        piece = unpacker.process(b"", output_buffer_limit=_PIECE) if not unpacker.is_finished() else b""
    if not unpacker.is_finished():
        raise TruncatedError("the packed answer breaks off")


def _zstd(data: bytes) -> Iterator[bytes]:
    while data:
        unpacker = zstd.ZstdDecompressor()
        while not unpacker.eof:
            piece = unpacker.decompress(data, _PIECE)
            data = b""
            yield piece
            if not piece and unpacker.needs_input:
                raise TruncatedError("the packed answer breaks off")
        data = unpacker.unused_data


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
