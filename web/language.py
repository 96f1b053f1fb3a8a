"""What the pages say, in Bulgarian and English, from ``languages/*.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "languages"
CODES = ("bg", "en")


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words; a word that is missing is a mistake and raises KeyError."""

    code: str
    words: dict[str, Any]

    def word(self, *path: str) -> str:
        """Return the word under a path of keys: ``word("role", "amount", "grant")``."""
        found: Any = self.words
        for key in path:
            found = found[key]
        if not isinstance(found, str):
            raise KeyError(".".join(path))
        return found

    def counted(self, section: str, noun: str, count: int) -> str:
        """Return a count with its noun: ``1 твърдение``, ``5 твърдения``."""
        if count == 1:
            return self.word(section, f"{noun}_one")
        return self.word(section, f"{noun}_many").format(count=count)

    @property
    def other(self) -> str:
        """The code of the other language."""
        return next(code for code in CODES if code != self.code)


@cache
def language(code: str) -> Language:
    """Return a language by its code; Bulgarian for a code that we do not have."""
    known = code if code in CODES else CODES[0]
    return Language(known, tomllib.loads((FOLDER / f"{known}.toml").read_text("utf-8")))
