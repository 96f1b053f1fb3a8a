"""What reading one file may cost: ``OTCHET_READER_MEMORY=1024 OTCHET_READER_SECONDS=120 otchet harvest``.

| variable | meaning | default |
| --- | --- | --- |
| ``OTCHET_READER_MEMORY`` | most memory that a reader's process may use, in MB (2^20 bytes) | 2048 |
| ``OTCHET_READER_SECONDS`` | most seconds that one file may take, by the clock and of processor time | 600 |

The largest text that is read, 16 MB, takes 1.5 GB and 25 s; fifty scanned pages take four minutes on a slow machine.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

#: A reader that is warm and has read nothing uses 170 MB; with less than this hardly a page could be read.
_LEAST_MEMORY, _MOST_MEMORY = 512, 1024 * 1024
_MOST_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """Most memory of a reader's process in MB, and most seconds that it may take over one file."""

    memory: int = 2048
    seconds: int = 600

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment (``os.environ`` unless given); raise SettingsError for what is no such number.

        >>> ReaderLimits.read({"OTCHET_READER_SECONDS": "60"})
        ReaderLimits(memory=2048, seconds=60)
        """
        values = os.environ if environment is None else environment
        return cls(
            memory=_number(values, "OTCHET_READER_MEMORY", cls().memory, _LEAST_MEMORY, _MOST_MEMORY),
            seconds=_number(values, "OTCHET_READER_SECONDS", cls().seconds, 1, _MOST_SECONDS),
        )


def _number(values: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = (values.get(name) or "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        from models.settings import SettingsError  # which takes a third of a second to import

        raise SettingsError(f"{name} is {text!r}; use a whole number from {least} to {most:,}")
    return int(text)
