"""The process that only looks at a site: ``python -m flows.look_child JOB`` tells what it finds as lines of JSON."""

import json
import logging
import os
import sys
from typing import Any

from flows.crawl_child import die_with_parent
from flows.look_job import LookJob


def main() -> None:
    """Take the look that the one argument describes."""
    die_with_parent(os.getppid())
    # What a library prints must not stand among the lines that the parent reads.
    lines = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    logging.getLogger("flows").addHandler(logging.StreamHandler())

    def tell(record: dict[str, Any]) -> None:
        lines.write(json.dumps(record, ensure_ascii=True) + "\n")
        lines.flush()

    job = LookJob.load(sys.argv[1])
    if job.recipe and job.address:
        from flows.fetch_page import fetch_page

        problem = fetch_page(job, tell)
    elif job.recipe:
        from flows.dry_run import dry_run

        problem = dry_run(job, tell)
    else:
        from flows.probe import probe

        problem = probe(job, tell)
    tell({"what": "end", "problem": problem})


if __name__ == "__main__":
    main()
