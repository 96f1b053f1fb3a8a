"""The members of an archive, as bytes: nothing is unpacked to a folder, and a bomb is told, not swallowed.

ZIP is read by Python itself; RAR and 7z through bsdtar, where that is there. An archive in an archive is opened once.
"""

from collections.abc import Iterator

from extractors.read_archive_limits import MAX_MEMBERS, Budget, Member
from extractors.read_archive_packed import PACKED, packed_members
from extractors.read_archive_zip import zip_members

__all__ = ["MAGIC", "MAX_DEPTH", "MAX_MEMBERS", "PACKED", "Budget", "Member", "is_archive", "member_bytes", "members"]

#: What a ZIP archive, and an Office document, begins with.
MAGIC = b"PK\x03\x04"
#: How deep archives are opened: an archive in an archive is, one in that is not.
MAX_DEPTH = 2


def is_archive(data: bytes) -> bool:
    """Whether bytes begin like an archive that may be opened; an Office document begins like a ZIP archive."""
    return data.startswith((MAGIC, *PACKED))


def members(data: bytes, budget: Budget | None = None, part: str | None = None) -> Iterator[Member]:
    """Yield the files of an archive in its own order; folders and what systems leave behind are none.

    ``budget`` is what is left for this archive where it lies in another; ``part`` is the one file that is wanted, where
    the archive allows to unpack one alone. ``UnknownFormat`` for an archive without
    files, ``DamagedDocument`` for one that is cut off, ``OversizedDocument`` for one of too many files. What is wrong
    with one member is told with it.
    """
    budget = budget or Budget()
    return packed_members(data, budget) if data.startswith(tuple(PACKED)) else zip_members(data, budget, part)


def member_bytes(data: bytes, part: str | None) -> bytes:
    """Return the bytes that ``part`` of an archive was read from; ``data`` itself if it is no archive."""
    if part is None or not is_archive(data):
        return data
    for member in members(data, part=part):
        if part == member.name:
            return member.data
        if part.startswith(f"{member.name}#"):
            return member_bytes(member.data, part.removeprefix(f"{member.name}#"))
    raise KeyError(part)
