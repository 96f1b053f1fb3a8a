"""Run by tests as a process of its own: harvest a folder of recipes once through the Prefect flow and its server."""

import json
import sys
from pathlib import Path

from flows.commands.harvest import run

if __name__ == "__main__":
    folder, ports = sys.argv[1:]
    summary = run((), Path(folder), json.loads(ports))
    told = {"state": summary.state, "counts": summary.counts, "dask": "distributed" in sys.modules}
    sys.stdout.write(json.dumps(told) + "\n")
