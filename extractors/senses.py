"""What a word means, as far as roles hang on it: ``begin`` for „започна“, „тръгват“, „стартира“.

Words are many and gold is scarce: „изхарчиха“ speaks for a role as soon as other words of its sense have done so. The
senses stand in several lexicons, of different grain (``senses_*.toml``); a word has those that each gives it.
"""

from collections.abc import Mapping
from functools import cache

from extractors.words import words

_LEXICONS = ("common", "acts", "money", "people")
_KEPT = 50_000

#: The senses by stem, or by whole word.
_Entries = Mapping[str, tuple[str, ...]]


@cache
def _lexicons() -> list[tuple[_Entries, _Entries]]:
    """Return of each lexicon the words that stand as they are, and the stems that take any ending."""
    found: list[tuple[_Entries, _Entries]] = []
    for name in _LEXICONS:
        whole: dict[str, tuple[str, ...]] = {}
        stems: dict[str, tuple[str, ...]] = {}
        for sense, entries in words(f"senses_{name}").items():
            told = (f"{name}.{sense}",)
            for entry in entries.split():
                if entry[-1] == "*":
                    stems[entry[:-1]] = stems.get(entry[:-1], ()) + told
                else:
                    whole[entry] = whole.get(entry, ()) + told
        found.append((whole, stems))
    return found


class _Senses(dict[str, tuple[str, ...]]):
    """The words met so far, each with its senses."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) > _KEPT:
            self.clear()
        senses: tuple[str, ...] = ()
        for whole, stems in _lexicons():
            senses += whole.get(word) or next(
                (stems[word[:size]] for size in range(len(word), 1, -1) if word[:size] in stems), ()
            )
        self[word] = senses
        return senses


#: The senses of a folded word; ``()`` for a word that no lexicon has.
SENSES = _Senses()
