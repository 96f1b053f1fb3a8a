"""``otchet evidence``: a figure with all that proves it; what the archive has lost is one clear error."""

import json
from pathlib import Path

import pytest
import told_store
from gathered_site import ACCOUNT, CODE, FILE, HOST, PAGE, PERSONAL_NUMBER, Site, gathered, report, story
from typer.testing import CliRunner

from flows.cli import app
from models.keys import digest
from models.store import list_documents


@pytest.fixture
def site(settings, database):
    return gathered(settings, database)


def run(*arguments, code=0):
    result = CliRunner().invoke(app, [str(one) for one in arguments], prog_name="otchet")
    assert result.exit_code == code, result.stderr
    return result


def refused(*arguments, code=1):
    stderr = run(*arguments, code=code).stderr
    assert len(stderr.splitlines()) == 1, stderr
    (line,) = stderr.splitlines()
    return line


def claim(quote):
    """A claim of the project as ``otchet show`` gives it, by its words."""
    (line,) = run("show", CODE, "--json").stdout.splitlines()
    return next(one for one in json.loads(line)["claims"] if one["quote"] == quote)


def lines_of(result):
    """The labelled lines of the answer for people."""
    return {line[2:11].strip(): line[12:] for line in result.stdout.splitlines()[2:]}


def test_all_that_proves_a_figure_is_told(site):
    snapshot = site.snapshots(FILE)[0]
    one = claim("1 200 лв.")
    result = run("evidence", one["key"])
    first, second, *_ = result.stdout.splitlines()
    assert first.startswith("1 200.00 BGN  amount ")
    assert "са изплатени «1 200 лв.» по сметка" in second
    told = lines_of(result)
    assert told["project"] == CODE
    assert told["address"] == HOST + FILE
    assert told["fetched"].startswith("21.11.2026 05:02")
    assert told["place"].startswith("page 2, 1")
    assert told["SHA-256"].startswith(digest(report()))
    assert told["archive"] == (
        f"{snapshot.archive_file} at {snapshot.archive_offset}, {snapshot.archive_length} bytes packed"
    )
    assert told["figure"] == one["key"]


def test_the_json_has_the_same_and_the_boxes(site):
    one = claim("1 200 лв.")
    (line,) = run("evidence", one["key"], "--json").stdout.splitlines()
    found = json.loads(line)
    assert {name: found[name] for name in one if name != "document"} == {
        name: one[name] for name in one if name != "document"
    }
    assert found["sha256"] == digest(report())
    assert found["bytes"] == len(report())
    assert found["fetched_at"] == "2026-11-21T03:02:00Z"
    assert found["imported"] is None
    assert found["projects"] == [CODE]
    assert found["picture"] is None
    (box,) = found["boxes"]
    assert box["page"] == 2
    x0, y0, x1, y1 = box["box"]
    assert 60 < x0 < x1 < 300
    assert 290 < y0 < y1 < 330
    snapshot = site.snapshots(FILE)[0]
    assert found["archive"] == {
        "file": snapshot.archive_file,
        "offset": snapshot.archive_offset,
        "length": snapshot.archive_length,
    }


def test_every_key_that_search_and_show_and_the_export_give_is_taken(site, tmp_path):
    keys = {
        figure["key"]
        for line in run("search", CODE, "--json").stdout.splitlines()
        for figure in json.loads(line)["figures"]
    }
    keys |= {one["key"] for one in json.loads(run("show", CODE, "--json").stdout)["claims"]}
    run("export", tmp_path / "data")
    exported = [json.loads(line) for line in (tmp_path / "data" / "figures.jsonl").read_text("utf-8").splitlines()]
    assert keys <= {one["key"] for one in exported}
    for one in exported:
        assert run("evidence", one["key"]).stdout
    # What is printed for people is the beginning of a key, and enough.
    printed = run("show", CODE).stdout.split(" · figure ")[1].split()[0]
    assert len(printed) == 10
    assert lines_of(run("evidence", printed))["figure"].startswith(printed)


def test_capital_letters_and_spaces_do_not_matter(site):
    key = claim("1 200 лв.")["key"]
    assert lines_of(run("evidence", f" {key[:12].upper()} "))["figure"] == key


def test_an_ambiguous_beginning_names_the_figures(site, database):
    # Of seventeen keys two begin with the same of sixteen signs.
    sums = "".join(f"<p>За дейност {number} са предвидени {number} 500 лв.</p>" for number in range(1, 18))
    site.keep("/bg/novini/deynosti", story().replace(b"</article>", sums.encode() + b"</article>"))
    site.read()
    with database.reading() as session:
        from models.store import find_figures

        known = [one.key for one in find_figures(session, "", 100)]
    first = next(one for one in "0123456789abcdef" if sum(key.startswith(one) for key in known) > 1)
    line = refused("evidence", first)
    assert "several figures begin with" in line
    assert sum(key in line for key in known) > 1


@pytest.mark.parametrize(("key", "code"), [("f" * 20, 1), ("ж", 2), ("../../x", 2), ("%", 2), (" ", 2)])
def test_an_unknown_key_says_where_to_find_one(site, key, code):
    line = refused("evidence", key, code=code)
    assert "otchet search" in line
    assert "--json" in line


def test_the_picture_is_written(site, tmp_path):
    file = tmp_path / "place.png"
    result = run("evidence", claim("1 200 лв.")["key"], "--png", file)
    assert file.read_bytes().startswith(b"\x89PNG")
    assert "personal numbers are painted over" in lines_of(result)["picture"]
    (line,) = run("evidence", claim("1 200 лв.")["key"], "--png", file, "--json").stdout.splitlines()
    picture = json.loads(line)["picture"]
    assert picture["page"] == 2
    assert picture["covered"] is True
    assert picture["width"] > 1000


def test_a_web_page_has_no_picture_and_that_is_said(site, tmp_path):
    file = tmp_path / "place.png"
    result = run("evidence", claim("120 000 лв.")["key"], "--png", file, code=3)
    assert "«120 000 лв.»" in result.stdout
    assert "the document (text/html) has no pages" in result.stderr
    assert not file.exists()


def test_the_picture_writes_over_no_other_file(site, tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    assert "not written over" in refused("evidence", claim("1 200 лв.")["key"], "--png", file, code=2)
    assert file.read_text() == "mine"
    assert "is no file" in refused("evidence", claim("1 200 лв.")["key"], "--png", tmp_path, code=2)
    assert "Check the name" in refused("evidence", claim("1 200 лв.")["key"], "--png", tmp_path / "no" / "x.png")


def test_personal_numbers_are_covered_character_for_character(site):
    for output in (
        run("evidence", claim("1 200 лв.")["key"]).stdout,
        run("evidence", claim("1 200 лв.")["key"], "--json").stdout,
    ):
        assert PERSONAL_NUMBER not in output
        assert ACCOUNT not in output
    whole = run("evidence", claim("1 200 лв.")["key"]).stdout
    assert "█" * len(ACCOUNT) in whole or "█" * len(PERSONAL_NUMBER) in whole


def test_a_figure_on_a_personal_number_is_not_shown(settings, database):
    from models.figure import Figure, read_value
    from models.records import Reading
    from models.store import find_figures, put_readings
    from models.vocabulary import Kind

    site = gathered(settings, database)
    snapshot = site.snapshots(FILE)[0]
    with database.reading() as session:
        from models.store import get_document

        stored = next(
            one for key in list_documents(session) if (one := get_document(session, key)).snapshot == snapshot.key
        )
    text = stored.document.text
    wrong = Figure(
        Kind.HEADCOUNT,
        "other",
        read_value(Kind.HEADCOUNT, PERSONAL_NUMBER, "persons"),
        PERSONAL_NUMBER,
        text.index(PERSONAL_NUMBER),
    )
    with database.writing() as session:
        put_readings(session, snapshot.key, [Reading(stored.document, (wrong,))], reader="x", rules="x")
    with database.reading() as session:
        (key,) = [one.key for one in find_figures(session, "", 100) if one.figure.quote == PERSONAL_NUMBER]
    line = refused("evidence", key)
    assert "personal number" in line
    assert PERSONAL_NUMBER not in line


def test_a_superseded_figure_whose_text_is_gone_says_so(site, database):
    from models.records import Reading
    from models.store import get_document, put_readings

    key = claim("120 000 лв.")["key"]
    snapshot = site.snapshots(PAGE)[0]
    with database.reading() as session:
        stored = next(
            one
            for one in (get_document(session, key) for key in list_documents(session))
            if one.snapshot == snapshot.key
        )
    from dataclasses import replace

    shorter = replace(stored.document, text="Текстът е друг.", blocks=())
    with database.writing() as session:
        put_readings(session, snapshot.key, [Reading(shorter)], reader="x", rules="x")
    line = refused("evidence", key)
    assert "earlier reading" in line
    assert HOST + PAGE in line


def test_changed_bytes_are_one_clear_error(site, tmp_path):
    key = claim("1 200 лв.")["key"]
    snapshot = site.snapshots(FILE)[0]
    path = Path(site.settings.archive) / snapshot.archive_file
    data = bytearray(path.read_bytes())
    middle = snapshot.archive_offset + snapshot.archive_length // 2
    data[middle : middle + 4] = b"\x00" * 4
    path.write_bytes(data)
    line = refused("evidence", key, "--png", tmp_path / "x.png")
    assert snapshot.archive_file in line
    assert "Harvest" in line
    assert not (tmp_path / "x.png").exists()


def test_lost_bytes_are_one_clear_error(site):
    key = claim("1 200 лв.")["key"]
    (Path(site.settings.archive) / site.name).unlink()
    assert "OTCHET_ARCHIVE" in refused("evidence", key)


def test_a_revisit_names_the_record_that_has_the_bytes(site, settings, database):
    first = site.snapshots(PAGE)[0]
    later = Site(settings, database, run="aaaabbbbcccc")
    later.keep("/bg/novini/topli-domove-print", story())
    later.read()
    claims = json.loads(run("show", CODE, "--json").stdout)["claims"]
    key = next(one["key"] for one in claims if one["document"]["address"].endswith("-print"))
    result = run("evidence", key)
    assert f"the same bytes as came before: {first.archive_file} at {first.archive_offset}" in result.stdout
    found = json.loads(run("evidence", key, "--json").stdout)
    assert found["archive"]["bytes_in"] == {"file": first.archive_file, "offset": first.archive_offset}


def test_what_is_hostile_is_shown_as_text(database, settings):
    """Nothing of the hostile page is archived: the error is about that, not about its title."""
    told_store.fill(database)
    claims = json.loads(run("show", told_store.HOSTILE, "--json").stdout)["claims"]
    line = refused("evidence", claims[0]["key"])
    assert "\x1b" not in line
    assert "radomir.warc.gz" in line
