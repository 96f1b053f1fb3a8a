"""The tokens of a document, as spaCy's ``Doc`` takes them: lexemes, and the words and signs between them.

Most of what stands between two blanks has been met before: „община“, „лева,“, „(ЕСФ).“. Its tokens are remembered.
"""

import re
from typing import Any

from spacy.strings import StringStore
from spacy.vocab import Vocab

from extractors.lexer import Lex
from extractors.reading import Reading

#: A run of letters (most are Cyrillic, and a plain range is quicker to test), of digits, a sign, or white space that no
#: token takes; and the one blank behind it.
_PIECE = re.compile(r"(?:[а-яА-Я]+(?![^\W\d_])|[^\W\d_]+|\d+|\s+|[^\w\s]|_+) ?")
#: A longer stretch is no word and will not be met again, in characters.
_LONGEST = 40
#: Where white space stands before a blank, runs of it are looked for; elsewhere the blanks divide a text.
_STRETCH = re.compile(r"\S+ ?|\s+")


class _Stretches(dict[str, tuple[int, ...]]):
    """What spaCy must know of the stretches met so far: for each token its key, and 1 where a blank follows it.

    The key is that of spaCy's store of strings; hashing a token anew costs five look-ups, dividing a stretch more.
    ``behind`` is what follows each stretch that is asked for: a blank, or nothing.
    """

    def __init__(self, strings: StringStore, behind: str) -> None:
        super().__init__()
        self._strings = strings
        self._behind = behind

    def __missing__(self, stretch: str) -> tuple[int, ...]:
        pieces = _PIECE.findall(stretch + self._behind)
        told = tuple(one for piece in pieces for one in self._of(piece))
        if len(stretch) <= _LONGEST:
            if len(self) > 50_000:
                self.clear()
            self[stretch] = told
        return told

    def _of(self, piece: str) -> tuple[int, int]:
        """Return what spaCy must know of one token, with the blank behind it; a piece of blanks alone is a token."""
        spaced = piece.endswith(" ") and not piece.isspace()
        return self._strings.add(piece[:-1] if spaced else piece), int(spaced)


class Tokens:
    """The tokens of documents; those of the stretches between blanks are remembered."""

    def __init__(self, vocab: Vocab) -> None:
        self._strings = vocab.strings
        self._closed = _Stretches(vocab.strings, "")
        self._spaced = _Stretches(vocab.strings, " ")

    def clear(self) -> None:
        """Forget all keys."""
        self._closed.clear()
        self._spaced.clear()

    def of(self, reading: Reading) -> list[Any]:
        """Return the tokens of a document one after another: for each its key, and 1 where a blank follows it.

        A lexeme is one token.
        """
        text = reading.text
        add = self._strings.add
        found: list[Any] = []
        at = 0
        for lexeme in reading.lexemes:
            start, end = lexeme.start, lexeme.end
            if start < at or lexeme.lex is Lex.PERIOD:
                continue
            if lexeme.lex is Lex.DATE and lexeme.resume and lexeme.resume < end:
                continue  # its second half is another date's
            if at < start:
                self._between(text[at:start], found)
            spaced = text.startswith(" ", end)
            found += (add(text[start:end]), spaced)
            at = end + spaced
        self._between(text[at:], found)
        return found

    def _between(self, told: str, found: list[Any]) -> None:
        """Add the tokens of what stands between two lexemes."""
        if "  " in told or "\n " in told or "\u00a0 " in told or "\t " in told:
            for tokens in map(self._closed.__getitem__, _STRETCH.findall(told)):
                found += tokens
            return
        *spaced, last = told.split(" ")
        for tokens in map(self._spaced.__getitem__, spaced):
            found += tokens
        if last:
            found += self._closed[last]
