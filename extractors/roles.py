"""Roles: what a value says about the project, told by the cue phrases of its clause, lead-in, heading and table header."""

from collections.abc import Sequence

from extractors.candidate import Candidate
from extractors.cue_places import CuePlaces
from extractors.date_roles import date_role
from extractors.reading import Reading, Sentence
from extractors.scoring import Vote, best_by_role, vote
from models.document import BlockKind
from models.values import Headcount
from models.vocabulary import Kind, head_unit

#: Below this no cue is near enough to decide.
_ENOUGH = 0.22
#: Two readings this near to each other are a tie.
_TIE = 0.985


def assign_roles(reading: Reading, candidates: list[Candidate]) -> None:
    """Give every candidate that has none its role, with the reasons; one that nothing decides is ``other``."""
    cues = CuePlaces(reading)
    rivals: dict[tuple[Kind, int], list[int]] = {}
    for one in candidates:
        sentence = reading.sentence_at(one.start)
        if sentence is not None:
            rivals.setdefault((one.kind, sentence.number), []).append(one.start)
    for one in candidates:
        if one.role is not None and not (one.kind is Kind.HEADCOUNT and one.generic):
            one.reasons.append(f"role from {one.rule}")
            continue
        if one.kind in (Kind.PROJECT_ID, Kind.PROCEDURE_ID):
            one.role = str(one.kind)
            continue
        sentence = reading.sentence_at(one.start)
        others = rivals.get((one.kind, sentence.number), []) if sentence else []
        if one.kind is Kind.DATE:
            date_role(reading, cues, one, sentence, others)
        else:
            _by_votes(reading, cues, one, sentence, others)
        if one.kind is Kind.HEADCOUNT and isinstance(one.value, Headcount):
            one.value = Headcount(one.value.number, head_unit(one.role or "other"))


def _by_votes(
    reading: Reading, cues: CuePlaces, one: Candidate, sentence: Sentence | None, rivals: Sequence[int]
) -> None:
    topic = str(one.kind)
    ranked = ranked_votes(reading, cues, topic, one, sentence, rivals)
    decide(
        one,
        ranked,
        default="total_value" if one.kind is Kind.AMOUNT and _of_project(reading, one, sentence) else "other",
    )
    if one.kind is Kind.AMOUNT and one.per is not None:
        one.role = "other"
        one.reasons.append(f"a rate per {one.per}")


def _of_project(reading: Reading, one: Candidate, sentence: Sentence | None) -> bool:
    """Say whether a sum with no other word is the project's: „проектът … за 120 000 лв.“."""
    if sentence is None:
        return False
    return "проект" in reading.low[max(sentence.start, one.start - 120) : one.start]


def ranked_votes(
    reading: Reading, cues: CuePlaces, topic: str, one: Candidate, sentence: Sentence | None, rivals: Sequence[int]
) -> list[Vote]:
    """Return the roles that the words around a value speak for: header first, then clause, lead-in, heading, before."""
    cell = reading.cell_at(one.start)
    if cell is not None and cell.headers:
        for header in cell.headers:
            votes = [Vote(cue.rule.role, cue.rule.weight, cue) for cue in cues.in_header(topic, header)]
            if votes:
                return best_by_role(votes)
    if sentence is None:
        return []
    votes = _votes(reading, cues, topic, one, sentence.start, sentence.end, rivals)
    ranked = best_by_role(votes)
    if ranked and ranked[0].score >= _ENOUGH:
        return ranked
    block = reading.blocks[sentence.block]
    far: list[Vote] = []
    if block.kind is BlockKind.LIST_ITEM or block.cells:
        lead = _lead_in(reading, sentence.block)
        if lead is not None:
            far += _distant(cues, topic, lead.start, lead.end, 0.75)
    if not far and sentence.number and topic != "duration":
        before = reading.sentences[sentence.number - 1]
        same_block = before.block == sentence.block
        if same_block or reading.blocks[before.block].kind is BlockKind.HEADING or before.block == sentence.block - 1:
            far += _distant(cues, topic, before.start, before.end, 0.4 if same_block else 0.45)
    return best_by_role(votes + far)


def _votes(
    reading: Reading, cues: CuePlaces, topic: str, one: Candidate, start: int, end: int, rivals: Sequence[int]
) -> list[Vote]:
    found = []
    for cue in cues.within(topic, start, end):
        voice = vote(reading.low, one, cue, rivals)
        if voice is not None:
            found.append(voice)
    return found


def _distant(cues: CuePlaces, topic: str, start: int, end: int, factor: float) -> list[Vote]:
    return [
        Vote(cue.rule.role, cue.rule.weight * factor * 0.6, cue)
        for cue in cues.within(topic, start, end)
        if cue.rule.reach >= 100
    ]


def _lead_in(reading: Reading, block: int) -> Sentence | None:
    """Return the sentence before a list: „Целевата група включва:“."""
    for sentence in reversed(reading.sentences):
        if (
            sentence.block < block
            and not reading.blocks[sentence.block].cells
            and (reading.blocks[sentence.block].kind is not BlockKind.LIST_ITEM)
        ):
            return sentence
    return None


def decide(one: Candidate, ranked: Sequence[Vote], default: str = "other") -> None:
    """Take the strongest role; where nothing is strong enough the default, where two tie ``other``, abstained."""
    strong = [row for row in ranked if row.score >= _ENOUGH]
    if not strong:
        one.role, one.confidence = default, 0.4
        one.reasons.append("no cue near enough")
        return
    first = strong[0]
    if len(strong) > 1 and strong[1].score > first.score * _TIE and {first.role, strong[1].role} != {first.role}:
        one.role, one.abstained, one.confidence = "other", True, 0.3
        one.reasons.append(f"tie: {_told(first)}, {_told(strong[1])}")
        return
    one.role = first.role
    rival = strong[1].score if len(strong) > 1 else 0.0
    one.confidence = round(max(0.35, min(0.99, 0.55 + 0.4 * (first.score - rival) / max(first.score, 1.0))), 2)
    one.reasons.append(_told(first))
    one.reasons += [f"beaten: {_told(row)}" for row in strong[1:3]]


def _told(row: Vote) -> str:
    return f"{row.role} by „{row.cue.rule.phrase}“ at {row.cue.start} ({row.score:.2f})"
