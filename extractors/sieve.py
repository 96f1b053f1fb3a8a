"""What has the form of a figure and is none: ages told as years, a town's own budget, dates of other things."""

import re

from extractors.candidate import Candidate
from extractors.dates import DateParts
from extractors.reading import Reading
from extractors.words import shape, words
from models.values import Duration, PartialDate
from models.vocabulary import Kind

_POPULATION = re.compile(words("shapes")["roles"]["population"])


def keep(reading: Reading, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates that are figures, in order."""
    old = _old_sentences(reading, {one.start for one in candidates if one.kind is not Kind.DATE})
    return [one for one in candidates if not _is_none(reading, one, old)]


def _is_none(reading: Reading, one: Candidate, old: set[int]) -> bool:
    if isinstance(one.value, Duration) and shape("durations", "experience").match(reading.low, one.end):
        return True
    if isinstance(one.value, Duration) and one.value.years and one.role == "other" and one.confidence <= 0.4:
        told = reading.low[max(one.start - 80, 0) : one.end + 50]
        return not shape("durations", "kept").search(told)
    if isinstance(one.value, PartialDate):
        return one.value.year < _FIRST_YEAR
    if one.kind is Kind.HEADCOUNT and one.role == "users":
        sentence = reading.sentence_at(one.start)
        if sentence and _POPULATION.search(reading.low, sentence.start, sentence.end):
            return True  # „по последното преброяване живеят 24 601 души“
    if one.kind in (Kind.HEADCOUNT, Kind.AMOUNT) and old:
        # „през 1970 г. тя е открита с 92 деца“
        sentence = reading.sentence_at(one.start)
        if sentence is not None and sentence.number in old:
            return True
    return one.role == "annual_budget"


#: Publicly funded projects of this kind begin with the country's accession programmes.
_FIRST_YEAR = 2000


def _old_sentences(reading: Reading, counts: set[int]) -> set[int]:
    """Return the numbers of the sentences that tell of a time before there were such projects.

    ``counts`` are the starts of what counts people or money: „1900 безработни“ is no year.
    """
    found = set()
    for lexeme in reading.lexemes:
        parts = lexeme.value
        if isinstance(parts, DateParts) and parts.year and parts.year < _FIRST_YEAR and lexeme.start not in counts:
            sentence = reading.sentence_at(lexeme.start)
            if sentence is not None:
                found.add(sentence.number)
    return found
