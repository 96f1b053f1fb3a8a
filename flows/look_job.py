"""What the child that only looks is told, and how it is run: ``look(job)`` yields what it tells, record by record.

The child fetches with the crawler's own network layer, robots.txt and pace, and stores nothing.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from flows.crawl_child import child_environment


class LookError(Exception):
    """The look could not be taken; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class LookJob:
    """One look.

    It is at a site by its recipe's file (``recipe``), at one page of it (with ``address``), or at a site that has no
    recipe yet (``address`` alone). ``limit`` is how many announcements are fetched and judged, ``seconds`` when it
    ends. ``ports`` are those of hosts under ``.test``, for this machine alone.
    """

    home: str
    contact: str | None
    recipe: str | None = None
    address: str | None = None
    limit: int = 5
    seconds: float = 600
    ports: dict[str, int] = field(default_factory=dict)

    def dump(self) -> str:
        """Write the job as one line."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def load(cls, line: str) -> Self:
        """Read back what ``dump`` wrote."""
        return cls(**json.loads(line))


def look(job: LookJob) -> Iterator[dict[str, Any]]:
    """Yield what the child tells, each record as it comes; LookError where it could not be taken or broke off."""
    child = subprocess.Popen(
        [sys.executable, "-m", "flows.look_child", job.dump()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(),
    )
    assert child.stdout is not None
    assert child.stderr is not None
    timer = threading.Timer(job.seconds + 30, child.kill)
    timer.daemon = True
    timer.start()
    complaints: list[str] = []
    listener = threading.Thread(target=lambda: complaints.extend(child.stderr or ()), daemon=True)
    listener.start()
    is_whole = False
    try:
        for line in child.stdout:
            record = json.loads(line)
            if record["what"] == "end":
                is_whole = True
                if record["problem"]:
                    raise LookError(record["problem"])
            else:
                yield record
        child.wait()
    finally:
        timer.cancel()
        if child.poll() is None:
            child.kill()
        child.wait()
        listener.join(5)
        child.stdout.close()
        child.stderr.close()
    if not is_whole:
        said = "".join(complaints).strip().rpartition("\n")[2][:300]
        raise LookError(f"the look broke off ({said or f'it was ended after {job.seconds:g} seconds'})")
