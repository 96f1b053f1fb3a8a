"""What a word means, as far as roles hang on it: ``begin`` for „започна“, „тръгват“, „стартира“; ``senses.toml``.

Words are many and gold is scarce: „изхарчиха“ speaks for a role as soon as other words of its sense have done so.
"""

from collections.abc import Mapping
from functools import cache

from extractors.words import words

_KEPT = 50_000


@cache
def _entries() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Return the words that stand as they are, and the stems that take any ending, each with its senses."""
    whole: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for sense, entries in words("senses").items():
        for entry in entries:
            (stems if entry.endswith("*") else whole).setdefault(entry.rstrip("*"), []).append(sense)
    return (
        {word: tuple(senses) for word, senses in whole.items()},
        {stem: tuple(senses) for stem, senses in stems.items()},
    )


class _Senses(dict[str, tuple[str, ...]]):
    """The words met so far, each with its senses."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) > _KEPT:
            self.clear()
        self[word] = senses = _look_up(word)
        return senses


def _look_up(word: str) -> tuple[str, ...]:
    whole, stems = _entries()
    if word in whole:
        return whole[word]
    return next((stems[word[:size]] for size in range(len(word), 1, -1) if word[:size] in stems), ())


#: The senses of a folded word; ``()`` for a word that the lexicon does not have.
SENSES = _Senses()
