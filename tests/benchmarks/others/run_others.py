"""Tools that the project does not use, over texts from standard input; run by bench_compare.py in their environment.

Input: ``[{"text": …, "html": …}]`` as JSON. Output: ``{tool: {"ms": …, "mentions": [[[kind, start, end, value]]]}}``:
the CPU milliseconds of all texts and, for each text, what the tool found; no places (null) where it tells none.
"""

import json
import re
import sys
import time

from htmldate import find_date
from price_parser import Price
from quantulum3 import parser
from recognizers_date_time import recognize_datetime
from recognizers_number_with_unit import recognize_currency
from recognizers_text import Culture

SENTENCE = re.compile(r"[^\n.!?]+(?:[.!?](?!\s|$)[^\n.!?]*)*[.!?]?")


def price_parser(text, _html):
    """It reads one price from a string that is one: each sentence is handed over by itself."""
    for match in SENTENCE.finditer(text):
        price = Price.fromstring(match[0])
        if price.amount is not None:
            yield "amount", match.start(), match.end(), str(price.amount)


def quantulum3(text, _html):
    """A quantity with a currency is an amount, one without a unit a headcount."""
    for one in parser.parse(text):
        entity = one.unit.entity.name
        kind = {"currency": "amount", "dimensionless": "headcount", "time": "duration"}.get(entity)
        if kind:
            yield kind, *one.span, str(one.value)


def recognizers_text(text, _html):
    """Its English culture: it has none for Bulgarian."""
    for one in recognize_currency(text, Culture.English):
        yield "amount", one.start, one.end + 1, str((one.resolution or {}).get("value"))
    for one in recognize_datetime(text, Culture.English):
        for value in ((one.resolution or {}).get("values") or [])[:1]:
            if value.get("type") == "date":
                yield "date", one.start, one.end + 1, str(value.get("value"))


def htmldate(_text, html):
    """The day of publication."""
    found = find_date(html)
    if found:
        yield "published", None, None, found


def main():
    """Run every tool over all texts twice, the first time to warm it up."""
    pages = json.load(sys.stdin)
    told = {}
    for tool in (price_parser, quantulum3, recognizers_text, htmldate):
        for page in pages[:3]:
            list(tool(page["text"], page["html"]))
        mentions, start = [], time.process_time()
        for page in pages:
            try:
                mentions.append(list(tool(page["text"], page["html"])))
            except Exception as error:  # what a tool cannot stand is told, and counts as nothing found
                print(f"{tool.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
                mentions.append([])
        told[tool.__name__] = {"ms": (time.process_time() - start) * 1000, "mentions": mentions}
    json.dump(told, sys.stdout)


main()
