"""What keeps the gold honest: it loads, repeats nothing, and every role of the guide stands in it."""

import re
from collections import Counter, defaultdict

import pytest

from corpus.gold import documents
from models.vocabulary import ROLES

GOLD = documents()
SENTENCE = re.compile(r"[^.!?\n]+")
QUOTED = re.compile(r"[„“\"«][^„“”\"«»\n]{3,300}[“”\"»]")


def sentences(text):
    """The sentences of more than eight words, titles and names of programmes in quotes left out."""
    for match in SENTENCE.finditer(QUOTED.sub(" ", text)):
        words = re.findall(r"[^\W\d_]{2,}", match[0].lower())
        if len(words) > 8:
            yield " ".join(words)


def test_there_is_enough_of_it():
    splits = Counter(one.split for one in GOLD)
    assert sum(splits.values()) >= 200
    assert splits["test"] >= 80
    assert sum(one.negative for one in GOLD) >= 40
    assert {one.genre for one in GOLD} >= {
        "start", "progress", "completion", "press_conference", "contract", "call", "table", "yearly_report"
    }  # fmt: skip


@pytest.mark.parametrize("one", GOLD, ids=lambda one: one.id)
def test_a_document_agrees_with_itself(one):
    assert all(figure.quote == one.text[figure.start : figure.end] for figure in one.figures)
    starts = {figure.start for figure in one.figures}
    for figure in one.figures:
        links = (figure.attributes.same_as, figure.attributes.part_of, figure.attributes.subset_of)
        assert all(link in starts for link in links if link is not None)
    assert one.negative == (not one.figures)


def test_no_two_documents_share_a_sentence():
    """Those of the demonstration's web apart: a portal republishes there word for word."""
    seen = defaultdict(set)
    for one in GOLD:
        if one.split != "demo":
            for sentence in sentences(one.text):
                seen[sentence].add(one.id)
    assert {sentence: ids for sentence, ids in seen.items() if len(ids) > 1} == {}


def test_no_two_documents_have_the_same_course_of_figures():
    seen = defaultdict(set)
    for one in GOLD:
        if one.split != "demo" and len(one.figures) >= 5:
            seen[tuple((figure.kind, figure.role) for figure in one.figures)].add(one.id)
    assert [ids for ids in seen.values() if len(ids) > 1] == []


@pytest.mark.parametrize(("kind", "role"), [(kind, role) for kind, roles in ROLES.items() for role in roles])
def test_every_role_stands_often_enough(kind, role):
    counts = Counter(one.split for one in GOLD for figure in one.figures if (figure.kind, figure.role) == (kind, role))
    assert sum(counts.values()) >= 15
    assert counts["test"] >= 3
