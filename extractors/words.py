"""The words of a language, read once from ``lexicon/<language>/*.toml``."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGE = "bg"


@cache
def words(name: str, language: str = LANGUAGE) -> dict[str, Any]:
    """Return the table ``lexicon/<language>/<name>.toml``; a missing or broken file raises as it is met."""
    source = files("extractors").joinpath("lexicon", language, f"{name}.toml")
    return tomllib.loads(source.read_text("utf-8"))


@cache
def shape(module: str, name: str) -> re.Pattern[str]:
    """Return the pattern ``name`` of a rule module, made of words of the language: ``shapes.toml``."""
    table: dict[str, str] = words("shapes")[module]
    if name in table:
        return re.compile(table[name])
    return re.compile(table[f"{name}_verbose"], re.VERBOSE)
