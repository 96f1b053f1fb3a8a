"""DOC: through antiword or LibreOffice, whichever this machine has; a reason where it has neither."""

import shutil
import time
from pathlib import Path

import pytest
from office import blocks, furniture, headers, told

from extractors import extract, read
from extractors.converters import own_folder, ran
from extractors.errors import DamagedDocument, EncryptedDocument, OversizedDocument, UnknownFormat

# Made by LibreOffice 7.4 of a text of our own; it ends with a hidden „Скрито 999 лв.“.
LETTER = (Path(__file__).parent / "office_files" / "letter.doc").read_bytes()

FIGURES = {
    ("total_value", "312480.50"),
    ("total_value", "159768.74"),
    ("grant", "265608.43"),
    ("spent", "98000.00"),
    ("own_contribution", "46872.07"),
    ("personal_assistants", "14"),
    ("users", "58"),
    ("project_end", "2019-03-14"),
}

has_antiword = pytest.mark.skipif(not shutil.which("antiword"), reason="no antiword on this machine")
has_office = pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on this machine")
pytestmark = pytest.mark.office


def alone(program, folder, monkeypatch):
    """Let this be the only program on the path, beside those that start it."""
    for name in ("sh", "cat", program):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))


def check(document):
    assert document.media_type == "application/msword"
    assert document.title == "Община Ясеново стартира „Топъл обяд за Ясеново“"
    kinds = [kind for kind, _ in blocks(document)]
    assert kinds[:4] == ["heading", "paragraph", "list_item", "list_item"]
    found = headers(document)
    assert found["159 768,74"] == ("в евро", "По договор", "Обща стойност")
    assert found["98 000,00"] == ("в лева", "Изплатено", "Обща стойност")
    assert "999" not in document.text
    assert told(extract(document), document.text) >= FIGURES


@has_antiword
def test_a_letter_is_read_by_antiword(tmp_path, monkeypatch):
    alone("antiword", tmp_path, monkeypatch)
    (document,) = read(LETTER, name="писмо.pdf", content_type="text/html")
    check(document)


@has_office
def test_a_letter_is_read_by_libreoffice_where_antiword_is_not_there(tmp_path, monkeypatch):
    alone("soffice", tmp_path, monkeypatch)
    (document,) = read(LETTER)
    check(document)
    assert furniture(document) == ["ОБЩИНА ЯСЕНОВО, тел. 0700 11 222"]


def test_without_a_converter_the_reason_names_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnknownFormat, match=r"needs a converter \(antiword or LibreOffice\)"):
        read(LETTER)


def test_a_password_is_told_before_any_converter_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    locked = bytearray(LETTER)
    locked[locked.index(b"\xec\xa5") + 11] |= 1
    with pytest.raises(EncryptedDocument, match="password"):
        read(bytes(locked))


@has_antiword
@pytest.mark.parametrize("data", [LETTER[:9000], LETTER[:512] + bytes(3000)], ids=["cut off", "without streams"])
def test_a_damaged_file_gives_one_reason(data, tmp_path, monkeypatch):
    alone("antiword", tmp_path, monkeypatch)
    with pytest.raises(DamagedDocument) as caught:
        read(data)
    assert "\n" not in caught.value.reason


def program(folder, body):
    """An antiword that does this."""
    file = folder / "antiword"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    for name in ("sh", "cat", "sleep", "yes", "env", "dd"):
        (folder / name).symlink_to(shutil.which(name))


def test_a_converter_that_never_ends_is_ended_with_all_it_started(tmp_path, monkeypatch):
    program(tmp_path, f"sleep 60 & echo $! >{tmp_path}/child; sleep 60")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("extractors.read_office_doc._QUICK", 1)
    with pytest.raises(OversizedDocument, match="1 seconds"):
        read(LETTER)
    child = int((tmp_path / "child").read_text())
    until = time.monotonic() + 10
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(process):
    """Whether a process runs; one that has ended and that nobody asked after is dead."""
    try:
        return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_converter_that_writes_without_end_is_stopped(tmp_path, monkeypatch):
    program(tmp_path, "exec yes текст")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("extractors.read_office_doc._MOST", 1024 * 1024)
    with pytest.raises(OversizedDocument, match="1,048,576"):
        read(LETTER)


def test_a_converter_sees_nothing_of_the_caller(tmp_path, monkeypatch):
    program(tmp_path, "env; echo; ls; cat")
    (tmp_path / "ls").symlink_to(shutil.which("ls"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("OTCHET_DATABASE_URL", "postgresql://user:secret@host/db")
    with (
        own_folder() as folder,
        ran(["antiword"], given=b"x", folder=folder, seconds=5, most=10_000, memory=2**30) as ended,
    ):
        written = ended.written.read().decode()
    assert ended.code == 0
    assert "secret" not in written
    assert f"HOME={folder}" in written
    assert written.endswith("\n\nx")
    assert not folder.exists()
