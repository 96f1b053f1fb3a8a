"""From bytes to characters: byte order marks, declarations that are wrong, windows-1251, and ``íîåìâðè``.

Bulgarian in windows-1251 is practically never valid UTF-8, so bytes that are valid UTF-8 are UTF-8 whatever
is declared.
"""

import codecs
import re
from functools import cache, partial

from extractors.errors import UnknownEncoding

_META = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?charset|\?xml\b[^>]{0,80}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE
)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

#: Tried where nothing usable is declared, likeliest first.
_CYRILLIC = ("windows-1251", "koi8-r", "iso-8859-5", "cp866")
#: What is declared by mistake over windows-1251, or says nothing.
_WESTERN = {"iso8859-1", "cp1252", "ascii", "iso8859-15", "latin-1"}

#: How much of the text is looked at to judge an encoding, in bytes.
_SAMPLE = 65536
_LOWER = re.compile("[а-яѝ]")
_UPPER_INSIDE = re.compile("[а-я][А-ЯЁ]")
_BESIDE_LATIN = re.compile("[A-Za-z][А-Яа-я]|[А-Яа-я][A-Za-z]")
_CYRILLIC_LETTER = re.compile("[А-Яа-яѝЍ]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_CONTROL = re.compile(r"[\x80-\x9f]")

#: Letters of windows-1251 that were read as Latin-1 or windows-1252, one for one.
_WRONG = "".join(map(chr, range(0xC0, 0x100)))
_MEND = str.maketrans(_WRONG + "¹", _WRONG.encode("latin-1").decode("windows-1251") + "№")
_WRONG_LETTERS = re.compile("[À-ÿ]{3}")
_WRONG_WORD = re.compile("(?<![A-Za-z])[À-ÿ]{3,}(?![A-Za-z])")
_WRONG_RUN = re.compile("(?<![A-Za-z])(?:[À-ÿ]+|¹)(?![A-Za-z])")
#: From how many words on a text holds such letters by mistake: „íîåìâðè“ once can be a quotation.
_WRONG_WORDS = 3


def decode(data: bytes, content_type: str | None = None, *, meta: bool = True) -> str:
    """Return the text of an HTML or plain text file; ``UnknownEncoding`` where it is text in no known way.

    ``content_type`` is the header's; ``meta`` whether a declaration inside the bytes counts.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    two_bytes = wide(data)
    if two_bytes:
        return data.decode(two_bytes, "replace")
    try:
        return _unmix(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        almost = _almost_utf8(data, error)
    if almost is not None:
        return _unmix(almost)
    declared = _declared(data, content_type, meta)
    sample = data[:_SAMPLE] if _NON_ASCII.search(data[:_SAMPLE].decode("latin-1")) else data
    best = max(_CYRILLIC, key=lambda name: _score(sample.decode(name, "replace")))
    if declared in _CYRILLIC or declared == "cp1251":
        best = declared if _score(sample.decode(declared, "replace")) > 0 else best
    if _is_cyrillic(sample.decode(best, "replace")):
        return data.decode(best, "replace")
    if declared is not None and declared != "utf-8":
        try:
            return data.decode(declared)
        except (UnicodeDecodeError, LookupError) as error:
            raise UnknownEncoding(
                f"the text is not in {declared}, as it declares, nor in any Cyrillic encoding"
            ) from error
    raise UnknownEncoding("the text is in no known encoding: neither UTF-8 nor windows-1251 nor another Cyrillic one")


def wide(data: bytes) -> str | None:
    """Return ``utf-16-le`` or ``utf-16-be`` for text in two bytes a letter, with or without a mark; None for others."""
    for mark, name in _BOMS[1:]:
        if data.startswith(mark):
            return name
    head = data[:2000]
    # the upper bytes: nought of Latin letters, spaces and markup, four of Cyrillic letters
    even, odd = (sum(side.count(one) for one in (0, 4)) for side in (head[0::2], head[1::2]))
    if max(even, odd) * 5 < len(head) * 2 or len(head) < 4:
        return None
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def mend_letters(text: str) -> str:
    """Return the text with ``íîåìâðè`` as ``ноември``, letter for letter: the length stays."""
    if _WRONG_LETTERS.search(text) is None or len(_WRONG_WORD.findall(text)) < _WRONG_WORDS:
        return text
    return _WRONG_RUN.sub(lambda match: match[0].translate(_MEND), text)


def _declared(data: bytes, content_type: str | None, meta: bool) -> str | None:
    """Return Python's name of the declared encoding, the header's before the page's own; a Western one last."""
    found = []
    header = _HEADER.search(content_type or "")
    if header:
        found.append(header[1])
    inside = _META.search(data[:4096]) if meta else None
    if inside:
        found.append(inside[1].decode("ascii", "replace"))
    names = []
    for name in found:
        try:
            info = codecs.lookup(name)
        except LookupError:
            continue
        if getattr(info, "_is_text_encoding", True):  # `charset=hex` is a codec of Python's, but no text
            names.append(info.name)
    names.sort(key=lambda name: name in _WESTERN)
    return names[0] if names else None


def _almost_utf8(data: bytes, error: UnicodeDecodeError) -> str | None:
    """UTF-8 with a stray byte or cut in the middle of a letter: the letters that do decode are the far more."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = len(_NON_ASCII.findall(text)) - broken
    cut_off = error.start >= len(data) - 3
    return text if good > 0 and (broken * 10 <= good or (cut_off and broken <= 2)) else None


def _score(text: str) -> float:
    """How much a text looks like Bulgarian: lower case letters count, capitals inside words count against."""
    others = len(_NON_ASCII.findall(text))
    if not others:
        return 0.0
    return (len(_LOWER.findall(text)) - 4 * len(_UPPER_INSIDE.findall(text)) - 2 * len(_CONTROL.findall(text))) / others


def _is_cyrillic(text: str) -> bool:
    others = len(_NON_ASCII.findall(text))
    letters = len(_CYRILLIC_LETTER.findall(text))
    odd = len(_UPPER_INSIDE.findall(text)) + len(_BESIDE_LATIN.findall(text))  # „Ærø“ reads as „Жrш“
    return letters * 10 >= others * 6 and 4 * odd <= letters


def _unmix(text: str) -> str:
    """Mend UTF-8 that was taken for a one-byte encoding and written as UTF-8 again: „РћР±С‰РёРЅР°“, „ÐžÐ±Ñ‰“."""
    if text.isascii():
        return text
    # „а“ is the commonest letter of Bulgarian; the first bytes of Cyrillic in UTF-8 read as „Р“, „С“ or „Ð“, „Ñ“.
    head = text[:_SAMPLE]
    usual = head.count("а")
    for first, second, wrong in (("Р", "С", "windows-1251"), ("Ð", "Ñ", "windows-1252")):
        if head.count(first) + head.count(second) > 10 + 2 * usual:
            places = _bytes_of(wrong)
            runs = re.compile(f"[{re.escape(''.join(places))}]{{2,}}")
            text = runs.sub(partial(_read_again, places), text)
    return text


def _read_again(places: dict[str, int], run: re.Match[str]) -> str:
    try:
        return bytes(places[one] for one in run[0]).decode("utf-8")
    except UnicodeDecodeError:
        return run[0]


@cache
def _bytes_of(name: str) -> dict[str, int]:
    """Return the upper half of an encoding, each character with its byte; what it leaves out reads as Latin-1."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)} if name == "windows-1252" else {"\x98": 0x98}
    for byte in range(0x80, 0x100):
        letter = bytes([byte]).decode(name, "replace")
        if letter != "\ufffd":
            table[letter] = byte
    return table
