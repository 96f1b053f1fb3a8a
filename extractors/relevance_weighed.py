"""Whether a text speaks of a publicly funded project, by all of its words: how far each speaks for or against.

The phrases of ``extractors.relevance`` say what must be said somewhere; a budget's decree says much of it, and a mother
who tells what the new day centre is to her says none. What all the words of a text speak for together is learned: a
logistic regression, fitted by ``scripts/learn_weights.py`` on the gold of ``dev`` and ``demo``.
"""

from collections.abc import Iterable

from extractors.reading import Reading
from extractors.senses import SENSES
from extractors.surroundings import stem_of
from extractors.weights import SCALE, Weights

#: The question's name in ``weights.json``, and its answers.
MODEL, FUNDED, ELSE = "relevance", "funded", "else"
#: How loud a sense is that a word has, beside the word itself.
_SENSE = 0.3
#: A text shorter than this says too little, in characters.
SHORTEST = 400
_KEPT = 50_000


def features(words: Iterable[str]) -> dict[str, float]:
    """Return what the words of a text are and mean, each word once: name, and how loud it is."""
    told: dict[str, float] = {"": 1.0}
    for word in set(words):
        told[f"word {stem_of(word)}"] = 1.0
        for sense in SENSES[word]:
            name = f"means {sense}"
            told[name] = told.get(name, 0.0) + _SENSE
    return told


def likely(reading: Reading, model: Weights) -> float:
    """Return how likely a text speaks of a publicly funded project, by its words alone."""
    words = set(reading.words.texts)
    told = model.add({f"word {stem_of(word)}" for word in words} | {""}) * SCALE
    told += sum(_by_senses(word, model) for word in words)
    return model.shares(told)[model.roles.index(FUNDED)]


def _by_senses(word: str, model: Weights) -> int:
    """Return what a word adds by its senses, packed, in hundredths of hundredths."""
    told = model.kept.get(word)
    if told is None:
        if len(model.kept) > _KEPT:
            model.kept.clear()
        told = model.add([f"means {sense}" for sense in SENSES[word]]) * round(_SENSE * SCALE)
        model.kept[word] = told
    return told
