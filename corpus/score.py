"""How an extraction is scored against gold; the guide's section 8.

A figure found matches a gold figure of the same kind, value and unit whose span overlaps, one to one, larger overlap
first. Where the two rest on different canonical texts, spans are not compared: figures match by kind, value and unit,
one to one, in order of occurrence.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.codes import strip_contract
from models.figure import Figure
from models.vocabulary import Bound

Pair = tuple[Figure, Figure]


@dataclass(frozen=True, slots=True)
class Matching:
    """The gold figures and the found ones of one document, paired (gold first), missed and besides."""

    pairs: tuple[Pair, ...]
    missed: tuple[Figure, ...]
    besides: tuple[Figure, ...]


def _key(figure: Figure) -> tuple[str, str, str | None]:
    return str(figure.kind), figure.value_text, figure.unit


def match(gold: Sequence[Figure], found: Sequence[Figure], *, same_text: bool = True) -> Matching:
    """Pair the figures of one document."""
    pairs = _by_span(gold, found) if same_text else _by_order(gold, found)
    left = {id(one) for one, _ in pairs}
    right = {id(one) for _, one in pairs}
    return Matching(
        tuple(sorted(pairs, key=lambda pair: pair[0].start)),
        tuple(one for one in gold if id(one) not in left),
        tuple(one for one in found if id(one) not in right),
    )


def _by_span(gold: Sequence[Figure], found: Sequence[Figure]) -> list[Pair]:
    rivals: dict[tuple[str, str, str | None], list[Figure]] = defaultdict(list)
    for one in found:
        rivals[_key(one)].append(one)
    overlaps = []
    for one in gold:
        for other in rivals[_key(one)]:
            shared = min(one.end, other.end) - max(one.start, other.start)
            if shared > 0:
                overlaps.append((-shared, one.start, other.start, one, other))
    overlaps.sort(key=lambda row: row[:3])
    pairs: list[Pair] = []
    used: set[int] = set()
    for *_, one, other in overlaps:
        if id(one) not in used and id(other) not in used:
            used |= {id(one), id(other)}
            pairs.append((one, other))
    return pairs


def _by_order(gold: Sequence[Figure], found: Sequence[Figure]) -> list[Pair]:
    waiting: dict[tuple[str, str, str | None], list[Figure]] = defaultdict(list)
    for one in sorted(found, key=lambda figure: figure.start):
        waiting[_key(one)].append(one)
    pairs = []
    for one in sorted(gold, key=lambda figure: figure.start):
        if waiting[_key(one)]:
            pairs.append((one, waiting[_key(one)].pop(0)))
    return pairs


@dataclass(slots=True)
class Tally:
    """Counts of one kind or role, and the three shares made of them."""

    gold: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of the found that is right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of the gold that was found; 1 where there is none."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.gold + self.found
        return 2 * self.right / total if total else 1.0


@dataclass(slots=True)
class Score:
    """The scores of a split: by value, with role, by kind, by role, and the shares among the matched."""

    documents: int = 0
    value: Tally = field(default_factory=Tally)
    role: Tally = field(default_factory=Tally)
    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    roles: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    bound_of: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    project: Tally = field(default_factory=Tally)
    links: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    matched: int = 0
    bounds_right: int = 0
    projects_right: int = 0
    abstained: int = 0
    abstained_other: int = 0
    negatives: int = 0
    negatives_with_figures: int = 0

    @property
    def bounds(self) -> float:
        """The share of the matched whose bound is right."""
        return self.bounds_right / self.matched if self.matched else 1.0

    @property
    def projects(self) -> float:
        """The share of the matched whose project is right, suffixes and legs not counted."""
        return self.projects_right / self.matched if self.matched else 1.0

    def add(self, matching: Matching) -> None:
        """Count one document."""
        self.documents += 1
        gold = [one for one, _ in matching.pairs] + list(matching.missed)
        found = [one for _, one in matching.pairs] + list(matching.besides)
        _count(self.value, len(gold), len(found), len(matching.pairs))
        alike = [(one, other) for one, other in matching.pairs if one.role == other.role]
        # Where the extractor abstains it says nothing: that is a miss, and no error.
        said = [one for one in found if not one.attributes.abstained]
        right = [pair for pair in alike if not pair[1].attributes.abstained]
        _count(self.role, len(gold), len(said), len(right))
        for one in gold:
            self.kinds[one.kind].gold += 1
            self.roles[f"{one.kind}/{one.role}"].gold += 1
        for one in found:
            self.kinds[one.kind].found += 1
            if one.attributes.abstained:
                self.abstained += 1  # neither an error nor truly ``other``: counted apart
            else:
                self.roles[f"{one.kind}/{one.role}"].found += 1
        self.abstained_other += sum(other.attributes.abstained and one.role == "other" for one, other in matching.pairs)
        self._count_rest(matching, gold, found)
        for one, _ in matching.pairs:
            self.kinds[one.kind].right += 1
        for one, other in alike:
            if other.attributes.abstained:
                continue
            self.roles[f"{one.kind}/{one.role}"].right += 1
        self.matched += len(matching.pairs)
        self.bounds_right += sum(one.bound is other.bound for one, other in matching.pairs)
        self.projects_right += sum(same_project(one.project, other.project) for one, other in matching.pairs)
        if not gold:
            self.negatives += 1
            self.negatives_with_figures += bool(found)

    def _count_rest(self, matching: Matching, gold: Sequence[Figure], found: Sequence[Figure]) -> None:
        """Count what else a figure says: its bound where it is not exact, its project where it has one, its links."""
        for one in gold:
            if one.bound is not Bound.EXACT:
                self.bound_of[one.bound].gold += 1
        for one in found:
            if one.bound is not Bound.EXACT:
                self.bound_of[one.bound].found += 1
        for one, other in matching.pairs:
            if one.bound is other.bound and one.bound is not Bound.EXACT:
                self.bound_of[one.bound].right += 1
        named = [one for one in gold if one.project is not None]
        given = [one for one in found if one.project is not None]
        same = sum(
            one.project is not None and same_project(one.project, other.project) for one, other in matching.pairs
        )
        _count(self.project, len(named), len(given), same)
        place = {one.start: other.start for one, other in matching.pairs}
        for name in _LINKS:
            wanted, told = _link_pairs(gold, name), _link_pairs(found, name)
            moved = {(place.get(start), place.get(target)) for start, target in wanted}
            _count(self.links[name], len(wanted), len(told), sum(pair in moved for pair in told))


_LINKS = ("same_as", "part_of", "subset_of")


def _link_pairs(figures: Sequence[Figure], name: str) -> list[tuple[int, int]]:
    return [(one.start, getattr(one.attributes, name)) for one in figures if getattr(one.attributes, name) is not None]


def _count(tally: Tally, gold: int, found: int, right: int) -> None:
    tally.gold += gold
    tally.found += found
    tally.right += right


def same_project(one: str | None, other: str | None) -> bool:
    """Say whether two figures are of one project: codes without suffix and leg, titles as they stand."""
    if one is None or other is None:
        return one is other
    return strip_contract(one) == strip_contract(other)


def score(matchings: Iterable[Matching]) -> Score:
    """Score a split."""
    total = Score()
    for one in matchings:
        total.add(one)
    return total
