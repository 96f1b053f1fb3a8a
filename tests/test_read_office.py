"""Office documents of all kinds: told by what is inside, and none of them harms whoever reads it."""

import io
import json
import random
import zipfile

import pytest
import test_read_office_sheets as sheets
from office import WORD, content_types, docx, odf, ole, packed, paragraph, relations, told, word_part, xlsx
from typer.testing import CliRunner

from extractors import extract, read
from extractors.errors import (
    DamagedDocument,
    EmptyDocument,
    EncryptedDocument,
    OversizedDocument,
    UnknownFormat,
    UnreadableDocument,
)
from extractors.reader import tell_type
from flows.cli import app

AMOUNT = "Общата стойност на проект „Чист град“ е 312 480,50 лв."
RTF = ("{\\rtf1\\ansi " + "".join(one if one.isascii() else f"\\u{ord(one)}?" for one in AMOUNT) + "\\par}").encode()
LETTER = docx(paragraph(AMOUNT))
SHEET = f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{AMOUNT}</t></is></c></row></sheetData>'
TEXT = odf("text", f"<text:p>{AMOUNT}</text:p>")
CELL = f"<table:table-row><table:table-cell><text:p>{AMOUNT}</text:p></table:table-cell></table:table-row>"
TABLE = odf("spreadsheet", f'<table:table table:name="а">{CELL}</table:table>')
OPEN = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."

ALL = {
    "docx": (LETTER, f"{OPEN}wordprocessingml.document"),
    "xlsx": (xlsx(SHEET), f"{OPEN}spreadsheetml.sheet"),
    "odt": (TEXT, f"{ODF}text"),
    "ods": (TABLE, f"{ODF}spreadsheet"),
    "rtf": (RTF, "application/rtf"),
}


@pytest.mark.parametrize("kind", ALL)
def test_the_type_is_told_by_the_content_whatever_is_said_of_it(kind):
    data, media_type = ALL[kind]
    assert tell_type(data, name="снимка.pdf", content_type="text/html") == media_type
    (document,) = read(data, name="a.zip", content_type="application/zip")
    assert (document.media_type, document.text) == (media_type, AMOUNT)


def test_old_office_documents_are_told_apart_by_their_streams():
    assert tell_type(sheets.as_xls(), name="a.doc", content_type="application/msword") == "application/vnd.ms-excel"
    assert tell_type(ole("WordDocument")) == "application/msword"


def renamed(kind):
    return packed({"[Content_Types].xml": content_types("word/document.xml", kind), "word/document.xml": "<a/>"})


def locked_xls():
    return sheets.as_xls().replace(b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00", 1)


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (renamed("application/vnd.openxmlformats-officedocument.presentationml.slideshow"), UnknownFormat, "PPTX"),
        (renamed("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), UnknownFormat, "XLSB"),
        (packed({"[Content_Types].xml": "<Types/>", "a.xml": "<a/>"}), UnknownFormat, "of a kind that is not read"),
        (packed({"mimetype": "application/epub+zip", "a.html": "<p>а"}), UnknownFormat, "EPUB"),
        (packed({"mimetype": f"{ODF}presentation"}), UnknownFormat, "ODP"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', UnknownFormat, "2003"),
        (ole("PowerPoint Document"), UnknownFormat, "PPT"),
        (ole("Something"), UnknownFormat, "OLE"),
        (ole("EncryptedPackage"), EncryptedDocument, "password"),
        (locked_xls(), EncryptedDocument, "password"),
        (odf("text", "", manifest="<m:file-entry><m:encryption-data/></m:file-entry>"), EncryptedDocument, "password"),
        (LETTER[:-200], DamagedDocument, "Office document that is damaged"),
        (TEXT[:-200], DamagedDocument, "Office document that is damaged"),
        (ole("Workbook")[:900], DamagedDocument, "damaged"),
        (ole("Workbook"), DamagedDocument, "damaged"),
        (sheets.as_xls()[:3000], DamagedDocument, "damaged"),
        (docx("<w:p>"), DamagedDocument, "no XML"),
        (docx(paragraph("")), EmptyDocument, "no text"),
        (renamed(WORD), DamagedDocument, "no text part"),
    ],
    ids=[
        *("PPTX", "XLSB", "unknown", "EPUB", "ODP", "XML of 2003", "PPT", "OLE", "locked OOXML", "locked XLS"),
        *("locked ODT", "cut DOCX", "cut ODT", "cut OLE", "no workbook", "cut XLS", "broken XML", "empty", "no body"),
    ],
)
def test_what_cannot_be_read_gives_one_clear_reason(data, error, said):
    with pytest.raises(error) as caught:
        read(data)
    assert said in caught.value.reason
    assert "\n" not in caught.value.reason


def broken_part(data):
    """The same package with one byte of its longest part turned over."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    info = max(archive.infolist(), key=lambda one: one.compress_size)
    place = info.header_offset + 30 + len(info.filename.encode()) + info.compress_size // 2
    raw = bytearray(data)
    raw[place] ^= 0xFF
    return bytes(raw)


@pytest.mark.parametrize("data", [broken_part(LETTER), broken_part(TEXT)], ids=["DOCX", "ODT"])
def test_a_part_that_does_not_unpack_is_told(data):
    with pytest.raises(DamagedDocument, match="damaged"):
        read(data)


XXE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "лвлвлвлвлв">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)
LAUGHS += "]>"


@pytest.mark.parametrize("head", [XXE, LAUGHS], ids=["external entity", "billion laughs"])
@pytest.mark.parametrize("entity", ["&x;", "&i;"])
def test_no_entity_is_ever_followed(head, entity):
    for data in (docx(paragraph(entity), head=head), odf("text", f"<text:p>{entity}</text:p>", head=head)):
        with pytest.raises(DamagedDocument):
            read(data)
    book = zipfile.ZipFile(io.BytesIO(xlsx("")))
    parts = {name: book.read(name).decode() for name in book.namelist()}
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>а{entity}</t></is></c></row>'
    parts["xl/worksheets/sheet1.xml"] = f"{head}<worksheet><sheetData>{cell}</sheetData></worksheet>"
    with pytest.raises(DamagedDocument):
        read(packed(parts))


def test_a_dtd_in_another_encoding_is_seen_as_well():
    part = f'<?xml version="1.0" encoding="UTF-16"?>{XXE[21:]}' + word_part("document", "<w:body/>").partition("?>")[2]
    parts = {
        "[Content_Types].xml": content_types("word/document.xml", WORD),
        "_rels/.rels": relations(officeDocument="word/document.xml"),
        "word/document.xml": part.encode("utf-16"),
    }
    with pytest.raises(DamagedDocument, match="DTD"):
        read(packed(parts))


BLANKS = b" " * (48 * 1024 * 1024)


@pytest.mark.parametrize(
    "data",
    [
        docx(paragraph(AMOUNT) + BLANKS.decode()),
        xlsx(SHEET + BLANKS.decode()),
        odf("text", f"<text:p>{AMOUNT}</text:p>" + BLANKS.decode()),
        odf("spreadsheet", CELL + BLANKS.decode()),
    ],
    ids=["DOCX", "XLSX", "ODT", "ODS"],
)
def test_a_bomb_in_a_part_is_told_and_never_unpacked(data):
    assert len(data) < 100_000
    with pytest.raises(OversizedDocument, match="200 times"):
        read(data)


def test_a_bomb_beside_the_text_harms_nothing():
    parts = {
        name: zipfile.ZipFile(io.BytesIO(LETTER)).read(name) for name in zipfile.ZipFile(io.BytesIO(LETTER)).namelist()
    }
    (document,) = read(packed({**parts, "word/media/image1.png": BLANKS}))
    assert document.text == AMOUNT


def test_parts_that_are_small_each_and_too_much_together_are_told(monkeypatch):
    monkeypatch.setattr("extractors.read_office_package.MAX_UNPACKED", 400)
    with pytest.raises(OversizedDocument, match="more than"):
        read(LETTER)


def test_a_package_of_too_many_parts_is_told():
    many = {f"word/media/{n}.png": b"" for n in range(5001)}
    with pytest.raises(OversizedDocument, match="5,000"):
        read(packed({"[Content_Types].xml": content_types("word/document.xml", WORD), **many}))


def test_a_list_of_files_without_measure_is_told_before_it_is_taken_in():
    entry = b"PK\x01\x02" + bytes(42)
    with pytest.raises(OversizedDocument, match="100,000"):
        read(LETTER[:-22] + entry * 100_001 + LETTER[-22:])


def test_macros_and_links_to_elsewhere_are_left_alone(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network is reached for"))
    outside = relations(header1="http://127.0.0.1:9/a.xml").replace("/>", ' TargetMode="External"/>')
    climbing = relations(header1="../../../../etc/passwd")
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    for links in (outside, climbing):
        parts = {
            "[Content_Types].xml": content_types("word/document.xml", kind),
            "_rels/.rels": relations(officeDocument="word/document.xml"),
            "word/document.xml": word_part("document", f"<w:body>{paragraph(AMOUNT)}</w:body>"),
            "word/_rels/document.xml.rels": links,
            "word/vbaProject.bin": b"Attribute VB_Name",
        }
        (document,) = read(packed(parts))
        assert document.text == AMOUNT


@pytest.mark.parametrize("kind", [*ALL, "xls"])
def test_mutated_files_raise_nothing_but_one_kind_of_error(kind):
    chance = random.Random(kind)
    whole = sheets.as_xls() if kind == "xls" else ALL[kind][0]
    for turn in range(60):
        data = bytearray(whole)
        # The packed parts break at once; so half of the time what is inside is changed and packed again.
        if kind in ("docx", "xlsx", "odt", "ods") and turn % 2:
            archive = zipfile.ZipFile(io.BytesIO(whole))
            parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
            for part in chance.sample(sorted(parts), 2):
                _spoil(parts[part], chance)
            data = bytearray(packed({name: bytes(part) for name, part in parts.items()}))
        else:
            _spoil(data, chance)
        try:
            documents = read(bytes(data))
        except UnreadableDocument:
            continue
        for document in documents:
            assert all(document.text[block.start : block.end].strip() for block in document.blocks)


def _spoil(data, chance):
    if data and chance.random() < 0.2:
        del data[chance.randrange(len(data)) :]
    for _ in range(chance.choice([1, 4, 30])):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)


def test_office_documents_in_an_archive_are_read_each():
    files = {f"Проекти/обява.{kind}": data for kind, (data, _) in ALL.items()}
    documents = read(packed(files, zipfile.ZIP_STORED))
    assert [one.part for one in documents] == list(files)
    assert {one.text for one in documents} == {AMOUNT}


def test_the_command_gives_the_figures_with_offsets_that_lead_to_their_words(tmp_path):
    files = []
    for kind, (data, _) in {**ALL, "xls": (sheets.as_xls(), "")}.items():
        file = tmp_path / f"обява.{kind}"
        file.write_bytes(data)
        files.append(str(file))
    done = CliRunner().invoke(app, ["extract", *files, "--json"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, [one["file"] for one in lines]) == (0, files)
    for line in lines:
        assert all(line["text"][one["start"] : one["end"]] == one["quote"] for one in line["figures"])
        assert ("total_value", "312480.50") in {(one["role"], one["value"]) for one in line["figures"]}


def test_the_command_names_what_is_wrong_with_each_file(tmp_path):
    (tmp_path / "a.docx").write_bytes(LETTER[:-200])
    (tmp_path / "b.docx").write_bytes(LETTER)
    done = CliRunner().invoke(app, ["extract", str(tmp_path / "a.docx"), str(tmp_path / "b.docx"), "--json"])
    first, second = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 3
    assert first["error"] == "this is an Office document that is damaged or cut off"
    assert told(extract(read(LETTER)[0]), second["text"]) == {("total_value", "312480.50")}


def test_the_help_names_what_is_read():
    said = CliRunner().invoke(app, ["extract", "--help"]).stdout
    assert all(one in said for one in ("DOCX", "XLSX", "ODT", "RTF", "DOC", "RAR"))
