"""Gold is written by marks in the text: what is marked is what is kept, and can be marked again for a review."""

import re

import pytest
from test_docs import blocks

from corpus.gold import GoldError, documents, load
from corpus.markup import MarkupError, read_marked, to_marked, write_gold
from models.vocabulary import Phase

EXAMPLE = next(body for body in blocks("CONTRIBUTING.md", "") if body.startswith("+++"))
DOCUMENTS = documents()


def test_the_example_of_contributing_becomes_a_gold_document(tmp_path):
    marked = tmp_path / "marked.txt"
    marked.write_text(EXAMPLE, "utf-8")
    assert write_gold(marked, tmp_path / "demo-example") == 2
    gold = load(tmp_path / "demo-example")
    assert (gold.id, gold.split, gold.phase) == ("demo-example", "dev", Phase.PROGRESS)
    assert [figure.quote for figure in gold.figures] == ["36 души", "20 лични асистенти"]
    assert gold.figures[0].project == "BG05M9OP001-2.002-9001-C01"


@pytest.mark.parametrize("gold", DOCUMENTS, ids=lambda one: one.id)
def test_what_is_marked_again_reads_back_the_same(gold):
    projects = list(dict.fromkeys(figure.project for figure in gold.figures if figure.project))
    listed = ", ".join(f"'{project}'" for project in projects)
    _, text, figures = read_marked(to_marked(f"projects = [{listed}]\n", gold.text, gold.figures))
    assert text == gold.text
    assert tuple(sorted(figures, key=lambda one: (one.start, one.end))) == gold.figures


@pytest.mark.parametrize(("line", "said"), [("phase", "phase is not told"), ("genre", "genre is not told")])
def test_a_document_without_its_head_is_told(tmp_path, line, said):
    marked = tmp_path / "marked.txt"
    marked.write_text(re.sub(rf"(?m)^{line} = .*\n", "", EXAMPLE), "utf-8")
    write_gold(marked, tmp_path / "demo-example")
    with pytest.raises(GoldError, match=f"demo-example/document.toml: {said}"):
        load(tmp_path / "demo-example")


def test_a_phase_that_is_none_is_told(tmp_path):
    marked = tmp_path / "marked.txt"
    marked.write_text(EXAMPLE.replace('"progress"', '"ready"'), "utf-8")
    write_gold(marked, tmp_path / "demo-example")
    with pytest.raises(GoldError, match="'ready' is no phase"):
        load(tmp_path / "demo-example")


@pytest.mark.parametrize(
    "note", ["headcount", "headcount drivers 36", "people staff 36", "amount grant 5", "date event 31"]
)
def test_a_mark_that_cannot_be_read_names_its_quote(note):
    with pytest.raises(MarkupError, match="36 души"):
        read_marked(EXAMPLE.replace("headcount staff 36 #all", note))


@pytest.mark.parametrize(
    ("without", "said"), [("[[36", "does not begin"), ("||headcount staff 36 #all]]", "does not end")]
)
def test_half_a_mark_is_told(without, said):
    with pytest.raises(MarkupError, match=said):
        read_marked(EXAMPLE.replace(without, without.strip("[]").partition("||")[0]))


def test_a_mark_may_lie_in_another():
    marked = "+++\nprojects = []\n+++\nОт [[2 до [[7 май 2017||date event 2017-05-07]]||date event 2017-05-02]]."
    _, text, figures = read_marked(marked)
    assert text == "От 2 до 7 май 2017."
    assert [(figure.quote, figure.value_text) for figure in figures] == [
        ("2 до 7 май 2017", "2017-05-02"),
        ("7 май 2017", "2017-05-07"),
    ]
