"""Run by tests as a process of its own: serve a schedule over a folder of recipes until it is told to end."""

import json
import sys
from pathlib import Path

from flows.schedule import serve
from models.settings import Settings


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    cron, folder, ports = sys.argv[1:]
    serve(cron, [], Settings.read(), say=say, recipes=Path(folder), ports=json.loads(ports))
