"""What has the form of a figure and is none: ages told as years, a town's own budget, dates of other things."""

from extractors.candidate import Candidate
from extractors.reading import Reading
from models.vocabulary import Kind


def keep(reading: Reading, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates that are figures, in order."""
    return [one for one in candidates if not _is_none(reading, one)]


def _is_none(reading: Reading, one: Candidate) -> bool:
    if one.kind is Kind.DATE and one.rule == "year" and one.role == "other" and one.confidence <= 0.4:
        return True  # a bare year that nothing in its sentence makes a point of the course of things
    if one.kind is Kind.DURATION and one.role == "other" and one.confidence <= 0.4:
        return True  # „20 години опит“
    return one.role == "annual_budget"
