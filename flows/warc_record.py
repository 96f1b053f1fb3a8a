"""Records for the archive's files, packed: what a server answered, what it was asked, what a person handed in.

A body is kept decoded, so headers of its transfer are left out. Bytes that came before from another address become a
``revisit``: it has the headers of the answer and says where the bytes are.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from models.archive import REFERS_TO_FILE, REFERS_TO_OFFSET
from models.keys import digest

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer of a server, body decoded from its transfer's compression."""

    address: str
    fetched_at: datetime
    method: str
    request_headers: Headers
    status: int
    reason: str
    headers: Headers
    body: bytes
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """The record that holds bytes which came again from another address: whose it is, its WARC-Date, its place."""

    address: str
    date: str
    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file that a person saved and handed in: the address that it was saved from, and when, as that person says."""

    address: str
    fetched_at: datetime
    media_type: str
    body: bytes
    notes: Mapping[str, str]


def answer_record(exchange: Exchange, original: Original | None) -> bytes:
    """Return the record of what a server answered: its response, or a revisit of the same bytes elsewhere."""
    payload_digest = f"sha256:{digest(exchange.body)}"
    http = StatusAndHeaders(
        f"{exchange.status} {exchange.reason}", _as_decoded(exchange.headers, len(exchange.body)), protocol="HTTP/1.1"
    )
    told = {"WARC-Date": _date(exchange.fetched_at)}
    if exchange.server:
        told["WARC-IP-Address"] = exchange.server
    if original is None:
        return _packed(
            exchange.address, "response", exchange.body, http, told | {"WARC-Payload-Digest": payload_digest}
        )
    told |= {REFERS_TO_FILE: original.file, REFERS_TO_OFFSET: str(original.offset)}
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    writer.write_record(
        writer.create_revisit_record(
            exchange.address, payload_digest, original.address, original.date, http, warc_headers_dict=told
        )
    )
    return buffer.getvalue()


def request_record(exchange: Exchange) -> bytes:
    """Return the record of what the server was asked."""
    _, _, rest = exchange.address.partition("://")
    line = f"{exchange.method} /{rest.partition('/')[2]} HTTP/1.1"
    http = StatusAndHeaders(line, _sound(exchange.request_headers), is_http_request=True)
    return _packed(exchange.address, "request", b"", http, {"WARC-Date": _date(exchange.fetched_at)})


def resource_record(file: TakenIn) -> bytes:
    """Return the record of a file that was handed in, with what is told of it."""
    told = {
        "WARC-Date": _date(file.fetched_at),
        "Content-Type": file.media_type,
        "WARC-Payload-Digest": f"sha256:{digest(file.body)}",
        **dict(_sound(file.notes.items())),
    }
    return _packed(file.address, "resource", file.body, None, told)


def _packed(address: str, kind: str, body: bytes, http: StatusAndHeaders | None, told: dict[str, str]) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    writer.write_record(
        writer.create_warc_record(
            address, kind, payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=told
        )
    )
    return buffer.getvalue()


def _date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _sound(headers: Iterable[tuple[str, str]]) -> Headers:
    """Leave out headers whose names are none (RFC 9110, 5.1), which no WARC can hold, and line ends in values."""
    return [(name, " ".join(value.split())) for name, value in headers if _TOKEN.fullmatch(name)]


def _as_decoded(headers: Iterable[tuple[str, str]], length: int) -> Headers:
    """Leave out headers of the transfer, which are untrue of a body that is kept decoded."""
    transfer = {"content-encoding", "transfer-encoding", "content-length"}
    kept = [(name, value) for name, value in _sound(headers) if name.casefold() not in transfer]
    return [*kept, ("Content-Length", str(length))]
