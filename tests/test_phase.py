"""The phase of an announcement is told by its title, its lead and its words."""

import tomllib
from pathlib import Path

from extractors.phase import tell_phase
from models.document import Document
from models.vocabulary import Phase

DOCUMENTS = Path(__file__).parents[1] / "corpus" / "documents"


def test_tell_phase(case):
    assert tell_phase(Document(case["text"], title=case.get("title"))) == case["phase"]


def test_nine_of_ten_of_the_corpus():
    """The corpus' announcements have their phase by hand; what is lost here is lost in every dossier."""
    right = wrong = 0
    for path in sorted(DOCUMENTS.glob("*/document.toml")):
        told = tomllib.loads(path.read_text("utf-8"))
        found = tell_phase(Document((path.parent / "source.txt").read_text("utf-8"), title=told["title"]))
        right += found == told["phase"]
        wrong += found != told["phase"]
    assert right + wrong >= 60
    assert right / (right + wrong) >= 0.9


def test_an_empty_page_tells_nothing():
    assert tell_phase(Document("")) is Phase.OTHER
