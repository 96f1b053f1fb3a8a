"""Archives: each member is a document or a reason; none is written anywhere, and a bomb stays packed."""

import base64
import io
import json
import shutil
import stat
import zipfile

import pytest
from archives import rar4, rar5, seven_zip
from office import docx, paragraph
from pages import Sheet
from typer.testing import CliRunner

from extractors import extract, read
from extractors.errors import DamagedDocument, EncryptedDocument, OversizedDocument, UnknownFormat
from extractors.evidence import boxes
from extractors.read_archive import MAX_MEMBERS, member_bytes, members
from extractors.read_archive_limits import MAX_MEMBER, MAX_TOTAL
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


@pytest.mark.parametrize("encoding", ["cp866", "cp1251"])
@pytest.mark.parametrize("name", ["протокол.txt", "СПРАВКА №.tx", "Решение2.txt"])
def test_names_of_old_archivers_are_cp866_or_windows_1251(name, encoding):
    # zipfile would set the flag for UTF-8; the old archivers wrote the bytes alone.
    data = packed(("p" * 12, NEWS)).replace(b"p" * 12, name.encode(encoding))
    assert [member.name for member in members(data)] == [name]


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
        (packed(("out.zip", packed(("in.zip", packed(("a.txt", NEWS)))))), "archive in an archive"),
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
        (packed(("[Content_Types].xml", "<a/>"), ("word/document.xml", "<a/>")), DamagedDocument, "Office"),
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


def test_an_archive_in_an_archive_is_opened_once_and_its_files_lead_back():
    sheet = pdf()
    inner = packed(("писмо.pdf", sheet), ("a.txt", NEWS))
    data = packed(("Приложения.zip", inner), ("б.txt", NEWS))
    letter, text, other = read(data)
    assert [letter.part, text.part, other.part] == ["Приложения.zip#писмо.pdf", "Приложения.zip#a.txt", "б.txt"]
    assert member_bytes(data, letter.part) == sheet
    found = next(one for one in extract(letter) if one.kind == "headcount")
    assert boxes(letter, data, found.start, found.end) == boxes(letter, pdf(), found.start, found.end) != ()


def test_archives_in_an_archive_share_its_limits():
    inner = packed(*((f"{n}.txt", NEWS) for n in range(MAX_MEMBERS // 2)))
    first, second, third = _by_archive(read(packed(("1.zip", inner), ("2.zip", inner), ("3.zip", inner))))
    assert (len(first), second[0].unread, third[0].unread) == (
        MAX_MEMBERS // 2,
        "the archive has 100 files, more than the 97 that are read",
        "the archive has 100 files, more than the 97 that are read",
    )


def _by_archive(documents):
    names = dict.fromkeys(one.part.partition("#")[0] for one in documents)
    return [[one for one in documents if one.part.startswith(name)] for name in names]


NEEDS_BSDTAR = pytest.mark.skipif(not shutil.which("bsdtar"), reason="no bsdtar on this machine")
LETTER = docx(paragraph("Общата стойност на проект „Чист град“ е 312 480,50 лв."))


@pytest.mark.office
@NEEDS_BSDTAR
def test_the_files_of_rar_and_7z_archives_are_read_as_those_of_zip(tmp_path):
    files = (("Новини/обяд.txt", NEWS.encode()), ("Новини/писмо.docx", LETTER), ("writ.pdf", pdf()))
    for data in (rar5(*files), seven_zip(tmp_path, *files)):
        documents = {one.part: one for one in read(data, name="обява.doc", content_type="text/html")}
        assert set(documents) == {name for name, _ in files}
        assert documents["Новини/обяд.txt"].text == NEWS
        assert "312 480,50 лв." in documents["Новини/писмо.docx"].text
        letter = documents["writ.pdf"]
        found = next(one for one in extract(letter) if one.kind == "headcount")
        assert boxes(letter, data, found.start, found.end) == boxes(letter, pdf(), found.start, found.end) != ()


@pytest.mark.office
@NEEDS_BSDTAR
def test_names_in_old_rar_archives_are_cp866():
    assert [one.part for one in read(rar4(("протокол.txt", NEWS.encode()), ("b.txt", NEWS.encode())))] == [
        "протокол.txt",
        "b.txt",
    ]


@pytest.mark.office
@NEEDS_BSDTAR
def test_names_in_a_rar_archive_are_shown_never_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ("../../etc/\x1b[31mпасуорд", "/tmp/abs.txt", "-rf", "a*?[b].txt", "a*?[b].txt")
    documents = read(rar5(*((name, NEWS.encode()) for name in names)))
    assert [one.text for one in documents] == [NEWS] * 5
    assert documents[0].part.endswith("etc/_[31mпасуорд")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.office
@NEEDS_BSDTAR
def test_what_is_whole_before_a_break_is_kept_and_what_follows_is_told():
    files = [(f"{number}.txt", f"{NEWS} {number}".encode() * 40) for number in range(4)]
    whole, broken, rest = read(rar5(*files)[: 40 * len(files[0][1]) // 20])[:3]
    assert whole.text.startswith(NEWS)
    assert "damaged" in broken.unread
    assert (rest.part, "not read" in rest.unread) == ("(what follows)", True)


@pytest.mark.office
@NEEDS_BSDTAR
def test_a_bomb_in_a_7z_archive_stays_packed(tmp_path):
    large = [("a.txt", NEWS.encode()), ("bomb.txt", b"0" * (MAX_MEMBER + 1)), ("more.txt", b"1" * 3_000_000)]
    text, bomb, rest = read(seven_zip(tmp_path, *large))
    assert text.text == NEWS
    assert "67,108,864" in bomb.unread
    assert "200 times" in rest.unread


@pytest.mark.office
@NEEDS_BSDTAR
def test_what_a_rar_archive_holds_together_is_limited(monkeypatch):
    monkeypatch.setattr("extractors.read_archive_limits.Budget.__init__", _small_budget)
    first, *others, last = read(rar5(*((f"{n}.txt", b"a" * 400_000) for n in range(5))))
    assert first.unread is None
    assert f"{MAX_TOTAL:,}" in last.unread
    assert len(others) < 4


def _small_budget(self, files=MAX_MEMBERS, bytes=1_000_000):
    self.files, self.bytes = files, bytes


@pytest.mark.office
@NEEDS_BSDTAR
def test_too_many_files_in_a_rar_archive_are_told():
    with pytest.raises(OversizedDocument, match="200"):
        read(rar5(*((f"{n}.txt", "а".encode()) for n in range(MAX_MEMBERS + 1))))


#: 7z archives with a password, made by py7zr: its files packed with it, and its names as well.
LOCKED = (
    "N3q8ryccAARFmI7BeQAAAAAAAAAUAAAAAAAAAIHWvcpfcZJK0Ve9sTWsCQcCX5r6AQBkAQQGAAEJEAoB3dF/5wAHCwEAAiQG8QcBElMP7Bxg"
    "NnIxwv26bKUti+s6hSEhARgBAAwOCgAICgF3SfCTAAAFARENAHMALgB0AHgAdAAAABQKAQDAItnCHXrdARUGAQAggKSBAAAAFwYQAQlpAAcL"
    "AQABISEBGAxlAAA="
)
LOCKED_NAMES = (
    "N3q8ryccAARmsmiagAAAAAAAAAAoAAAAAAAAACMpa4hzJ6XHCxK1iwKpbcT4ayHZ+MidtZSTQaj7e44UsZH13Wzy5dObcmKhaNyo9rrRDiU8"
    "pCVskjc1t4k+cQwGoGvXtvTgueuj2a3P1Fde454C3uG1S+OOKnBkxL4i5/U3HuHOmhJO9BuHSRUiiywF0+sEsp4uUzjW4t+8MKTyYkjxQBcG"
    "EAEJcAAHCwEAASQG8QcBElMPav2XV8YngI9nsaxM2++dBgxlAAA="
)


@pytest.mark.office
@NEEDS_BSDTAR
def test_an_archive_with_a_password_says_so():
    (document,) = read(base64.b64decode(LOCKED))
    assert "password" in document.unread
    with pytest.raises(EncryptedDocument, match="password"):
        read(base64.b64decode(LOCKED_NAMES))


@pytest.mark.office
@NEEDS_BSDTAR
@pytest.mark.parametrize("data", [b"Rar!\x1a\x07\x01\x00" + bytes(200), b"7z\xbc\xaf\x27\x1c" + bytes(200)])
def test_a_broken_archive_gives_one_reason(data):
    with pytest.raises((DamagedDocument, UnknownFormat)) as caught:
        read(data)
    assert "archive" in caught.value.reason
    assert "\n" not in caught.value.reason


def test_without_bsdtar_the_reason_names_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnknownFormat, match="libarchive-tools"):
        read(rar5(("a.txt", NEWS.encode())))
