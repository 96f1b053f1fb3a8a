"""Values as people read them in a language: ``498 248,45 лв.``, ``17.10.2017``, ``2 години и 2 месеца``."""

from models.codes import ProcedureCode, ProjectCode
from models.figure import Figure
from models.values import Amount, Duration, Headcount, PartialDate
from web.language import Language

#: A number must not break over two lines.
NBSP = "\u00a0"


def worded(figure: Figure, language: Language) -> str:
    """Return the figure's value with its bound: ``около 76 места``."""
    value = figure.value
    if isinstance(value, Amount):
        text = money(value.minor, value.currency, language)
    elif isinstance(value, PartialDate):
        text = _date(value, language)
    elif isinstance(value, Duration):
        text = _duration(value, language)
    elif isinstance(value, Headcount):
        unit = language.word("unit", value.unit)
        text = f"{_grouped(value.number)}{NBSP if unit else ''}{unit}"
    else:
        assert isinstance(value, ProjectCode | ProcedureCode)  # the last two of the six
        text = value.text
    bound = language.word("bound", figure.bound.value)
    return f"{bound} {text}" if bound else text


def in_euro(figure: Figure, language: Language) -> str | None:
    """Return an amount in leva as euro at the fixed rate; None for all else."""
    value = figure.value
    if not isinstance(value, Amount) or value.currency == "EUR" or value.eur_minor is None:
        return None
    return money(value.eur_minor, "EUR", language)


def money(minor: int, currency: str, language: Language) -> str:
    """Return an amount of minor units in the language's way."""
    units = language.words["unit"]
    point = language.word("unit", "decimal")
    return f"{_grouped(minor // 100)}{point}{minor % 100:02}{NBSP}{units.get(currency, currency)}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", NBSP)


def _date(value: PartialDate, language: Language) -> str:
    if value.quarter is not None:
        return language.word("date", "quarter").format(quarter=value.quarter, year=value.year)
    if value.half is not None:
        return language.word("date", "half").format(half=value.half, year=value.year)
    if value.month is None:
        return str(value.year)
    month = language.words["date"]["months"][value.month - 1]
    if value.day is None:
        return f"{month} {value.year}"
    return f"{value.day}{NBSP}{month} {value.year}"


def _duration(value: Duration, language: Language) -> str:
    parts = ((value.years, "years"), (value.months, "months"), (value.weeks, "weeks"), (value.days, "days"))
    said = [
        f"{number}{NBSP}{language.word('duration', f'{noun}_one' if number == 1 else f'{noun}_many')}"
        for number, noun in parts
        if number
    ]
    return f" {language.word('duration', 'and')} ".join(said)
