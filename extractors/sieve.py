"""What has the form of a figure and is none: ages told as years, a town's own budget, dates of other things."""

from extractors.candidate import Candidate
from extractors.dates import DateParts
from extractors.lexer import Lex
from extractors.reading import Reading
from models.values import Duration, PartialDate
from models.vocabulary import Kind


def keep(reading: Reading, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates that are figures, in order."""
    return [one for one in candidates if not _is_none(reading, one)]


def _is_none(reading: Reading, one: Candidate) -> bool:
    if isinstance(one.value, Duration) and one.value.years and one.role == "other" and one.confidence <= 0.4:
        return True  # „20 години опит“
    if _in_history(reading, one):
        return True  # „през 1970 г. тя е открита с 92 деца“
    return one.role == "annual_budget"


#: Publicly funded projects of this kind begin with the country's accession programmes.
_FIRST_YEAR = 2000


def _in_history(reading: Reading, one: Candidate) -> bool:
    """Say whether the sentence of a value tells of a time before there were such projects."""
    if one.kind not in (Kind.HEADCOUNT, Kind.AMOUNT, Kind.DATE):
        return False
    if isinstance(one.value, PartialDate):
        return one.value.year < _FIRST_YEAR
    sentence = reading.sentence_at(one.start)
    if sentence is None:
        return False
    return any(
        isinstance(lexeme.value, DateParts) and lexeme.value.year and lexeme.value.year < _FIRST_YEAR
        for lexeme in reading.lexemes
        if lexeme.lex in (Lex.DATE, Lex.YEAR) and sentence.start <= lexeme.start < sentence.end
    )
