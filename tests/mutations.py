"""Broken files: samples of every format, and what becomes of them by chance, the same for the same seed.

Of a package (DOCX, ODT, ZIP …) the damage is mostly done to one of its parts, which is packed again: what is merely
flipped among packed bytes is told by its checksum and never reaches a reader.

``python tests/mutations.py SEED NUMBER FILE`` writes one of them, to be looked at.
"""

import struct
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

from archives import rar4, rar5
from bombs import FONT, NEWS, pdf_page, stream, zipped
from office import W, docx, odf, packed, paragraph
from pages import SENTENCES, Sheet, page
from workbooks import as_ods, as_xls, as_xlsx

_NUMBERS = (b"0", b"-1", b"1e308", b"2147483648", b"4294967295", b"99999999999999999999", b"9" * 400)
_BINARY = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_HEADS = 64
#: How often a package is broken in one of its parts.
_INSIDE = 0.75


def write_samples(folder: Path) -> None:
    """Write a small sound file of each format that is read, or that looks like one; any others may lie beside them."""
    text = "\n".join(SENTENCES)
    html = page(f"<h1>Топла къща</h1><p>{NEWS}</p><table><tr><th>Проект<th>Стойност<tr><td>Дом<td>120 000 лв.</table>")
    letter, scan = _letter(), _picture(f"{NEWS[:34]}\n375 000 лв. 17.10.2017")
    files: dict[str, bytes] = {
        "page.html": html,
        "page-1251.html": html.decode().replace("utf-8", "windows-1251").encode("cp1251", "replace"),
        "year.html": page("".join(f"<p>1{n}.03.2021</p><h2>Дом {n}</h2><p>{text}</p>" for n in range(5))),
        "letter.pdf": letter,
        "table.pdf": _table(),
        "plain.pdf": pdf_page(stream(b"BT /F 12 Tf 50 700 Td (BG05M9OP001-2.002-9003-C01 375 000 BGN) Tj ET")),
        "loose.pdf": pdf_page(
            b"<</Length 52>>stream\nBT /F 12 Tf 50 700 Td (costs 375 000 BGN) Tj ET    \nendstream", extra=[FONT]
        ),
        "all.zip": zipped([("а.txt", text.encode()), ("б/page.html", html), ("в.pdf", letter)]),
        "text.txt": text.encode(),
        "text-1251.txt": text.encode("cp1251"),
        "text-utf16.txt": text.encode("utf-16"),
        "letter.docx": _word(),
        "letter.doc": (Path(__file__).parent / "office_files" / "letter.doc").read_bytes(),
        "letter.odt": _writer(),
        "letter.rtf": _rich(),
        "sums.xlsx": as_xlsx(),
        "sums.xls": as_xls(),
        "sums.ods": as_ods(),
        "old.rar": rar4(("решение.txt", text.encode()), ("писмо.pdf", letter)),
        "new.rar": rar5(("решение.txt", text.encode()), ("писмо.pdf", letter)),
        "feed.xml": f'<?xml version="1.0"?><rss><channel><item><title>{NEWS}</title></item></channel></rss>'.encode(),
    }
    if scan is not None:
        files |= scan
    for name, data in files.items():
        (folder / name).write_bytes(data)


def mutated(samples: Path, seed: str, number: int) -> tuple[str, bytes]:
    """Return the name and bytes of the ``number``-th broken file of a seed; one in twenty is left whole."""
    paths = sorted(samples.iterdir())
    chance = Random(f"{seed} {number}")
    path = paths[number % len(paths)]
    data = path.read_bytes()
    others = paths[chance.randrange(len(paths))].read_bytes()
    times = chance.choice((0, *(1,) * 9, *(2,) * 5, *(4,) * 3, 12, 40))
    if times and zipfile.is_zipfile(BytesIO(data)) and chance.random() < _INSIDE:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        name = chance.choice(sorted(parts, key=lambda one: len(parts[one]))[-3:])
        parts[name] = _damaged(parts[name], times, chance, others)
        return path.name, packed(parts)
    return path.name, _damaged(data, times, chance, others)


def _damaged(whole: bytes, times: int, chance: Random, others: bytes) -> bytes:
    data = bytearray(whole)
    for _ in range(times):
        if data:
            chance.choice(_WAYS)(data, chance, others)
    return bytes(data)


def _flip(data: bytearray, chance: Random, _: bytes) -> None:
    for _ in range(chance.choice((1, 1, 4, 32))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _truncate(data: bytearray, chance: Random, _: bytes) -> None:
    del data[chance.randrange(len(data)) :]


def _drop(data: bytearray, chance: Random, _: bytes) -> None:
    start, end = _part(data, chance)
    del data[start:end]


def _repeat(data: bytearray, chance: Random, _: bytes) -> None:
    start, end = _part(data, chance)
    data[start:start] = data[start:end] * chance.choice((1, 2, 10, 50))
    del data[2_000_000:]


def _insert_number(data: bytearray, chance: Random, _: bytes) -> None:
    """Put a number where one stands, as text, or one of four bytes anywhere."""
    digits = [at for at, one in enumerate(data) if 48 <= one < 58]
    if digits and chance.random() < 0.7:
        start = end = chance.choice(digits)
        while end < len(data) and 48 <= data[end] < 58:
            end += 1
        data[start:end] = chance.choice(_NUMBERS)
    else:
        at = chance.randrange(len(data))
        data[at : at + 4] = struct.pack(chance.choice(("<I", ">I")), chance.choice(_BINARY))


def _swap(data: bytearray, chance: Random, _: bytes) -> None:
    first, last = sorted((_part(data, chance), _part(data, chance)))
    if first[1] <= last[0]:
        data[last[0] : last[1]], data[first[0] : first[1]] = data[first[0] : first[1]], data[last[0] : last[1]]


def _splice_head(data: bytearray, chance: Random, others: bytes) -> None:
    size = chance.randrange(1, _HEADS)
    data[: size if chance.random() < 0.5 else 0] = others[:size]


def _splice(data: bytearray, chance: Random, others: bytes) -> None:
    start, end = _part(data, chance)
    low, high = _part(others, chance) if others else (0, 0)
    data[start:end] = others[low:high]


def _fill(data: bytearray, chance: Random, _: bytes) -> None:
    start, end = _part(data, chance)
    data[start:end] = bytes([chance.choice((0, 32, 60, 255, chance.randrange(256)))]) * (end - start)


def _part(data: bytes | bytearray, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + chance.choice((1, 2, 8, 64, 512, 4096)))


_WAYS = (_flip, _flip, _truncate, _drop, _repeat, _insert_number, _insert_number, _swap, _splice_head, _splice, _fill)


def _letter() -> bytes:
    sheet = Sheet()
    for number in range(2):
        sheet.line("Топла къща", 60, 80, 18, "Bold")
        sheet.lines([one[:80] for one in SENTENCES], 110 + number)
        sheet.next()
    return sheet.bytes()


def _table() -> bytes:
    sheet = Sheet()
    sheet.table([["Проект", "Стойност"], ["Топъл обяд", "120 000 лв."], ["Грижа", "499 106 лв."]], 60, 120, [180, 120])
    return sheet.bytes()


def _word() -> bytes:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(f'<w:tc>{paragraph(one)}</w:tc>' for one in cells)}</w:tr>"

    table = row("Проект", "Стойност") + row("Топъл обяд", "120 000 лв.") + row("Грижа", "499 106 лв.")
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1">'
        '<w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>'
        '<w:basedOn w:val="1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>'
    )
    body = paragraph("Топла къща", look='<w:pStyle w:val="1"/>') + paragraph(NEWS)
    body += "".join(paragraph(one, look=listed) for one in SENTENCES) + f"<w:tbl>{table}</w:tbl>"
    return docx(body, rels={"styles": "styles.xml", "numbering": "numbering.xml"}, styles=styles, numbering=numbering)


def _writer() -> bytes:
    cells = "".join(f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in ("Грижа", "499 106 лв."))
    items = "".join(f"<text:list-item><text:p>{one}</text:p></text:list-item>" for one in SENTENCES)
    return odf(
        "text",
        f'<text:h text:outline-level="1">Топла къща</text:h><text:p>{NEWS}</text:p><text:list>{items}</text:list>'
        f"<table:table><table:table-row>{cells}</table:table-row></table:table>",
        title="Топла къща",
    )


def _rich() -> bytes:
    def told(words: str) -> bytes:
        return b"".join(b"\\'%02x" % one for one in words.encode("cp1251", "replace"))

    cells = told("Грижа") + b"\\cell " + told("499 106 лв.") + b"\\cell\\row\\pard "
    lines = b"\\par ".join(told(one) for one in (NEWS, *SENTENCES))
    fonts = b"{\\fonttbl{\\f0\\fcharset204 Arial;}}"
    row = b"\\par\\trowd\\cellx3000\\cellx6000\\intbl "
    return b"{\\rtf1\\ansi\\ansicpg1251" + fonts + lines + row + cells + b"}"


def _picture(words: str) -> dict[str, bytes] | None:
    """The same words as a picture of each kind and as a scan; None without Pillow."""
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        return None
    image = Image.new("L", (560, 90), 255)
    font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 24)
    ImageDraw.Draw(image).text((8, 8), words, font=font, fill=0)
    found = {}
    for kind, options in (("png", {}), ("jpeg", {}), ("tiff", {}), ("gif", {}), ("pdf", {"resolution": 150.0})):
        written = BytesIO()
        image.save(written, kind, **options)
        found[f"scan.{kind}"] = written.getvalue()
    return found


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as made:
        write_samples(Path(made))
        Path(sys.argv[3]).write_bytes(mutated(Path(made), sys.argv[1], int(sys.argv[2]))[1])
