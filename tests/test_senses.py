"""Senses of words: the longest entry of each lexicon that fits a word, and no other."""

import pytest

from extractors import senses
from extractors.senses import SENSES, _Senses


@pytest.mark.parametrize(
    ("word", "sense"),
    [
        ("започна", "common.begin"),
        ("тръгнаха", "acts.begin"),
        ("изхарчихме", "money.spend"),
        ("зидарите", "people.job_manual"),
        ("пенсионерки", "people.elder"),
    ],
)
def test_words_of_many_kinds_have_their_sense(word, sense):
    assert sense in SENSES[word]


def test_a_word_that_no_lexicon_has_means_nothing():
    assert SENSES["ъъъъ"] == ()
    assert SENSES[","] == ()


def test_each_lexicon_gives_the_senses_of_its_longest_entry(monkeypatch):
    table = {
        "senses_common": {"town": "общин*", "own": "общинск*", "both": "общинск* общ"},
        "senses_acts": {},
        "senses_money": {"ours": "общин*"},
        "senses_people": {},
    }
    monkeypatch.setattr(senses, "words", table.__getitem__)
    senses._lexicons.cache_clear()
    found = _Senses()
    assert found["общинския"] == ("common.own", "common.both", "money.ours")
    assert found["общината"] == ("common.town", "money.ours")
    assert found["общ"] == ("common.both",)
    assert found["общо"] == ()
    senses._lexicons.cache_clear()
