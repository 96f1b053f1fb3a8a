"""The passages that roles are learned from: they read, none is told twice, and none is of the gold that is measured."""

import re
from collections import Counter

import pytest

from corpus import passages as module
from corpus.gold import documents
from corpus.markup import MarkupError
from corpus.passages import passages
from models.vocabulary import ROLES, Kind

RUN = 9
WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def all_passages():
    return passages()


def test_every_quote_is_at_its_place(all_passages):
    assert len(all_passages) > 1500
    for one in all_passages:
        for figure in one.figures:
            assert one.text[figure.start : figure.end] == figure.quote, one.id


def test_no_passage_stands_twice(all_passages):
    assert [text for text, count in Counter(one.text for one in all_passages).items() if count > 1] == []


def test_every_role_is_met_in_many_words(all_passages):
    met = Counter((figure.kind, figure.role) for one in all_passages for figure in one.figures)
    asked = (Kind.AMOUNT, Kind.DATE, Kind.DURATION, Kind.HEADCOUNT)
    assert [(kind, role) for kind in asked for role in ROLES[kind] if met[kind, role] < 15] == []


def test_no_passage_shares_a_sentence_with_gold_that_is_measured(all_passages):
    def runs(text):
        words = WORD.findall(text.lower())
        return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}

    measured = set().union(*(runs(one.text) for one in documents("test")))
    assert [one.id for one in all_passages if runs(one.text) & measured] == []


def test_what_is_wrong_is_named_by_theme_and_passage(tmp_path, monkeypatch):
    (tmp_path / "odd.txt").write_text("Добре.\n\n[[12 лв.||amount nothing 12.00 BGN]]", "utf-8")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    with pytest.raises(MarkupError, match=r"odd\.txt, passage 2"):
        passages()
