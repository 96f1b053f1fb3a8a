"""Make the pictures of README.md from the demonstration's own data: `make demo`, then this with the Python of .venv.

Needs Chromium and the tools of `dev`; the pictures are docs/project.png and docs/search.png.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
HOME = ROOT / "otchet-data" / "demo"
PICTURES = {
    "project.png": "projects/BG16RFOP001-1.024-9004?lang=en",
    "search.png": f"?q={quote('асистент')}&lang=en",
}


def main() -> int:
    """Serve the demonstration's database, photograph two pages, and return an exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or not HOME.exists():
        sys.stderr.write("pictures: needs Chromium, and what `make demo` leaves in otchet-data/demo\n")
        return 1
    otchet = [str(Path(sys.executable).with_name("otchet")), "--home", str(HOME)]
    with subprocess.Popen([*otchet, "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = json.loads(server.stdout.readline())["address"]
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1100, "height": 740})
                for name, path in PICTURES.items():
                    answer = page.goto(address + path)
                    if answer is None or not answer.ok:
                        sys.stderr.write(f"pictures: {address}{path} did not answer well\n")
                        return 1
                    page.screenshot(path=ROOT / "docs" / name)
                    _shrink(ROOT / "docs" / name)
                browser.close()
        finally:
            server.terminate()
    return 0


def _shrink(picture: Path) -> None:
    """Keep 64 colours: a page of text needs no more, and the repository stays small."""
    with Image.open(picture) as image:
        image.convert("RGB").quantize(64).save(picture, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
