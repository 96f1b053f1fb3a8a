"""Where otchet keeps its things, read from the environment once: ``OTCHET_HOME=/data otchet harvest``.

| variable | meaning | default |
| --- | --- | --- |
| ``OTCHET_HOME`` | the folder that everything lies under | ``./otchet-data`` |
| ``OTCHET_DATABASE_URL`` | a SQLite or PostgreSQL database | ``otchet.db`` in the home |
| ``OTCHET_ARCHIVE`` | the folder or bucket (any fsspec address) of the archived bytes | ``archive`` in the home |
| ``OTCHET_WARC_MIB`` | the size past which a run begins another file of the archive, in MiB | 1024 |
| ``OTCHET_CONTACT`` | who answers for the crawler; without it only loopback is harvested | none |

What reading a file may cost is in ``models.reader_limits``.

Times are UTC wherever they are kept; ``in_sofia`` is how people see them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.reader_limits import ReaderLimits

SOFIA = ZoneInfo("Europe/Sofia")
_MIB = 1024 * 1024
#: What WARC tools advise: large enough to be few, small enough to be copied.
_WARC_MIB = 1024


class SettingsError(ValueError):
    """A setting that cannot be used; the message is one line that names the variable."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; nothing is created by reading it.

    ``database_url`` is complete with its driver (``postgresql+psycopg://…``), ``archive`` an fsspec address,
    ``warc_size`` in bytes.
    """

    home: Path
    database_url: str
    archive: str
    contact: str | None = None
    warc_size: int = _WARC_MIB * _MIB
    readers: ReaderLimits = field(default_factory=ReaderLimits)

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of ours (SQLite), which is upgraded without being asked."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment (``os.environ`` unless given); raise SettingsError for what cannot be used."""
        values = os.environ if environment is None else environment
        home = Path(values.get("OTCHET_HOME") or "otchet-data").expanduser().absolute()
        return cls(
            home=home,
            database_url=database_url(values.get("OTCHET_DATABASE_URL") or f"sqlite:///{home / 'otchet.db'}"),
            archive=values.get("OTCHET_ARCHIVE") or str(home / "archive"),
            contact=(values.get("OTCHET_CONTACT") or "").strip() or None,
            warc_size=warc_size(values),
            readers=ReaderLimits.read(values),
        )


def warc_size(environment: Mapping[str, str] | None = None) -> int:
    """Return the size in bytes past which a run begins another WARC file; SettingsError for what is no size.

    >>> warc_size({"OTCHET_WARC_MIB": "1"}), warc_size({})
    (1048576, 1073741824)
    """
    values = os.environ if environment is None else environment
    text = (values.get("OTCHET_WARC_MIB") or str(_WARC_MIB)).strip()
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise SettingsError(f"OTCHET_WARC_MIB is {text!r}; use a whole number of MiB from 1 on")
    return int(text) * _MIB


def database_url(text: str) -> str:
    """Complete a database's address with the driver that we use.

    >>> database_url("postgresql://reader@localhost/otchet")
    'postgresql+psycopg://reader@localhost/otchet'
    >>> database_url("mysql://localhost/otchet")
    Traceback (most recent call last):
    models.settings.SettingsError: OTCHET_DATABASE_URL: mysql is not supported; use sqlite:///FILE or postgresql://HOST/NAME
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise SettingsError(
            "OTCHET_DATABASE_URL is no database address; use sqlite:///FILE or postgresql://HOST/NAME"
        ) from error
    dialect = url.drivername.partition("+")[0]
    if dialect == "postgres":  # what many hosting services still print
        dialect = "postgresql"
    if dialect not in ("sqlite", "postgresql"):
        raise SettingsError(
            f"OTCHET_DATABASE_URL: {dialect} is not supported; use sqlite:///FILE or postgresql://HOST/NAME"
        )
    return _complete(url, dialect)


def _complete(url: URL, dialect: str) -> str:
    if dialect == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if not url.database or url.database == ":memory:":
        raise SettingsError("OTCHET_DATABASE_URL: a SQLite database needs a file, as in sqlite:///otchet.db")
    return url.set(drivername="sqlite+pysqlite").render_as_string(hide_password=False)


def now() -> datetime:
    """Return this moment in UTC, to the second: finer times tell nobody anything."""
    return datetime.now(UTC).replace(microsecond=0)


def exactly_now() -> datetime:
    """Return this moment in UTC, to the microsecond: for what has to be put in order."""
    return datetime.now(UTC)


def in_sofia(moment: datetime) -> str:
    """Write a moment as people in Bulgaria read the clock.

    >>> in_sofia(datetime(2026, 7, 1, 21, 30, tzinfo=UTC))
    '02.07.2026 00:30'
    """
    return moment.astimezone(SOFIA).strftime("%d.%m.%Y %H:%M")
