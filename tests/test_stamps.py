from datetime import datetime

import pytest

from extractors.stamps import USE, Stamp, find_stamps, read_stamp

FETCHED = datetime(2020, 5, 10, 9, 0)


def test_stamp(case):
    stamp = read_stamp(case["text"], fetched=FETCHED)
    found = (stamp.date.isoformat(), stamp.derived) if stamp else None
    assert found == ((case["day"], case.get("derived", False)) if "day" in case else None)


@pytest.mark.parametrize("words", ["вчера", "днес", "преди 3 дни"])
def test_relative_words_are_nothing_without_a_time_of_fetching(words):
    assert read_stamp(words) is None


def test_a_full_day_wins_over_a_relative_word():
    assert read_stamp("вчера, 3 май 2020 г.", fetched=FETCHED) == Stamp(datetime(2020, 5, 3).date())


def test_stamps_are_found_where_they_stand():
    text = "Публикувано: 23.11.2018 г. | Обновено: 5 март 2019"
    assert [text[one.start : one.end] for one in find_stamps(text)] == ["23.11.2018", "5 март 2019"]


def test_what_dateparser_did_is_counted():
    USE.reset()
    read_stamp("17 октомври 2003 г.")
    read_stamp("17 брюмер 2003 г.")
    read_stamp("вчера", fetched=FETCHED)
    assert (USE.asked, USE.answered, USE.relative) == (3, 2, 1)
