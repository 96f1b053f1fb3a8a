"""A small municipal web: nine sites, their recipes, and the server that serves them on loopback.

The pages under ``sites/`` are made by ``python -m corpus.demo.build`` from the announcements in ``corpus/documents``,
the words in ``content/`` and the markup in ``templates/``; the PDFs by ``corpus.demo.build_pdf``. Both are kept beside
what made them, so that a demonstration needs no builder.
"""

from pathlib import Path

#: Where the demonstration stands: ``sites/``, ``recipes/``, ``manifest.json``.
FOLDER = Path(__file__).parent
RECIPES = FOLDER / "recipes"
MANIFEST = FOLDER / "manifest.json"
DOCUMENTS = FOLDER.parent / "documents"
