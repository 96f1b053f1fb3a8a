"""The cues of one document, by topic and place."""

from bisect import bisect_left

from extractors.canonical import shadow
from extractors.cues import Cue, CueIndex, cue_index
from extractors.lexer import find_words
from extractors.reading import Reading


class CuePlaces:
    """The cues of a document, by topic, in order."""

    def __init__(self, reading: Reading, index: CueIndex | None = None) -> None:
        self._index = index or cue_index()
        self._topics: dict[str, list[Cue]] = {}
        for cue in self._index.find(reading.low, reading.words):
            self._topics.setdefault(cue.rule.topic, []).append(cue)
        self._starts = {topic: [cue.start for cue in cues] for topic, cues in self._topics.items()}
        self._headers: dict[str, list[Cue]] = {}

    def within(self, topic: str, start: int, end: int) -> list[Cue]:
        """Return the cues of a topic that begin in a stretch of the text."""
        starts = self._starts.get(topic)
        if not starts:
            return []
        return self._topics[topic][bisect_left(starts, start) : bisect_left(starts, end)]

    def in_header(self, topic: str, header: str) -> list[Cue]:
        """Return the cues of a topic in a table header or another short text."""
        if header not in self._headers:
            low = shadow(header)
            self._headers[header] = self._index.find(low, find_words(low))
        return [cue for cue in self._headers[header] if cue.rule.topic == topic]
