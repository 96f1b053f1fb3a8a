"""Content keys: short names of records that are the same on every machine, made from what the record says.

>>> content_key("https://kubrat.test/news/7", "3fa9")
'2cecdfaa705ee61c6d7a'
"""

import hashlib
import json
from typing import Any

#: Hexadecimal digits of a key: 80 bits, so a million million records collide with a chance of one in two.
LENGTH = 20


def content_key(*parts: str | int | None) -> str:
    """Return the key of these parts; None and the empty text are told apart, and no two splits are alike."""
    return hashlib.sha256(compact(parts).encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, in lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def compact(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Write JSON with sorted keys and no spaces: the same value is always the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
