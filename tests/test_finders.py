"""Values in running text: amounts, dates, durations, headcounts, before anything is said of their roles."""

from extractors.amounts import find_amounts
from extractors.datings import find_dates
from extractors.durations import find_durations
from extractors.headcounts import find_headcounts
from extractors.read_text import read_text
from extractors.reading import read_over
from extractors.relations import set_bounds


def test_finders(case):
    reading = read_over(read_text(case["text"]))
    found, used = find_amounts(reading)
    found += find_durations(reading, used)
    found += find_headcounts(reading, used)
    found += find_dates(reading, case.get("published"), None)
    set_bounds(reading, found)
    rows = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        bound = [] if one.bound == "exact" else [str(one.bound)]
        rows.append([str(one.kind), case["text"][one.start : one.end], str(one.value), *bound])
    assert rows == case["found"]
