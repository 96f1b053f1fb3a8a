"""Run by tests as a process of its own: harvest a folder of recipes once, as its arguments say."""

import json
import sys
from pathlib import Path

from flows.harvest import harvest_sites
from flows.recipes import load_recipes
from models.settings import Settings

if __name__ == "__main__":
    folder, ports = sys.argv[1:]
    recipes, _ = load_recipes(Path(folder), demonstration=True)
    sys.stdout.write(harvest_sites(Settings.read(), recipes, ports=json.loads(ports)).state + "\n")
