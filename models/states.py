"""The closed lists of the records beside the guide's: how reading went, how loud a finding is, what a reviewer says."""

from enum import StrEnum


class State(StrEnum):
    """What reading a snapshot has come to."""

    READ = "read"
    NEEDS_OCR = "needs_ocr"
    UNREADABLE = "unreadable"


class Severity(StrEnum):
    """How loud a finding is: worth knowing, somebody should look, something was left out."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Subject(StrEnum):
    """What a finding is about; ``subject`` is then its code, address or key."""

    SOURCE = "source"
    ADDRESS = "address"
    SNAPSHOT = "snapshot"
    DOCUMENT = "document"
    PROJECT = "project"


class Verdict(StrEnum):
    """What a reviewer says of a figure."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"


class SiteState(StrEnum):
    """How one site fared in a run: ``busy`` where another run held it, ``died`` where its process was ended."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    BUSY = "busy"
    DIED = "died"


class RunState(StrEnum):
    """How a run stands; one that was killed stays ``running``."""

    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
