"""Why a page did not come, in words: ``the certificate is not for this name``, ``nobody answers there``."""

from OpenSSL import SSL
from scrapy import exceptions as scrapy_errors
from service_identity import VerificationError
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from flows.network import PrivateAddressError


class TruncatedError(Exception):
    """An answer that did not come whole; the message says why in one line."""


_CUT_OFF: tuple[tuple[type[BaseException], str], ...] = (
    (scrapy_errors.ResponseDataLossError, "the answer broke off before its end"),
    (scrapy_errors.DownloadCancelledError, "larger than the recipe's limits.bytes"),
)
_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (VerificationError, "the certificate is for another name"),
    *_CUT_OFF,
    (scrapy_errors.DownloadTimeoutError, "no answer in time"),
    (scrapy_errors.DownloadConnectionRefusedError, "nobody answers there (connection refused)"),
)


def reason_of(error: BaseException) -> str:
    """Say in one line why a request failed."""
    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, TruncatedError):
            return _line(one)
    for type_, words in _WORDS:
        if any(isinstance(one, type_) for one in chain):
            return words
    for one in chain:
        if isinstance(one, SSL.Error):
            return f"the certificate is not trusted ({_openssl(one)})"
        if isinstance(one, (scrapy_errors.CannotResolveHostError, DNSLookupError)):
            return f"the name leads nowhere ({_line(one)})"
    return f"the connection failed ({type(chain[-1]).__name__}: {_line(chain[-1])})"


def is_truncated(error: BaseException) -> bool:
    """Say whether an answer came in part: cut off by the server, by the way, or by a limit of ours."""
    types: list[type[BaseException]] = [TruncatedError, *(type_ for type_, _ in _CUT_OFF)]
    return any(isinstance(one, tuple(types)) for one in _chain(error))


def is_lasting(error: BaseException) -> bool:
    """Say whether asking again at once is of no use: a wrong certificate, a private address, a page too large."""
    types = (
        VerificationError,
        SSL.Error,
        TruncatedError,
        PrivateAddressError,
        scrapy_errors.DownloadCancelledError,
        scrapy_errors.IgnoreRequest,
    )
    return any(isinstance(one, types) for one in _chain(error))


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error, its causes, and the reasons that Twisted lists inside."""
    found: list[BaseException] = []
    queue: list[BaseException] = [error]
    while queue:
        one = queue.pop(0)
        if one in found:
            continue
        found.append(one)
        inner = [why.value if isinstance(why, Failure) else why for why in getattr(one, "reasons", None) or ()]
        queue += [item for item in (one.__cause__, one.__context__, *inner) if isinstance(item, BaseException)]
    return found


def _openssl(error: SSL.Error) -> str:
    words = [reason for *_, reason in error.args[0]] if error.args and isinstance(error.args[0], list) else []
    return ", ".join(words) or "TLS error"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
