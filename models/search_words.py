"""A question's words: ``асист* Кубрат BG05M9OP001-2.002`` is a beginning, a word and a piece of a code."""

from collections.abc import Collection
from dataclasses import dataclass

from models.codes import strip_contract
from models.folding import fold_code
from models.lemmas import query_beginnings, query_words, split_words

#: Fewer characters name no code.
_SHORTEST_FRAGMENT = 3


@dataclass(frozen=True, slots=True)
class Term:
    """One word as typed: every group has to be found, any lemma of a group will do.

    ``is_prefix`` marks a beginning of a word (``асист*``), ``fragment`` what may be a piece of a code, folded.
    """

    text: str
    groups: tuple[tuple[str, ...], ...]
    is_prefix: bool = False
    fragment: str | None = None

    def is_said_by(self, lemmas: Collection[str]) -> bool:
        """Say whether a text of these lemmas says the term."""
        if self.is_prefix:
            return any(lemma.startswith(group) for group in self.groups for lemma in lemmas)
        return all(any(lemma in lemmas for lemma in group) for group in self.groups)


def read_terms(words: str) -> list[Term]:
    """Take a question apart; signs that are no words (``"``, ``(``, ``*``) mean nothing and are left out."""
    terms = []
    for token in words.split():
        plain = list(split_words(token))
        if not plain:
            continue
        is_prefix = token.endswith("*") and len(plain) == 1
        groups = (
            (tuple(query_beginnings(plain[0])),) if is_prefix else tuple(tuple(query_words(word)) for word in plain)
        )
        folded = strip_contract(fold_code(token.strip("„“”\"'()[].,;:*")))
        is_fragment = len(folded) >= _SHORTEST_FRAGMENT and any(letter.isdigit() for letter in folded)
        terms.append(Term(token.strip("*"), groups, is_prefix, folded if is_fragment else None))
    return terms


def fts_query(term: Term) -> str:
    """Write the term for SQLite's FTS5; words are quoted letters and digits, so that none is taken for syntax."""
    star = " *" if term.is_prefix else ""
    groups = (" OR ".join(f'"{lemma}"{star}' for lemma in group) for group in term.groups)
    return " AND ".join(f"({group})" for group in groups)


def tsquery(term: Term) -> str:
    """Write the term for PostgreSQL's tsquery, in the same way."""
    star = ":*" if term.is_prefix else ""
    groups = (" | ".join(f"'{lemma}'{star}" for lemma in group) for group in term.groups)
    return " & ".join(f"({group})" for group in groups)
