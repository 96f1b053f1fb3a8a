"""The cues of one document, by topic and place; a block is searched when it is first asked for."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from extractors.canonical import shadow
from extractors.cues import Cue, cue_index
from extractors.reading import Reading
from extractors.word_places import WordPlaces

_NONE: Mapping[str, list[Cue]] = {}


class CuePlaces:
    """The cues of a document, by topic, in order.

    Most paragraphs of a page hold no figure, and nobody asks for their cues.
    """

    def __init__(self, reading: Reading) -> None:
        self._index = cue_index()
        self._reading = reading
        self._blocks: dict[int, Mapping[str, list[Cue]]] = {}
        self._headers: dict[str, Mapping[str, list[Cue]]] = {}

    def _block(self, number: int) -> Mapping[str, list[Cue]]:
        found = self._blocks.get(number)
        if found is None:
            reading = self._reading
            block = reading.blocks[number]
            first, last = reading.words.first_from(block.start), reading.words.first_from(block.end)
            found = self._index.find(reading.low, reading.words, first, last) if first < last else _NONE
            self._blocks[number] = found
        return found

    def of_block(self, number: int, *topics: str) -> Iterator[Cue]:
        """Yield the cues of some topics in one block."""
        found = self._block(number)
        for topic in topics:
            yield from found.get(topic, ())

    def within(self, topic: str, start: int, end: int) -> list[Cue]:
        """Return the cues of a topic that begin in a stretch of the text."""
        found: list[Cue] = []
        for number in self._reading.blocks_within(start, end):
            cues = self._block(number).get(topic)
            if cues:
                first = bisect_left(cues, start, key=_start)
                last = bisect_left(cues, end, lo=first, key=_start)
                found += cues[first:last] if last - first < len(cues) else cues
        return found

    def in_header(self, topic: str, header: str) -> list[Cue]:
        """Return the cues of a topic in a table header or another short text."""
        if header not in self._headers:
            low = shadow(header)
            self._headers[header] = self._index.find(low, WordPlaces(low))
        return self._headers[header].get(topic, [])


def _start(cue: Cue) -> int:
    return cue[0]
