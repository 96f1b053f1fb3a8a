"""What a value says about its project, in whole sentences through the one public call."""

from extractors import extract
from models.vocabulary import Kind


def test_roles(case):
    figures = [one for one in extract(case["text"]) if one.kind not in (Kind.PROJECT_ID, Kind.PROCEDURE_ID)]
    assert [[one.quote, one.role, one.project or ""] for one in figures] == case["found"]
