"""The spaCy component: it is found by name, aligned to its tokens, saved and loaded; offsets hold for any text."""

import json
import os
import time
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.gold import documents
from corpus.score import match, score
from extractors import extract, read
from extractors.canonical import canonical, shadow
from extractors.pipeline import run
from models.figure import Figure

TEXT = (
    "Община Пример изпълнява проект № BG05M9OP001-2.040-9001-C01 „Грижа“. На 17.10.2017г.приключи обучението "
    "на 25-те лични асистенти. Помощта е 499 106.04лв., от 2 до 7 май 2018 г. се проведе информационна кампания "
    "за 130 потребители."
)


def test_anyone_with_spacy_gets_the_figures():
    nlp = spacy.blank("bg")
    nlp.add_pipe("otchet")
    doc = nlp(TEXT)
    spans = [(span.text, span.label_, span.id_) for span in doc.spans["figures"]]
    assert ("499 106.04лв.", "amount", "grant") in spans
    assert spans == [(one.quote, str(one.kind), one.role) for one in extract(TEXT)]
    assert [token.text for token in doc if token.text.startswith("BG05")] == ["BG05M9OP001-2.040-9001-C01"]


def test_a_unit_that_runs_into_broken_letters_is_a_figure_all_the_same():
    doc = run("Общата стойност на проекта е 499 106.04 лв\u0405\u0421\u040fР\u2020Р° , от които 20 000 лв.")
    assert next(one.quote for one in doc.user_data["figures"]).startswith("499 106.04 лв")
    assert len(doc.spans["figures"]) == len(doc.user_data["figures"])


def test_a_pipeline_saves_and_loads(tmp_path):
    nlp = spacy.blank("bg")
    nlp.add_pipe("otchet")
    doc = nlp(TEXT)
    before = [(span.text, span.id_) for span in doc.spans["figures"]]
    nlp.to_disk(tmp_path / "saved")
    loaded = spacy.load(tmp_path / "saved")
    again = loaded(TEXT)
    assert [(span.text, span.id_) for span in again.spans["figures"]] == before
    assert loaded.pipe_names == ["otchet"]


def test_many_texts_at_once_give_what_each_gives_alone():
    nlp = spacy.blank("bg")
    nlp.add_pipe("otchet")
    texts = [one.text for one in documents()[:8]]
    piped = [[span.text for span in doc.spans["figures"]] for doc in nlp.pipe(texts)]
    alone = [[one.quote for one in extract(text)] for text in texts]
    assert piped == alone
    assert sum(map(len, alone)) > 50


def test_a_long_document_is_no_error():
    nlp = spacy.blank("bg")
    nlp.add_pipe("otchet")
    assert nlp.max_length >= 50_000_000
    long = (TEXT + "\n\n") * 6000
    assert len(long) > 1_000_000
    assert len(extract(long)) >= 6000 * 5


@pytest.mark.parametrize("gold", documents(), ids=lambda one: one.id)
def test_quotes_stand_where_they_say(gold):
    doc = run(gold.text)
    assert doc.text == gold.text
    for one in doc.user_data["figures"]:
        assert gold.text[one.start : one.end] == one.quote
        assert one.rule


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_offsets_hold_for_any_text(text):
    whole = canonical(text)
    assert len(shadow(whole)) == len(whole)
    doc = run("Проект BG05M9OP001-2.040-9001-C01. " + text)
    assert doc.text == canonical("Проект BG05M9OP001-2.040-9001-C01. " + text)
    for one in doc.user_data["figures"]:
        assert doc.text[one.start : one.end] == one.quote


SHARDS = (
    "12| 345|,50| лв.| 17.10.2017| г.| от | до | – | BG05M9OP001|-2.002|-0003|№ |0431/98266| двама| млн.| месеца| и "
    "| потребители|/|.|(|)|\n| \t | I | тримесечие| 2018| юни| %|-те| половин милион| 14:30| капацитет | бр.|:|;"
    "| Срок: |2014-2020|€|*|\u00a0|\u00ad"
)
PIECES = st.sampled_from(SHARDS.split("|"))


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_shards_of_announcements_break_nothing(text):
    doc = run("проект BG05M9OP001-2.040-9001-C01 " + text)
    for one in doc.user_data["figures"]:
        assert doc.text[one.start : one.end] == one.quote


PIECE = ["1", "1.", "1 234", "12.05.", "BG05M9OP001-", "„", "((", "от 1 до ", "двадесет и ", "№ 1/", "0431/", "и", "\n"]


@pytest.mark.parametrize("piece", PIECE)
def test_time_grows_with_length_and_no_faster(piece):
    def seconds(length: int) -> float:
        text = "проект BG05M9OP001-2.040-9001-C01 " + piece * (length // len(piece))
        begun = time.process_time()
        extract(text)
        return time.process_time() - begun

    seconds(2_000)
    small, large = min(seconds(20_000) for _ in range(3)), seconds(160_000)
    # Eight times the text: a quadratic rule would take 64 times as long.
    assert large < 24 * small + 0.5


def test_the_gold_floors_hold():
    from flows.evaluate import evaluate

    assert evaluate().problems == ()


@pytest.mark.skipif("OTCHET_SEEDS" not in os.environ, reason="OTCHET_SEEDS names no folder of real announcements")
def test_real_announcements():
    folder = Path(os.environ["OTCHET_SEEDS"])
    matchings = []
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        gold = [Figure.from_record(one) for one in record["figures"]]
        text = (folder / f"{record['id']}.txt").read_text("utf-8")
        matchings.append(match(gold, extract(text)))
    total = score(matchings)
    assert total.documents >= 5
    assert total.value.f1 >= 0.97
    assert total.role.f1 >= 0.93


@pytest.mark.parametrize(
    ("sentence", "kind", "role", "value"),
    [
        ("Проектът е на стойност 499 106.04 лв.", "amount", "total_value", "499106.04"),
        ("По проекта са наети 20 лични асистенти.", "headcount", "personal_assistants", "20"),
        ("Проектът стартира на 1 март 2023 г.", "date", "project_start", "2023-03-01"),
        ("Срокът за изпълнение е 24 месеца.", "duration", "project", "P24M"),
        ("Изплатени са 12 000 лв.", "amount", "spent", "12000.00"),
    ],
)
def test_a_sentence_alone_is_read(sentence, kind, role, value):
    (figure,) = extract(sentence)
    assert (figure.kind, figure.role, figure.value_text) == (kind, role, value)


def test_of_a_short_page_a_word_of_funding_is_asked_for():
    (feast,) = read("<html><body><p>На 24 май от 10 часа 200 ученици излизат на площада.</p></body></html>".encode())
    assert extract(feast) == []
    (news,) = read("<html><body><p>Безвъзмездната финансова помощ е 375 000 лв.</p></body></html>".encode())
    assert [figure.role for figure in extract(news)] == ["grant"]
