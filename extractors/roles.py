"""Roles: what a value says about the project, told by the cues of its clause, lead-in, heading, table header."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from extractors.candidate import Candidate
from extractors.cue_places import CuePlaces
from extractors.cues import Cue, CueRule
from extractors.date_roles import date_role
from extractors.reading import Reading, Sentence
from extractors.role_places import by_headers, colon_lead, distant, has_sum, lead_in, settle
from extractors.scoring import Vote, best_by_role, vote
from extractors.second_look import KINDS, look_again
from extractors.weights import Weights, weights
from extractors.words import shape, words
from models.document import BlockKind
from models.values import Amount, Duration, Headcount
from models.vocabulary import Kind, Vat, head_unit

#: Below this no cue is near enough to decide.
_ENOUGH = 0.3
#: Two readings this near to each other are a tie.
_TIE = 0.985


def assign_roles(
    reading: Reading,
    candidates: list[Candidate],
    models: Mapping[str, Weights] | None = None,
    cues: CuePlaces | None = None,
    published: date | None = None,
) -> None:
    """Give every candidate that has none its role, with the reasons; one that nothing decides is ``other``.

    ``models`` are the weights of the second look; by themselves those that were learned, ``{}`` for none;
    ``cues`` the document's, where they have been found before; ``published`` its day, where it is known.
    """
    cues = cues or CuePlaces(reading)
    rivals: dict[tuple[Kind, int], list[int]] = {}
    for one in candidates:
        sentence = reading.sentence_at(one.start)
        if sentence is not None:
            rivals.setdefault((one.kind, sentence.number), []).append(one.start)
    for one in candidates:
        if one.role is not None and not (one.kind is Kind.HEADCOUNT and one.generic):
            one.reasons.append(f"role from {one.rule}")
            if one.kind is Kind.HEADCOUNT:
                _softened(reading, cues, one, reading.sentence_at(one.start))
                one.cued = one.role
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
        if one.kind in KINDS:
            one.cued = one.role
    look_again(reading, candidates, published, weights() if models is None else models)
    settle(reading, candidates)


_FUNDS = ("total_value", "grant", "other", "spent")
#: In minor units: a sum this large that stands in running text with no word of its own is the project's.
_LARGE = 5_000_000
_JOBS = ("personal_assistants", "social_assistants", "home_helpers")


def _by_votes(
    reading: Reading, cues: CuePlaces, one: Candidate, sentence: Sentence | None, rivals: Sequence[int]
) -> None:
    ranked = ranked_votes(reading, cues, str(one.kind), one, sentence, rivals)
    if one.kind is Kind.AMOUNT:
        ranked = [row for row in ranked if row.role != "spent" or not _is_future(reading, row)] or ranked[:0]
    if one.kind in KINDS:
        one.votes = {row.role: row.score for row in ranked}
    if one.kind is Kind.HEADCOUNT:
        ranked = [row for row in ranked if row.role != "capacity" or abs(one.start - row.cue.end) < 30]
        # A named job comes before all: „като лични асистенти бяха наети 93 души“.
        jobs = [Vote(row.role, row.score * 2.2, row.cue) for row in ranked if row.role in _JOBS and row.score > 0.6]
        ranked = sorted(jobs + [row for row in ranked if row.role not in _JOBS], key=lambda row: -row.score)
        decide(one, ranked, default="users")
        return
    if one.kind is Kind.DURATION:
        _duration(one, ranked)
        return
    if one.vat is not None:
        # A project's own sum is seldom told with its tax; a contractor's nearly always.
        ranked = _raised(ranked, "contract_value", _TAXED[one.vat], sentence, one)
    decide(one, ranked, default="total_value" if _of_project(reading, one, sentence) else "other")
    if one.per is not None:
        one.role, one.certain = "other", True
        one.reasons.append(f"a rate per {one.per}")


#: What „без ДДС“ and „с ДДС“ add for a contract: seven of ten sums told so in the gold are a contractor's.
_TAXED = {Vat.WITHOUT: 0.9, Vat.WITH: 0.45}


def _raised(ranked: Sequence[Vote], role: str, score: float, sentence: Sentence | None, one: Candidate) -> list[Vote]:
    """Add to the score of a role, or let it stand with this score alone."""
    place = sentence.start if sentence else one.start
    own = next((row for row in ranked if row.role == role), None)
    tax = Cue(one.end, one.end, CueRule("amount", role, "both", str(one.vat), score, 0))
    raised = (
        Vote(role, score + own.score, own.cue) if own else Vote(role, score, tax._replace(start=max(place, one.end)))
    )
    return sorted([raised, *(row for row in ranked if row.role != role)], key=lambda row: -row.score)


#: What must speak for another role before a noun that names one gives way; and how near it must stand.
_SOFT = {"participants": 0.75, "applicants": 1.1, "staff": 0.8}


@cache
def _soft_stems() -> tuple[tuple[str, str], ...]:
    """Return the stems of nouns that give way, each with the role that it then has."""
    listed: dict[str, list[str]] = words("people")["soft"]
    return tuple((stem, role) for role, stems in listed.items() for stem in stems)


def _softened(reading: Reading, cues: CuePlaces, one: Candidate, sentence: Sentence | None) -> None:
    """Let what people do decide where their noun says less: „обучени бяха 58 служители“ are participants."""
    if sentence is None or reading.cell_at(one.start) is not None or not isinstance(one.value, Headcount):
        return
    noun = reading.low[one.start : one.end]
    soft = {role for stem, role in _soft_stems() if stem in noun and role != one.role}
    if not soft:
        return
    for row in best_by_role(_votes(reading, cues, "headcount", one, sentence.start, sentence.end, ())):
        if row.role == one.role:
            return
        if row.role in soft and row.score >= _SOFT[row.role]:
            one.reasons.append(_told(row))
            one.role = row.role
            one.value = Headcount(one.value.number, head_unit(row.role))
            return


def _is_future(reading: Reading, row: Vote) -> bool:
    """Say whether a cue of spending is of money still to be spent: „ще бъдат вложени“."""
    return shape("roles", "future").search(reading.low[max(row.cue.start - 16, 0) : row.cue.start]) is not None


def _duration(one: Candidate, ranked: Sequence[Vote]) -> None:
    """Take months and years with no cue for the project's, days for something else's."""
    value = one.value
    assert isinstance(value, Duration)
    short = not value.years and value.months < 6
    if short and value.days and ranked and ranked[0].role == "project" and ranked[0].score < 0.8:
        ranked = []
    decide(one, ranked, default="other" if short else "project")
    if not ranked and value.years and not value.months:
        one.role = "other"  # „20 години опит“


def _of_project(reading: Reading, one: Candidate, sentence: Sentence | None) -> bool:
    """Say whether a sum with no other word is the project's: „проектът … за 120 000 лв.“."""
    if sentence is None or reading.blocks[sentence.block].kind is BlockKind.LIST_ITEM:
        return False
    if reading.cell_at(one.start) is not None:
        return False
    before = reading.low[max(sentence.start, one.start - 120) : one.start]
    heading = reading.blocks[sentence.block].kind is BlockKind.HEADING
    large = isinstance(one.value, Amount) and one.value.minor >= _LARGE
    return large and (heading or any(word in before for word in words("shapes")["roles"]["of_a_project"]))


def ranked_votes(
    reading: Reading, cues: CuePlaces, topic: str, one: Candidate, sentence: Sentence | None, rivals: Sequence[int]
) -> list[Vote]:
    """Return the roles that the words around a value speak for: header first, then clause, lead-in, heading, before."""
    cell = reading.cell_at(one.start)
    if cell is not None and cell.headers:
        return by_headers(reading, cues, topic, cell, sentence)
    if sentence is None:
        return []
    votes = _votes(reading, cues, topic, one, sentence.start, sentence.end, rivals)
    ranked = best_by_role(votes)
    if ranked and ranked[0].score >= _ENOUGH:
        return ranked
    block = reading.blocks[sentence.block]
    far: list[Vote] = []
    if block.kind is BlockKind.LIST_ITEM or block.cells:
        lead = lead_in(reading, sentence.block)
        if lead is not None and topic == "amount" and has_sum(reading, lead):
            spent = [
                cue
                for cue in cues.within(topic, lead.start, lead.end)
                if cue.rule.role == "spent" and cue.rule.weight > 1
            ]
            if spent:
                return [Vote("spent", 0.6, spent[0])]
            return []  # „помощта е 191 262,50 лв. и се разпределя така:“: the items are its parts
        if lead is not None:
            far += distant(cues, topic, lead.start, lead.end, 0.75)
    elif (colon := colon_lead(reading, sentence)) is not None:
        far += distant(cues, topic, colon.start, colon.end, 0.75)
    if not far and sentence.number and topic != "duration":
        before = reading.sentences[sentence.number - 1]
        same_block = before.block == sentence.block
        if same_block or reading.blocks[before.block].kind is BlockKind.HEADING or before.block == sentence.block - 1:
            far += distant(cues, topic, before.start, before.end, 0.4 if same_block else 0.45)
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
