"""The words that a text can be found by: ``асистентите`` and ``asistenti`` both lead to ``асистент``.

simplemma knows most forms; what it gets wrong stands in ``reference/lemmas.csv``, and what it does not know is tried
by the endings of ``reference/endings.csv``. A document and a question go through the same steps, so that a lemma
that is odd by grammar still finds what it should.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, product

import simplemma

from models.folding import fold_code
from models.reference import read_table

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]+")

#: A stem shorter than this is no word any more.
_STEM = 4
#: Spellings tried for one Latin word: ``a`` may be ``а`` or ``ъ``, ``y`` three letters.
_SPELLINGS = 256
#: A longer run of letters is no word (and PostgreSQL indexes none over 2046 bytes).
_LONGEST = 100


def index_words(text: str) -> list[str]:
    """Return the lemmas of a text, each once, in the order of their first occurrence."""
    return list(dict.fromkeys(_lemma(word) for word in split_words(text)))


def query_words(word: str) -> list[str]:
    """Return the lemmas that one word of a question may mean; a Latin one may be Bulgarian in Latin letters.

    >>> query_words("Асистентите"), "асистент" in query_words("asistentite")
    (['асистент'], True)
    """
    if not _LATIN.fullmatch(word.casefold()):
        return [_lemma(one) for one in split_words(word)]
    spellings = islice(_spellings(word.casefold()), _SPELLINGS)
    return list(dict.fromkeys([word.casefold(), *(_lemma(one) for one in spellings)]))


def query_beginnings(word: str) -> list[str]:
    """Return the beginnings that one may mean: ``asis*`` is „асис…“ too."""
    plain = word.casefold()
    return list(dict.fromkeys([plain, *islice(_spellings(plain), _SPELLINGS)])) if _LATIN.fullmatch(plain) else [plain]


def split_words(text: str) -> Iterator[str]:
    """Yield the words in small letters, stress marks left out, codes with their look-alikes folded."""
    plain = unicodedata.normalize("NFC", text.replace("\u0301", "").replace("\u0300", ""))
    for match in _WORD.finditer(plain):
        word = match[0]
        if len(word) > _LONGEST:
            continue
        if any(letter.isdigit() for letter in word):
            word = fold_code(word)  # „BG05M9ОP001“ with a Cyrillic О
        yield word.casefold()


@lru_cache(maxsize=100_000)
def _lemma(word: str) -> str:
    """Return the lemma of a word in small letters; what is not Cyrillic stays."""
    if not _CYRILLIC.search(word) or any(letter.isdigit() for letter in word):
        return word
    mended = _mended().get(word)
    if mended:
        return mended
    if simplemma.is_known(word, lang="bg"):
        return _dictionary_lemma(word)
    for ending, replacement, known in _endings():
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            candidate = word.removesuffix(ending) + replacement
            if not known or simplemma.is_known(candidate, lang="bg"):
                return _mended().get(candidate) or _dictionary_lemma(candidate)
    return _dictionary_lemma(word)


def _dictionary_lemma(word: str) -> str:
    lemma: str = simplemma.lemmatize(word, lang="bg")
    # simplemma writes reflexive verbs as „подпиша-(се)“
    match = _WORD.match(lemma.casefold())
    return match[0] if match else word


def _spellings(word: str) -> Iterator[str]:
    """Yield the Cyrillic spellings of a Bulgarian word in Latin letters, the likeliest first.

    Letters by the Transliteration Act (2009) before those people use besides.
    """
    choices, at = [], 0
    letters = _letters()
    while at < len(word):
        length = next((size for size in (3, 2, 1) if word[at : at + size] in letters), 0)
        if not length:
            return
        choices.append(letters[word[at : at + length]])
        at += length
    # product() varies the last letter first; sorted by how many letters are not the first choice
    spellings = islice(product(*[list(enumerate(choice)) for choice in choices]), _SPELLINGS * 16)
    for spelling in sorted(spellings, key=lambda one: sum(rank for rank, _ in one)):
        yield "".join(letter for _, letter in spelling)


@cache
def _mended() -> dict[str, str]:
    return {row["form"]: row["lemma"] for row in read_table("lemmas.csv")}


@cache
def _endings() -> tuple[tuple[str, str, bool], ...]:
    return tuple((row["ending"], row["replacement"], row["known"] == "yes") for row in read_table("endings.csv"))


@cache
def _letters() -> dict[str, tuple[str, ...]]:
    return {row["latin"]: tuple(row["cyrillic"].split("|")) for row in read_table("latin.csv")}
