"""Run by tests as a process of its own: harvest a folder of recipes once, as its arguments say.

With a third argument, ``flow``, through the Prefect flow, as ``otchet harvest`` does.
"""

import json
import sys
from pathlib import Path

from flows.commands.harvest import run
from flows.harvest import harvest_sites
from flows.recipes import load_recipes
from models.settings import Settings

if __name__ == "__main__":
    folder, ports = Path(sys.argv[1]), json.loads(sys.argv[2])
    recipes, _ = load_recipes(folder, demonstration=True)
    if sys.argv[3:] == ["flow"]:
        summary = run([recipe.name for recipe in recipes], folder, ports)
    else:
        summary = harvest_sites(Settings.read(), recipes, ports=ports)
    sys.stdout.write(summary.state + "\n")
