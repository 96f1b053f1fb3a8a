"""One pass over the shadow that finds everything made of digits or number words, longest reading first.

What is no figure is lexed too (phones, clock times, section numbers, ``№ 137``, programme periods): it consumes its
digits, so that nothing else can read them.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from functools import cache
from itertools import accumulate, chain, compress, count

from extractors.dates import DateParts, match_date, match_day, match_month, month_names
from extractors.dates_leads import day_before, month_before
from extractors.dates_quarters import match_part, tells_parts
from extractors.identifiers import LEAST_DIGITS, Identifier, find_identifiers, find_numbers
from extractors.numerals import NUMBER, multipliers, number_words, read_digits, read_words
from extractors.signs import Digits
from extractors.word_places import Word, WordPlaces
from extractors.words import shape, words


class Lex(Enum):
    """What a lexeme is."""

    IDENTIFIER = auto()
    DATE = auto()
    YEAR = auto()
    PERIOD = auto()
    NUMBER = auto()
    NOISE = auto()


@dataclass(slots=True)
class Lexeme:
    """A piece of the text with one reading; ``value`` by its kind; ``spelled`` for a number in words."""

    lex: Lex
    start: int
    end: int
    value: Identifier | DateParts | Decimal | tuple[int, int] | None = None
    spelled: bool = False
    resume: int = 0


#: A number behind which no mark and no digit stands: no phone, clock time, section, period, date in digits or group of
#: thousands can begin with it.
_PLAIN = re.compile(r"(?!0|359)\d{1,8}(?![\d.,:'`]|[ ]?[./-]|[ ]\d)")
_YEAR = re.compile(r"((?:19|20)\d\d)(?!\d)(?![.,]\d)(?! ?%)")
_PERIOD = re.compile(r"((?:19|20)\d\d) ?[-/] ?((?:20)?\d\d)(?!\d)(?![./-]\d)")
_NOISE = shape("lexer", "noise")
# „1.082.340,50“ is a sum, „5.2.12“ a section.
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?(?!\d)")
_TIME_RANGE = shape("lexer", "time_range")
_NUMERO = ("№", "no", "no.", "n°", "nº")
_NUMERO_TAIL = re.compile(r"[\w-]*(?:[./][\w-]+)*?(?=/? ?\d{1,2}[.]\d{1,2}[.](?:19|20)\d\d|[\s,;:)\"“]|[.](?:\s|$)|$)")
_PHONE_WORDS = frozenset(words("shapes")["lexer"]["phone_words"])
_PHONE = re.compile(r"\d(?:[ /()-]?\d|;? ?,? (?=\d{3})\d)*")
_LAW_WORDS = frozenset(words("shapes")["lexer"]["reference_words"])
_REFERENCES = (*_PHONE_WORDS, *_LAW_WORDS, "§")
#: The last letters of those, and of ``_NUMERO``.
_REFERENCE_ENDS = frozenset(one[-1] for one in (*_REFERENCES, *_NUMERO)) - {"."}
_AND: str = words("shapes")["lexer"]["and"]
_LAW_TAIL = re.compile(r"\d+(?:[а-я](?![а-я]))?")
_WHITE = frozenset(" \n\t")


def lex(text: str, low: str) -> tuple[list[Lexeme], WordPlaces]:
    """Return the lexemes of a text in order, and its words; ``low`` is its shadow."""
    digits = Digits(low)
    numbers = find_numbers(text, low) if digits.has_run(LEAST_DIGITS) else ()
    found = [
        Lexeme(Lex.IDENTIFIER if one.code else Lex.NOISE, one.start, one.end, one)
        for one in chain(find_identifiers(text, low), numbers)
    ]
    found.sort(key=lambda one: one.start)
    taken = [(one.start, one.end) for one in found]
    found += _digits(low, digits, taken)
    tokens = WordPlaces(low)
    found.sort(key=lambda one: one.start)
    found += _named(low, tokens, found)
    found.sort(key=lambda one: one.start)
    return found, tokens


def _digits(low: str, digits: Digits, taken: list[tuple[int, int]]) -> list[Lexeme]:
    found: list[Lexeme] = []
    at = index = 0
    while (start := digits.next(at)) >= 0:
        while index < len(taken) and taken[index][1] <= start:
            index += 1
        if index < len(taken) and taken[index][0] <= start:
            at = taken[index][1]
            continue
        lexeme = _read_digit(low, start)
        found.append(lexeme)
        # A date whose month stands in the next date overlaps it: go on behind its own words.
        at = lexeme.resume or lexeme.end
    return found


def _read_digit(low: str, start: int) -> Lexeme:
    before = low[max(start - 14, 0) : start]
    plain = _PLAIN.match(low, start)
    date = None
    if not plain and (noise := _NOISE.match(low, start)):
        date = match_date(low, start)
        grouped = _GROUPED.match(low, start)
        if (not date or date[0] < noise.end()) and (not grouped or grouped.end() < noise.end()):
            return Lexeme(Lex.NOISE, start, noise.end())
    if _may_refer(before) and (end := _reference_end(low, start, before)):
        return Lexeme(Lex.NOISE, start, end)
    glued = before[-1:].isalpha() and before[-1:].isascii()
    if plain:
        return _read_plain(low, start, plain.end(), before, glued)
    if not glued and (date := date or match_date(low, start)):
        return Lexeme(Lex.DATE, start, date[0], date[1], resume=date[2])
    if times := _TIME_RANGE.match(low, start):
        return Lexeme(Lex.NOISE, start, times.end())
    if period := _PERIOD.match(low, start):
        first, second = int(period[1]), period[2]
        last = int(second) if len(second) == 4 else first // 100 * 100 + int(second)
        if first < last <= first + 15:
            return Lexeme(Lex.PERIOD, start, period.end(), (first, last))
    if year := _read_year(low, start, before):
        return year
    number = NUMBER.match(low, start)
    if number is None or glued:
        return Lexeme(Lex.NOISE, start, _digits_end(low, start))
    return Lexeme(Lex.NUMBER, start, number.end(), read_digits(number[0]))


def _read_plain(low: str, start: int, end: int, before: str, glued: bool) -> Lexeme:
    """Read a number that no mark follows: the day of a month in words, a year, or what it counts."""
    length = end - start
    if length <= 2 and not glued and (date := match_day(low, start)):
        return Lexeme(Lex.DATE, start, date[0], date[1], resume=date[2])
    if length == 4 and (year := _read_year(low, start, before)):
        return year
    if glued:
        return Lexeme(Lex.NOISE, start, _digits_end(low, start))
    return Lexeme(Lex.NUMBER, start, end, Decimal(low[start:end]))


def _read_year(low: str, start: int, before: str) -> Lexeme | None:
    """Read four digits as a year, with the Roman month before it: „ХІ.2023“; None where they count something."""
    year = _YEAR.match(low, start)
    if year is None or _is_count(low, year.end(), before):
        return None
    if named := month_before(low, start):
        return Lexeme(Lex.DATE, named[0], year.end(), DateParts(month=named[1], year=int(year[1])))
    return Lexeme(Lex.YEAR, start, year.end(), DateParts(year=int(year[1])))


_COUNTED = shape("lexer", "counted")


def _is_count(low: str, end: int, before: str) -> bool:
    """Say whether four digits that look like a year count something: „2000 лева“, „2016 души“."""
    return bool(_COUNTED.match(low, end)) or before.endswith(("€", "eur ", "bgn "))


def _digits_end(low: str, start: int) -> int:
    """Return the end of the run of digits here, one letter behind it („59а“) taken in."""
    digits = _LAW_TAIL.match(low, start)
    return digits.end() if digits else start + 1


def _may_refer(before: str) -> bool:
    """Say whether what stands before a number may name what it is the number of; most of it ends in other letters."""
    if not before or before[-1] not in "№ .°:/":
        return False
    return "№" in before or before.rstrip(" .:/")[-1:] in _REFERENCE_ENDS


def _reference_end(low: str, start: int, before: str) -> int | None:
    """Return the end of a number that names something: „№ 137“, „чл. 59а“, „тел. 78 12“; None where it does not."""
    stem = before.rstrip()
    if stem.endswith(_NUMERO) and (stem[-1] in "№°º" or not before[: len(stem) - 2][-1:].isalpha()):
        tail = _NUMERO_TAIL.match(low, start)
        return max(tail.end(), start + 1) if tail and tail.end() > start else _digits_end(low, start)
    stem = before.rstrip(" .:/№")
    if not stem.endswith(_REFERENCES):
        return None
    place = len(stem)
    while place and stem[place - 1].isalpha():
        place -= 1
    word = stem[place:]
    if word in _PHONE_WORDS:
        phone = _PHONE.match(low, start)
        return phone.end() if phone and phone.end() - start >= 4 else None
    if word in _LAW_WORDS or stem.endswith("§"):
        return None if match_date(low, start) else _digits_end(low, start)
    return None


def _named(low: str, tokens: WordPlaces, lexemes: list[Lexeme]) -> list[Lexeme]:
    """Find the dates and numbers that begin with a word: „ноември 2017“, „първото полугодие“, „двама“."""
    named = _beginning_words()
    hits = list(compress(count(), map(named.__contains__, tokens.texts)))
    parts = tells_parts(low)
    if not hits and not parts:
        return []
    starts = [one.start for one in lexemes]
    furthest = list(accumulate((one.end for one in lexemes), max))

    def free(place: int) -> bool:
        index = bisect_right(starts, place) - 1
        return index < 0 or furthest[index] <= place

    found: list[Lexeme] = []
    numerals, factors = number_words(), multipliers()
    last = 0
    for index in hits:
        word = tokens[index]
        if word.start < last:
            continue
        if word.text in numerals or word.text in factors:
            lexeme = _spelled(low, tokens, index, numerals, factors)
            if word.text in factors and lexeme is not None and lexeme.end == word.end and not _is_whole(low, word):
                continue  # „5 милиона“: the multiplier of digits
        else:
            lexeme = _month_lexeme(low, word)
        if lexeme is not None and free(lexeme.start):
            found.append(lexeme)
            last = lexeme.resume or lexeme.end
    for match in _ORDINAL.finditer(low) if parts else ():
        if date := match_part(low, match.start()):
            found[:] = [one for one in found if not match.start() <= one.start < date[0]]
            found.append(Lexeme(Lex.DATE, match.start(), date[0], date[1]))
    _swallow(lexemes, [one for one in found if one.lex is Lex.DATE])
    return found


def _swallow(lexemes: list[Lexeme], dates: list[Lexeme]) -> None:
    """Take out what stands inside a date with a name: the year of „декември 2017“ was read by itself before."""
    if not dates:
        return
    dates.sort(key=lambda one: one.start)
    starts = [one.start for one in dates]
    kept = []
    for one in lexemes:
        index = bisect_right(starts, one.start)
        # Only a range's first half reaches over its second: the one before may end behind this one.
        near = dates[max(index - 2, 0) : index]
        if not near or max(near[0].end, near[-1].end) <= one.start:
            kept.append(one)
    lexemes[:] = kept


#: Whole names of three letters; other words of three are abbreviations and ask for a year.
_SHORT_MONTHS = frozenset(words("shapes")["lexer"]["short_months"])
_ORDINAL = shape("lexer", "ordinal")
#: Multipliers that begin a number by themselves: „милион и сто хиляди лева“.
_ONE_OF = frozenset(words("shapes")["lexer"]["one_of"])


@cache
def _beginning_words() -> frozenset[str]:
    """Return the words that a date or a number may begin with."""
    return frozenset(number_words().keys() | month_names() | _ONE_OF)


def _month_lexeme(low: str, word: Word) -> Lexeme | None:
    date = match_month(low, word.start)
    if date is None:
        return None
    end, parts, _ = date
    if day := day_before(low, word.start):
        return Lexeme(Lex.DATE, day[0], end, parts._replace(day=day[1]))
    if not parts.dated and parts.relative is None:
        # „март – юни 2018“, „от март до юни 2018 г.“: the year of the next month belongs to this one.
        joint = shape("lexer", "joint").match(low[end : end + 5])
        after = match_month(low, end + joint.end()) if joint else None
        if after and after[1].dated:
            parts = DateParts(month=parts.month, year=after[1].year)
            return Lexeme(Lex.DATE, word.start, after[0], parts, resume=end)
        if len(word.text) == 3 and word.text not in _SHORT_MONTHS:
            return None
    return Lexeme(Lex.DATE, word.start, end, parts)


def _goes_on(
    tokens: WordPlaces, at: int, factor: int, numerals: dict[str, tuple[str, int]], factors: dict[str, int]
) -> bool:
    """Say whether the words behind a multiplier and „и“ are of its number, not of one that counts something else.

    „два милиона и четиристотин хиляди“ goes on to a smaller multiplier, „две хиляди и осемдесет лева“ to the unit;
    „две хиляди лева и двама души“ and „два милиона и двама души“ do not.
    """
    for word in tokens.texts[at : at + 6]:
        if word in factors:
            return True
        if word not in numerals and word != _AND:
            return factor == _THOUSAND and not tokens.texts[at].endswith(_OF_PEOPLE)
    return False


def _is_whole(low: str, word: Word) -> bool:
    """Say whether a multiplier is a number by itself: „хиляда лева“, unless digits stand before it."""
    return word.text in _ALONE and not low[max(word.start - 3, 0) : word.start].rstrip()[-1:].isdigit()


#: „хиляда“ is the one multiplier that is also a number; a number that ends like „двама“ counts people.
_ALONE = frozenset(words("shapes")["lexer"]["alone"])
_OF_PEOPLE: tuple[str, ...] = tuple(words("shapes")["lexer"]["of_people"])
_THOUSAND = 1000


def _spelled(
    low: str, tokens: WordPlaces, index: int, numerals: dict[str, tuple[str, int]], factors: dict[str, int]
) -> Lexeme | None:
    """Read a number in words that begins at this word."""
    starts, ends, texts = tokens.starts, tokens.ends, tokens.texts
    sequence, end, at = [texts[index]], ends[index], index + 1
    while at < len(texts):
        gap = low[end : starts[at]]
        word = texts[at]
        if gap.strip() and gap != "-":
            break
        if word == _AND and at + 1 < len(texts) and texts[at + 1] in numerals:
            if read_words([*sequence, texts[at + 1]]) is None:
                break
            if sequence[-1] in factors and not _goes_on(tokens, at + 1, factors[sequence[-1]], numerals, factors):
                break  # „два милиона и двама души“
            sequence.append(texts[at + 1])
            end, at = ends[at + 1], at + 2
            continue
        if (word in numerals or word in factors) and read_words([*sequence, word]) is not None:
            if word in factors and len(word) <= 4:
                break
            sequence.append(word)
            end, at = ends[at], at + 1
            continue
        break
    value = read_words(sequence)
    return None if value is None else Lexeme(Lex.NUMBER, starts[index], end, Decimal(value), spelled=True)
