"""The language data reads, repeats nothing, and no word of it mixes alphabets (``трилионa`` with a Latin a)."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEXICON = ROOT / "extractors" / "lexicon"
FILES = sorted(LEXICON.rglob("*.toml"))
PYTHON = sorted(
    path for package in ("models", "extractors", "corpus", "flows", "web") for path in (ROOT / package).rglob("*.py")
)
# Escapes (``\u0430``, ``\n``, a regex's ``\b``) and ranges (``[а-яa-z]``) are no part of a word.
ESCAPE = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\x[0-9A-Fa-f]{2}|\\[A-Za-z]|\w-\w")
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[Ѐ-ԯ]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
# The one name of a table or list whose words may mix alphabets, written as escapes.
ALLOWED = "lookalikes"


def relative(path):
    return path.relative_to(ROOT).as_posix()


def mixed(text):
    return [word for word in WORD.findall(text) if CYRILLIC.search(word) and LATIN.search(word)]


def strings(value, names=()):
    """Give every string of a TOML value, keys too, with the names of the tables above it."""
    if isinstance(value, str):
        yield names, value
    elif isinstance(value, list):
        for one in value:
            yield from strings(one, names)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield names, key
            yield from strings(one, (*names, key))


def lists(value, names=()):
    if isinstance(value, list):
        yield names, value
        for one in value:
            yield from lists(one, names)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from lists(one, (*names, key))


def test_the_check_sees_a_foreign_letter_in_a_word():
    assert mixed("трилион\u0061 и милиона") == ["трилион\u0061"]
    assert mixed("2014BG05M9OP001 по ОПРЧР, e-mail и 5-те") == []


def test_there_is_a_lexicon():
    assert FILES, f"no TOML under {relative(LEXICON)}"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_word_is_written_in_two_alphabets(path):
    source = path.read_text("utf-8")
    assert mixed(ESCAPE.sub(" ", source)) == [], "a look-alike is written as an escape: \\u0430"
    found = [
        text for names, text in strings(tomllib.loads(source)) if mixed(ESCAPE.sub(" ", text)) and ALLOWED not in names
    ]
    assert found == [], f"words of two alphabets stand only under `{ALLOWED}`"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_list_says_a_word_twice(path):
    twice = [
        (".".join(names), one)
        for names, values in lists(tomllib.loads(path.read_text("utf-8")))
        for number, one in enumerate(values)
        if one in values[:number]
    ]
    assert twice == []


# Patterns may begin with a blank; words may not.
@pytest.mark.parametrize("path", [path for path in FILES if path.name != "shapes.toml"], ids=relative)
def test_no_word_is_empty_or_padded_by_mistake(path):
    values = tomllib.loads(path.read_text("utf-8"))
    assert [text for _, text in strings(values) if text.strip() != text or not text] == []


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_code_writes_look_alikes_as_escapes(path):
    """Comments and docstrings may quote what came damaged; what the program works with may not be ambiguous to see."""
    source = path.read_text("utf-8")
    documentation, found = docstring_lines(source), []
    for node in ast.walk(ast.parse(source)):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if mixed(text) and node.lineno not in documentation:
            written = ast.get_source_segment(source, node) or text
            found += [f"{node.lineno}: {word}" for word in mixed(ESCAPE.sub(" ", written))]
    assert found == []


def docstring_lines(source):
    """Give the lines on which the docstrings of a module begin."""
    places = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, places) and ast.get_docstring(node)]
    return {node.body[0].lineno for node in nodes}
