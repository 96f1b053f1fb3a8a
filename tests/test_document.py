"""A document's layout leads from an offset to its page, and is stored in few bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.document import Block, BlockKind, Cell, Layout, Run, Zone
from models.packing import pack_blocks, pack_layout, unpack_blocks, unpack_layout

LAYOUT = Layout(((595.0, 842.0), (842.0, 595.0)), (Run(0, 10, 1, 0), Run(11, 5, 1, 12), Run(17, 8, 2, 30)))


@pytest.mark.parametrize(
    ("span", "pieces"),
    [
        ((0, 10), [Run(0, 10, 1, 0)]),
        ((3, 5), [Run(3, 2, 1, 3)]),
        ((8, 13), [Run(8, 2, 1, 8), Run(11, 2, 1, 12)]),
        ((14, 20), [Run(14, 2, 1, 15), Run(17, 3, 2, 30)]),
        ((10, 11), []),
        ((24, 99), [Run(24, 1, 2, 37)]),
        ((5, 5), []),
    ],
    ids=str,
)
def test_a_span_of_the_text_is_pieces_of_pages(span: tuple[int, int], pieces: list[Run]):
    assert LAYOUT.pieces(*span) == pieces


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 4)])
def test_a_block_begins_before_it_ends(start: int, end: int):
    with pytest.raises(ValueError, match="begins before it ends"):
        Block(BlockKind.PARAGRAPH, start, end)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Runs by start, on pages that may go back and forth as columns and letterheads do."""
    at, runs = 0, []
    for _ in range(draw(st.integers(0, 30))):
        at += draw(st.integers(0, 3))
        length = draw(st.integers(1, 90))
        runs.append(Run(at, length, draw(st.integers(1, 5)), draw(st.integers(0, 5000))))
        at += length
    sizes = st.floats(1, 5000, allow_nan=False)
    return Layout(tuple(draw(st.lists(st.tuples(sizes, sizes), max_size=5))), tuple(runs))


def test_a_layout_of_an_older_packing_is_read():
    packed = '{"pages":[[595.0,842.0],[842.0,595.0]],"runs":"10 5:1:2:0 8:1:30:1"}'
    assert unpack_layout(packed) == LAYOUT


@given(st.none() | layouts())
def test_a_layout_reads_back_as_it_was_packed(layout: Layout | None):
    assert unpack_layout(pack_layout(layout)) == layout


cells = st.builds(Cell, st.integers(0, 99), st.integers(0, 99), st.lists(st.text(max_size=9), max_size=3).map(tuple))
blocks = st.builds(
    Block,
    st.sampled_from(BlockKind),
    st.integers(0, 500),
    st.integers(500, 999),
    st.sampled_from(Zone),
    st.integers(0, 6),
    st.lists(cells, max_size=3).map(tuple),
)


@given(st.lists(blocks, max_size=9).map(tuple))
def test_blocks_read_back_as_they_were_packed(some: tuple[Block, ...]):
    assert unpack_blocks(pack_blocks(some)) == some


def test_a_layout_takes_a_tenth_of_its_text_at_most():
    """An ordinary PDF: 40 pages of 45 lines of some 80 characters, each line a run."""
    runs, at = [], 0
    for page in range(1, 41):
        index = 0
        for line in range(45):
            length = 70 + (page * 7 + line * 13) % 25
            runs.append(Run(at, length, page, index))
            at += length + 1
            index += length + 2
    layout = Layout(((595.28, 841.89),) * 40, tuple(runs))
    assert unpack_layout(pack_layout(layout)) == layout
    assert len(pack_layout(layout)) <= at / 10
