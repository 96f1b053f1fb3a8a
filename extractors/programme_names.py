"""Programmes named in a text: „по Оперативна програма „Региони в растеж““, „със средства от ПРСР“.

The names are those of ``models/reference/programmes.csv``; a project's code names its programme besides, and is no
matter of this module.
"""

import re
from functools import cache

from extractors.canonical import shadow
from extractors.reading import Reading
from extractors.words import words
from models.document import Zone
from models.reference import programmes

#: „2014-2020“, „2021-2027 г.“ at the end of a name; announcements leave it out as often as not.
_PERIOD = re.compile(r"[ ]+(?:19|20)\d\d-(?:19|20)\d\d(?: г\.)?$")
_QUOTED = re.compile(r'"([^"]+)"')


def named_programme(reading: Reading) -> str | None:
    """Return the first programme that the body of a text names, as it stands there, None where it names none."""
    for pattern, text in ((_names(), reading.low), (_short_names(), reading.low), (_abbreviations(), reading.text)):
        for match in pattern.finditer(text):
            block = reading.block_at(match.start())
            if block is None or block.zone is Zone.BODY:
                return reading.text[match.start() : match.end()]
    return None


@cache
def _all_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return the long names, and the short ones that need quotes and a lead, in the shadow's letters."""
    long: set[str] = set()
    short: set[str] = set()
    for one in programmes():
        name = _PERIOD.sub("", shadow(one.name))
        if "(" in name or "/" in name:
            continue
        for part in (name.replace('"', ""), *_QUOTED.findall(name)):
            (long if len(part.split()) >= words("relevance")["programme"]["words"] else short).add(part.strip())
    return frozenset(long), frozenset(short)


@cache
def _names() -> re.Pattern[str]:
    long = sorted(_all_names()[0], key=len, reverse=True)
    spaced = (r'[" ]+'.join(map(re.escape, name.split())) for name in long)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)")


@cache
def _short_names() -> re.Pattern[str]:
    leads = "|".join(map(re.escape, words("relevance")["programme"]["leads"]))
    names = "|".join(re.escape(name) for name in sorted(_all_names()[1], key=len, reverse=True))
    return re.compile(rf'(?<!\w)(?:{leads})[ ]+"(?:{names})"')


@cache
def _abbreviations() -> re.Pattern[str]:
    """Return the pattern of abbreviations that mean nothing else; in capitals, as they are written."""
    least = words("relevance")["programme"]["letters"]
    found = {
        name
        for one in programmes()
        for name in one.abbreviations
        if name.isupper() and len(name.replace(" ", "")) >= least
    }
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in sorted(found, key=len, reverse=True))})(?!\w)")
