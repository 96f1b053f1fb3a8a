"""How strongly a cue speaks for a value: weight, side, distance, and what stands between the two."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from extractors.candidate import Candidate
from extractors.cues import Cue
from extractors.words import shape, words

_SQUEEZE = re.compile(r"\s+")
#: Between a cue and its value these change nothing: „в размер на“, „е“, „:“.
_SMALL = shape("scoring", "small")
_CONTRAST = re.compile("|".join(map(re.escape, words("shapes")["scoring"]["contrast"])))
_COMMA = re.compile(r",(?!\d)")


class Vote(NamedTuple):
    """One cue's voice for a role."""

    role: str
    score: float
    cue: Cue


def gap_text(low: str, start: int, end: int) -> str:
    """Return what stands between two places, white space (furniture, too) squeezed to single blanks."""
    gap = low[start:end]
    if len(gap) <= 8 or ("  " not in gap and gap.isprintable()):
        return gap  # no white space but single blanks
    return _SQUEEZE.sub(" ", gap)


def vote(low: str, one: Candidate, cue: Cue, rivals: Sequence[int]) -> Vote | None:
    """Score one cue for one value; ``rivals`` are the starts of all values of its kind in the sentence, in order."""
    rule = cue.rule
    if cue.end <= one.start:
        if rule.side == "right":
            return None
        gap, side = gap_text(low, cue.end, one.start), 1.0
        between = bisect_left(rivals, one.start) - bisect_left(rivals, cue.end)
        behind = bisect_left(rivals, cue.start) - 1
        if behind >= 0 and cue.start - rivals[behind] < 32 and gap.lstrip().startswith(("и ", ",")):
            side = 0.5  # „6.498.109,78 лв. безвъзмездна помощ и 886.105,88лв. собствен принос“
    elif cue.start >= one.end:
        if rule.side == "left":
            return None
        gap, side = gap_text(low, one.end, cue.start), 0.82
        between = bisect_left(rivals, cue.start) - bisect_left(rivals, one.end)
        if between == 0 and (after := bisect_left(rivals, cue.end)) < len(rivals):
            # „От одобрените 548 000 лв. са усвоени 539 417 лв.“: the cue is the second sum's.
            beyond = gap_text(low, cue.end, rivals[after])
            taken = len(beyond) < 60 and not _COMMA.search(beyond) and ";" not in beyond
            side *= 0.4 if taken else 1.0
    else:
        return None
    distance = len(gap)
    if distance > rule.reach:
        return None
    close = distance < 40 and _SMALL.fullmatch(gap) is not None
    score = rule.weight * side * (1.3 if close else 1.0) / (1 + distance / 70)
    if between > 0:
        score *= 0.45**between
    if "," in gap or ";" in gap:
        # The fourth comma that divides clauses changes nothing.
        score *= 0.72 ** min(len(_COMMA.findall(gap)), 3) * 0.5 ** gap.count(";")
    if _CONTRAST.search(gap):
        score *= 0.8 if side > 0.9 else 0.45
    if side < 1 and " и " in gap and not close:
        score *= 0.75
    return Vote(rule.role, score, cue)


def best_by_role(votes: Sequence[Vote]) -> list[Vote]:
    """Keep the strongest vote of each role, strongest first; a second voice for the same role adds a little."""
    best: dict[str, Vote] = {}
    extra: dict[str, float] = {}
    for one in votes:
        kept = best.get(one.role)
        if kept is None or one.score > kept.score:
            if kept is not None:
                extra[one.role] = extra.get(one.role, 0) + kept.score
            best[one.role] = one
        else:
            extra[one.role] = extra.get(one.role, 0) + one.score
    ranked = [Vote(role, one.score + min(0.12 * extra.get(role, 0), 0.2), one.cue) for role, one in best.items()]
    return sorted(ranked, key=lambda one: (-one.score, one.role))
