"""Archives: each member is a document or a reason; none is written anywhere, and a bomb stays packed."""

import io
import json
import stat
import zipfile

import pytest
from pages import Sheet
from typer.testing import CliRunner

from extractors import extract, read
from extractors.errors import DamagedDocument, OversizedDocument, UnknownFormat
from extractors.evidence import boxes
from extractors.read_archive import MAX_MEMBERS, member_bytes, members
from flows.cli import app

NEWS = "По проект № BG05M9OP001-2.002-9003-C01 са обхванати 106 потребители."


def pdf():
    sheet = Sheet()
    sheet.line("Проект BG05M9OP001-2.002-9003-C01 на община Борово", 60, 60)
    sheet.line("Наети са 76 лични асистенти.", 60, 80)
    return sheet.bytes()


def packed(*files, compress=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compress) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return data.getvalue()


def test_each_member_is_a_document_with_its_name():
    data = packed(("Новини/", ""), ("Новини/топъл обяд.txt", NEWS), ("писмо.pdf", pdf()), ("__MACOSX/._a", b"\0\1"))
    text, letter = read(data)
    assert (text.part, text.text) == ("Новини/топъл обяд.txt", NEWS)
    assert (letter.part, letter.media_type) == ("писмо.pdf", "application/pdf")
    found = next(one for one in extract(letter) if one.kind == "headcount")
    assert found.value_text == "76"
    assert boxes(letter, data, found.start, found.end) == boxes(letter, pdf(), found.start, found.end) != ()


def test_names_of_old_archivers_are_cp866():
    # zipfile would set the flag for UTF-8; the old archivers wrote the bytes alone.
    data = packed(("p" * 12, NEWS)).replace(b"p" * 12, "протокол.txt".encode("cp866"))
    assert [member.name for member in members(data)] == ["протокол.txt"]


def test_members_of_one_name_are_told_apart():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("a.txt", NEWS), ("a.txt", NEWS + " Край."))
    assert [one.part for one in read(data)] == ["a.txt", "a.txt (2)"]
    assert member_bytes(data, "a.txt (2)").decode().endswith("Край.")


def test_a_name_is_shown_never_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    documents = read(packed(("../../etc/\x1b[31mпасуорд", NEWS), ("/abs.txt", NEWS)))
    assert [one.part for one in documents] == ["../../etc/_[31mпасуорд", "/abs.txt"]
    assert list(tmp_path.iterdir()) == []


def linked():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return data.getvalue()


def locked():
    data = bytearray(packed(("a.txt", NEWS)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def broken():
    data = bytearray(packed(("a.txt", NEWS), compress=zipfile.ZIP_STORED))
    data[data.index(b"BG05")] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed(("bomb.txt", b"0" * (32 * 1024 * 1024))), "200 times"),
        (packed(("in.zip", packed(("a.txt", NEWS)))), "archive in an archive"),
        (packed(("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))), "old Office"),
        (packed(("empty.txt", b"")), "empty"),
        (linked(), "a link"),
        (locked(), "password"),
        (broken(), "damaged"),
    ],
    ids=["bomb", "nested", "doc", "empty", "link", "password", "broken"],
)
def test_a_member_that_cannot_be_read_gives_its_reason(data, said):
    (document,) = read(data)
    assert document.text == ""
    assert said in document.unread
    assert extract(document) == []


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (packed(("a.txt", NEWS))[:60], DamagedDocument, "cut off"),
        (packed(("[Content_Types].xml", "<a/>"), ("word/document.xml", "<a/>")), UnknownFormat, "Office"),
        (packed(("folder/", "")), UnknownFormat, "without files"),
        (packed(*((f"{n}.txt", "а") for n in range(MAX_MEMBERS + 1))), OversizedDocument, "201"),
    ],
    ids=["cut", "DOCX", "folders alone", "too many"],
)
def test_an_archive_that_cannot_be_read_gives_one_reason(data, error, said):
    with pytest.raises(error, match=said):
        read(data)


def test_the_command_tells_the_members_apart_and_what_is_left_out(tmp_path):
    file = tmp_path / "bundle.zip"
    file.write_bytes(packed(("a.txt", NEWS), ("b.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
    done = CliRunner().invoke(app, ["extract", str(file), "--json"])
    first, second = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 3
    assert (first["part"], len(first["figures"])) == ("a.txt", 2)
    assert (second["file"], second["part"]) == (str(file), "b.doc")
    assert "Office" in second["error"]
