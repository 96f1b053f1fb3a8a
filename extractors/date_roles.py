"""Roles of dates: what happened on the day, and whether the project or the service began or ended with it."""

import re
from collections.abc import Sequence

from extractors.candidate import Candidate
from extractors.cue_places import CuePlaces
from extractors.cues import Cue, CueRule
from extractors.reading import Reading, Sentence
from extractors.scoring import Vote, best_by_role, gap_text, vote
from extractors.words import shape, words
from models.document import BlockKind

_ENOUGH = 0.22
#: A cue of the time after the project that stands so near leaves no doubt.
_PLAIN = 0.8
#: These words are frequent, and tell little of a day that stands far from them.
_LEAST = {"event": 0.45, "deadline": 0.4}
#: A sentence this short may be told what it is about by the one before it; in characters.
_FRAGMENT = 90
_LAST_HOUR: tuple[str, ...] = tuple(words("shapes")["date_roles"]["last_hour"])
_TOPIC = "date"
#: Dates of the page itself belong to no project.
_OF_THE_PAGE = frozenset(words("shapes")["date_roles"]["of_the_page"])
_RANGE = shape("date_roles", "range")
_BETWEEN = shape("date_roles", "between")
_AND_DATE = shape("date_roles", "and_date")
_AND_TAIL = shape("date_roles", "and_tail")
_CONTRACTS = shape("date_roles", "contracts")
_ACT = shape("date_roles", "act")
_CONTRACT = shape("date_roles", "contract")
#: What stands between the number of an act or a contract and its date.
_NUMBER_ENDS: tuple[str, ...] = tuple(words("shapes")["date_roles"]["number_ends"])


_DATED = ("deadline", "event", "published", "legal_act")


def date_role(
    reading: Reading, cues: CuePlaces, one: Candidate, sentence: Sentence | None, rivals: Sequence[int]
) -> None:
    """Set the role of a date, with its reasons."""
    low = reading.low
    before = low[max(one.start - 130, 0) : one.start]
    if low[one.start - 1 : one.start] == "/" and re.search(r"(?:bg[\w./-]+|-[c\u0441]\d+)/$", before):
        one.certain = True
        _set(one, "contract_signed", "behind a contract's number")
        return
    if before.rstrip().endswith(_NUMBER_ENDS):
        if _ACT.search(before):
            _set(one, "legal_act", "number of an act")
            return
        if _CONTRACT.search(before):
            _set(one, "contract_signed", "number of a contract")
            return
    ranked = _ranked(reading, cues, one, sentence, rivals)
    one.votes = {row.role: row.score for row in ranked}
    side = _range_side(low, one, rivals)
    applied = next((row for row in ranked if row.role in ("deadline", "event") and row.score > 0.45), None)
    if side == "start" and any(row.cue.rule.phrase.startswith(_EXTENDED) for row in ranked):
        _set(one, "other", "first day of an extension")
        return
    if side and applied:
        ranked = [applied]
    if side and (
        not ranked
        or ranked[0].role not in ("deadline", "event", "legal_act", "contract_signed", "published")
        or (ranked[0].role == "contract_signed" and ranked[0].score < 1.0)
    ):
        ranked = [Vote(side, 1.0, ranked[0].cue)] if ranked else []
        if not ranked:
            one.reasons.append("one end of a range")
            one.role = _subject(reading, cues, one, sentence, side, None)
            return
    elif side == "start" and ranked and ranked[0].role == "deadline":
        _set(one, "other", "first day of a term for applications")
        return
    ranked = [row for row in ranked if row.score >= _LEAST.get(row.role, _ENOUGH)]
    dated = any(row.role in _DATED and (row.role == "deadline" or row is ranked[0]) for row in ranked)
    if not dated and not before.endswith(_LAST_HOUR) and shape("date_roles", "hour_behind").match(low, one.end):
        _set(one, "event", "an hour is told")
        return
    if not ranked:
        one.role, one.confidence = "other", 0.4
        one.reasons.append("no cue near enough")
        return
    first = ranked[0]
    told = next((row for row in ranked[1:] if row.role not in ("start", "end", "continuation")), None)
    if told and first.cue.rule.phrase in _BARE and told.score > 0.55 * first.score:
        first = told  # „лентата ще бъде прерязана до края на 2016 година“
    after = next((row for row in ranked if row.role == "continuation"), None)
    if after and first.role in ("start", "end") and after.score > 0.6 * first.score:
        first = after
    one.reasons.append(f"{first.role} by „{first.cue.rule.phrase}“ at {first.cue.start} ({first.score:.2f})")
    rest = ranked[1].score if len(ranked) > 1 else 0.0
    one.confidence = round(max(0.35, min(0.99, 0.55 + 0.4 * (first.score - rest) / max(first.score, 1.0))), 2)
    one.reasons += [f"beaten: {row.role} ({row.score:.2f})" for row in ranked[1:3]]
    if first.role in ("start", "end"):
        one.role = _subject(reading, cues, one, sentence, first.role, first)
    elif first.role == "continuation":
        one.role, one.weak, one.certain = "other", True, first.score > _PLAIN
    else:
        one.role = first.role
        one.weak = first.cue.rule.phrase in _OF_THE_PAGE


def _set(one: Candidate, role: str, reason: str) -> None:
    one.role, one.confidence = role, 0.95
    one.reasons.append(reason)


def _range_side(low: str, one: Candidate, rivals: Sequence[int]) -> str | None:
    """Say whether a date is the first or the last day of a range: „09.01.2018 г. до 09.01.2020 г.“."""
    later = next((start for start in rivals if start > one.start), None)
    if later is not None:
        if later < one.end:
            joint = shape("date_roles", "first_of_range").search(low[one.start : later])
            if joint:
                return "start"
        elif _RANGE.fullmatch(gap_text(low, one.end, later)):
            return "start"
        if _BETWEEN.search(low[max(one.start - 12, 0) : one.start]) and _AND_DATE.fullmatch(low[one.end : later]):
            return "start"  # „между 1 март и 21 декември 2018 г.“
    earlier = [start for start in rivals if start < one.start]
    if earlier:
        if _BETWEEN.search(low[max(earlier[-1] - 12, 0) : earlier[-1]]) and _AND_TAIL.search(
            low[earlier[-1] : one.start]
        ):
            return "end"
        tail = low[max(one.start - 18, earlier[-1]) : one.start]
        if shape("date_roles", "last_of_range").search(tail) and one.start - earlier[-1] < 30:
            return "end"
    return None


def _ranked(
    reading: Reading, cues: CuePlaces, one: Candidate, sentence: Sentence | None, rivals: Sequence[int]
) -> list[Vote]:
    cell = reading.cell_at(one.start)
    if cell is not None and cell.headers:
        for header in cell.headers:
            votes = [Vote(cue.rule.role, cue.rule.weight, cue) for cue in cues.in_header(_TOPIC, header)]
            if votes:
                return best_by_role(votes)
        row = reading.block_at(one.start)
        named = " ".join(header.lower() for other in row.cells for header in other.headers[:1]) if row else ""
        if _CONTRACTS.search(named):
            # „Фирма | Дата | Цена“: a table of contracts
            signed = CueRule(_TOPIC, "contract_signed", "both", _CONTRACTS.search(named)[0], 1.0, 0)  # type: ignore[index]
            return [Vote("contract_signed", 1.0, Cue(cell.start, cell.end, signed))]
    if sentence is None:
        return []
    votes = [
        voice
        for cue in cues.within(_TOPIC, sentence.start, sentence.end)
        if (voice := vote(reading.low, one, cue, rivals)) is not None
    ]
    ranked = best_by_role(votes)
    if ranked and ranked[0].score >= _ENOUGH:
        return ranked
    if sentence.number and sentence.end - sentence.start < _FRAGMENT:
        previous = reading.sentences[sentence.number - 1]
        if previous.block == sentence.block or reading.blocks[previous.block].kind is BlockKind.HEADING:
            votes += [
                Vote(cue.rule.role, cue.rule.weight * 0.3, cue)
                for cue in cues.within(_TOPIC, previous.start, previous.end)
                if cue.rule.reach >= 100
            ]
    return best_by_role(votes)


#: „удължава се от 1 януари до 30 септември“: the guide counts the last day alone.
_EXTENDED: str = words("shapes")["date_roles"]["extended"]
#: Prepositions alone: they make a limit only where something is said to begin or end.
_BARE = frozenset(words("shapes")["date_roles"]["prepositions"])


def _subject(
    reading: Reading, cues: CuePlaces, one: Candidate, sentence: Sentence | None, side: str, verb: Vote | None
) -> str:
    """Tell the project's beginning or end from the service's and the works': „дейностите по услугата … приключват“."""
    scores = {"project": 0.3, "service": 0.0, "works": 0.0}
    cell = reading.cell_at(one.start)
    if cell is not None:
        for header in cell.headers[:1]:
            for cue in cues.in_header("subject", header):
                scores[cue.rule.role] = max(scores[cue.rule.role], cue.rule.weight)
    elif sentence is not None:
        anchor = verb.cue if verb is not None and verb.cue.rule.phrase not in _BARE else None
        for cue in cues.within("subject", sentence.start, sentence.end):
            score = 0.0
            voice = vote(reading.low, one, cue, ())
            if voice is not None:
                score = voice.score
            if anchor is not None:
                low, high = min(cue.end, anchor.end), max(cue.start, anchor.start)
                commas = reading.low.count(",", low, high) if low < high else 0
                score = max(score * 0.8, cue.rule.weight * 0.6**commas / (1 + max(high - low, 0) / 45))
            scores[cue.rule.role] = max(scores[cue.rule.role], score)
    one.votes |= {f"of {name}": score for name, score in scores.items()}
    one.votes[side] = max(one.votes.get(side, 0.0), 0.3)
    chosen = max(scores, key=lambda name: (scores[name], name == "project"))
    told = ", ".join(f"{name} {value:.2f}" for name, value in scores.items())
    if chosen == "works":
        one.reasons.append(f"of the works ({told})")
        return "other"
    bare = verb is None or verb.cue.rule.phrase in _BARE
    if bare and shape("date_roles", "after_length").search(reading.low[max(one.start - 30, 0) : one.start]):
        bare = False
    if bare and cell is None and scores[chosen] < 0.42:
        one.reasons.append(f"nothing is said to begin or end ({told})")
        return "other"
    one.reasons.append(f"of the {chosen} ({told})")
    return f"{chosen}_{side}"
