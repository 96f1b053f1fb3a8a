"""The words of a language, read once from ``lexicon/<language>/*.toml``."""

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
