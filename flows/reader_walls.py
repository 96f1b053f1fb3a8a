"""Walls around a reader's process: limits of the system, no network, and nothing written but in its own folder.

What holds where is told as words: ``network`` is ``namespace`` (the process has a network of its own, with nothing in
it), ``landlock`` (TCP is closed) or ``guard`` (Python refuses); ``files`` is ``landlock`` (writing is refused by the
kernel outside of the folder) or ``limits`` (a file cannot grow beyond its limit).

The numbers of the kernel's interface are those of ``linux/landlock.h``, ``sched.h`` and ``prctl.h``.
"""

import ctypes
import os
import resource
import sys
from pathlib import Path

#: Bytes of one written file (a page's picture for Tesseract has 25 MB), and open files and pipes.
MAX_FILE, MAX_HANDLES = 256 * 1024 * 1024, 128
#: Address space beyond the limit of memory: programs and libraries, shared and read-only.
_PROGRAMS = 1024 * 1024 * 1024

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_O_PATH = 0x200000
# write, remove and make of each kind (1, 4 to 12), since version 2 refer (13), since 3 truncate (14)
_WRITE, _TRUNCATE = 1 << 1, 1 << 14
_CHANGES = _WRITE | sum(1 << bit for bit in range(4, 13))
_TCP, _SCOPES = 0b11, 0b11

_ASKS_NETWORK = frozenset(
    f"socket.{name}"
    for name in ("__new__", "connect", "bind", "getaddrinfo", "gethostbyname", "gethostbyaddr", "sendto", "sendmsg")
)


def limit(memory: int) -> None:
    """Set the system's limits; ``memory`` is in MB. Processor time is limited file by file (``limit_seconds``)."""
    size = memory * 1024 * 1024
    for what, most in (
        (resource.RLIMIT_DATA, size),
        (resource.RLIMIT_AS, size + _PROGRAMS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, MAX_FILE),
        (resource.RLIMIT_NOFILE, MAX_HANDLES),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a system that does not know this one; the others hold
            continue


def limit_seconds(seconds: int) -> None:
    """Let this process use so much more processor time; past it the system ends it by SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def enclose(folder: Path) -> dict[str, str]:
    """Close the network, and all folders but one to writing, as far as the system lets; say what holds.

    Call it before there are threads: the kernel encloses the thread that asks and what comes after it.
    """
    held = {"network": "guard", "files": "limits"}
    sys.addaudithook(_refuse_network)
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None, use_errno=True)
        version = _landlock(kernel, folder)
        if version:
            held["files"] = "landlock"
        if version >= 4:
            held["network"] = "landlock"
        # As root, or as nobody in particular in a name space of users.
        if not kernel.unshare(_CLONE_NEWNET) or not kernel.unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
            held["network"] = "namespace"
    return held


def _refuse_network(event: str, _: tuple[object, ...]) -> None:
    if event in _ASKS_NETWORK:
        raise PermissionError("a reader has no network")


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def _landlock(kernel: ctypes.CDLL, folder: Path) -> int:
    """Forbid to write outside of the folder, to use TCP and to signal others; return Landlock's version, 0 for none."""
    version = int(kernel.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION)))
    if version < 1:
        return 0
    changes = _CHANGES | (1 << 13 if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rules = _Ruleset(changes, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    known = ctypes.c_size_t(8 if version < 4 else 16 if version < 6 else 24)
    handle = kernel.syscall(_CREATE_RULESET, ctypes.byref(rules), known, ctypes.c_uint32(0))
    if handle < 0:
        return 0
    try:
        for path, access in ((folder, changes), (Path(os.devnull), changes & (_WRITE | _TRUNCATE))):
            _allow(kernel, handle, path, access)
        kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return version if not kernel.syscall(_RESTRICT_SELF, handle, ctypes.c_uint32(0)) else 0
    finally:
        os.close(handle)


def _allow(kernel: ctypes.CDLL, rules: int, path: Path, access: int) -> None:
    place = os.open(path, _O_PATH | os.O_CLOEXEC)
    try:
        beneath = _Beneath(access, place)
        kernel.syscall(_ADD_RULE, rules, ctypes.c_int(_PATH_BENEATH), ctypes.byref(beneath), ctypes.c_uint32(0))
    finally:
        os.close(place)
