"""What the documents say is so: commands, targets, links and folders are there, examples give what they show."""

import doctest
import importlib
import re
import shlex
import subprocess
from pathlib import Path

import duckdb
import pytest
import typer
from told_store import fill

from corpus.markup import read_marked
from flows.cli import app
from models.export import export

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
PACKAGES = ("models", "extractors", "corpus", "flows", "web")
WITH_EXAMPLES = [
    path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
    if re.search(r"^ *>>> ", path.read_text("utf-8"), re.MULTILINE)
]
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def relative(path):
    return path.relative_to(ROOT).as_posix()


def shell_lines(page):
    for language, body in FENCE.findall(page.read_text("utf-8")):
        if language == "sh":
            for line in re.sub(r"\\\n", " ", body).splitlines():
                if line.strip() and not line.lstrip().startswith("#"):
                    yield line.strip()


def commands(page, program):
    """Give the words after each call of a program, whatever stands before it (``VAR=x``, ``.venv/bin/``) or behind."""
    for line in shell_lines(page):
        for part in re.split(r"\s(?:&&|\|\||[|;&])\s", line):
            words = shlex.split(part, comments=True)
            while words and re.fullmatch(r"\w+=.*", words[0]):
                words = words[1:]
            if words and Path(words[0]).name == program:
                yield line, words[1:]


def misused(words):
    """Say what a line of ``otchet …`` asks for that the command line does not have, or None."""
    command = typer.main.get_command(app)
    known = {name for one in command.params for name in one.opts}
    while words:
        word = words.pop(0)
        if word.startswith("-") and word != "-":
            name = word.partition("=")[0]
            if name not in known and name not in ("--help", "-h"):
                return f"no option {name}"
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return f"no command {word}"
            command = command.commands[word]
            known |= {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    return None


def anchors(page):
    """Give the anchors of a page's headings as GitHub makes them."""
    text = FENCE.sub("", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_command_shown_is_one_that_there_is(page):
    wrong = [(line, problem) for line, words in commands(page, "otchet") if (problem := misused(words))]
    assert wrong == []


def test_a_command_that_is_not_there_is_seen():
    assert misused(["fly"]) == "no command fly"
    assert misused(["search", "дом", "--colour"]) == "no option --colour"
    assert misused(["search", "дом", "--json"]) is None


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_target_shown_is_in_the_makefile(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    asked = {word for _, words in commands(page, "make") for word in words if "=" not in word}
    assert asked - targets == set()


def test_the_readme_tells_the_two_commands():
    asked = [words[0] for _, words in commands(ROOT / "README.md", "make") if words]
    assert {"demo", "test"} <= set(asked)


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_link_leads_somewhere(page):
    broken = []
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_where_is_what_names_every_folder():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    folders = {name.partition("/")[0] for name in listed.stdout.splitlines() if "/" in name}
    section = re.search(r"^## Where is what\n(.*?)(?=^## |\Z)", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert section, "README.md has no section “Where is what”"
    assert {folder for folder in folders if f"`{folder}/" not in section[1]} == set()


def test_every_environment_variable_is_told():
    """A setting that the code reads and no page names is one that nobody finds."""
    told = "".join(page.read_text("utf-8") for page in PAGES)
    code = "".join(path.read_text("utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    code += "".join((ROOT / name).read_text("utf-8") for name in ("Makefile", "scripts/system.sh", "scripts/setup.sh"))
    read = re.findall(r"(?:environ\W+(?:get\W+|pop\W+)?|values\.get\(\W*|envvar=\W*|\$\{|(?<=\s@))(OTCHET_\w+)", code)
    assert {"OTCHET_HOME", "OTCHET_CONTACT", "OTCHET_NO_APT"} <= set(read)
    assert set(read) - set(re.findall(r"\bOTCHET_[A-Z_]+\b", told)) == set()


def test_the_changelog_knows_the_version():
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]
    headings = HEADING.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert any(heading.startswith(("[Unreleased]", f"[{version}]")) for heading in headings)


def blocks(name, language):
    """Give the fenced blocks of a language on a page; there must be one."""
    found = [body for one, body in FENCE.findall((ROOT / name).read_text("utf-8")) if one == language]
    assert found, f"{name} shows no {language or 'plain'} block"
    return found


def test_the_examples_of_data_run_on_an_export(database, tmp_path, monkeypatch, capsys):
    fill(database)
    export(database, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    for example in blocks("docs/data.md", "python"):
        exec(compile(example, "docs/data.md", "exec"), {})
    told = capsys.readouterr().out
    assert "BG05M9OP001-2.002-9101" in told
    assert "499 106,04 лв." in told
    (query,) = blocks("docs/data.md", "sql")
    assert "498 248,45 лв." in [row[-1] for row in duckdb.sql(query).fetchall()]


def test_the_example_of_extract_runs(tmp_path, monkeypatch, capsys):
    (tmp_path / "announcement.html").write_text(
        "<html lang=bg><meta charset=utf-8><title>Новина</title><body><article><h1>Приключи проект</h1>"
        "<p>Проект BG05M9OP001-2.002-9101-C01 е на стойност 375 000 лв.</p></article></body></html>",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    for example in blocks("docs/extract.md", "python"):
        exec(compile(example, "docs/extract.md", "exec"), {})
    assert "amount 375000.00 375 000 лв." in capsys.readouterr().out


def test_the_example_of_the_component_runs(capsys):
    (example,) = blocks("README.md", "python")
    exec(compile(example, "README.md", "exec"), {})
    assert "('375 000 лв.', 'amount', 'total_value')" in capsys.readouterr().out


def test_the_marked_example_is_one_that_can_be_read():
    (marked,) = (body for body in blocks("CONTRIBUTING.md", "") if body.startswith("+++"))
    _, text, figures = read_marked(marked)
    assert [figure.quote for figure in figures] == ["36 души", "20 лични асистенти"]
    assert all(text[figure.start : figure.end] == figure.quote for figure in figures)
    assert figures[1].attributes.part_of == figures[0].start


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=relative)
def test_examples_in_the_code_give_what_they_show(path):
    name = relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert result.failed == 0
