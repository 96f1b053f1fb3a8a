"""What an archive may become when it is unpacked, and a file in it with its bytes or why there are none."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Most files; most bytes of one and of all together; most bytes that one packed byte may become.
MAX_MEMBERS, MAX_MEMBER, MAX_TOTAL, MAX_RATIO = 200, 64 * 1024 * 1024, 256 * 1024 * 1024, 200
#: A file that unpacks to less is no bomb, whatever its ratio; in bytes.
SMALL = 1024 * 1024

_LEFT_BY_SYSTEMS = ("__MACOSX/", "Thumbs.db", "desktop.ini", ".DS_Store")
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name, told apart from others of that name, and its bytes or why there are none."""

    name: str
    data: bytes = b""
    problem: str | None = None


@dataclass(slots=True)
class Budget:
    """What is left for an archive and the archives in it together: files, and unpacked bytes."""

    files: int = MAX_MEMBERS
    bytes: int = MAX_TOTAL


def is_left_by_systems(name: str) -> bool:
    """Whether a file was put there by the packer's operating system: ``__MACOSX/``, ``Thumbs.db``."""
    return name.startswith(_LEFT_BY_SYSTEMS) or name.endswith(_LEFT_BY_SYSTEMS)


def shown_name(name: str) -> str:
    """Return a name of a file in an archive to be shown; it is never used as a path."""
    shown = "".join(sign if sign.isprintable() else "_" for sign in unicodedata.normalize("NFC", name))
    return shown[-_MAX_NAME:]


def told_apart(names: Iterable[str]) -> Iterator[str]:
    """Yield the names in order, the second of a name as ``a.txt (2)``."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = times = seen.get(name, 0) + 1
        yield name if times == 1 else f"{name} ({times})"
