"""The ruled tables of a scanned page: where its rules run, the cells between them, and the picture without them.

Tesseract knows no tables: it reads „214 506,90 | 88“ over the rules of a table, and takes a rule for a letter. Rules
are long runs of dark dots; a page that lies askew by up to a degree is set straight in numbers, not in the picture.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractors.read_pdf_pages import Rect

if TYPE_CHECKING:
    import numpy
    from PIL.Image import Image

#: Dots darker than this, of 255, are ink.
_DARK = 170
#: Fewest dots of a rule from left to right and from top to bottom, at the 200 dots an inch that pages are read at.
_ACROSS, _DOWN = 80, 60
#: Gaps in a rule, and the thickness of one, in dots.
_GAP, _THICK = 14, 4
#: The most that a page lies askew, as the tangent of its turn, and how finely that is told.
_ASKEW, _STEPS = 0.02, 81
#: Ends of rules this near each other meet; in points.
_MEET = 4.0


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of each table on a page that was set straight, in points; ``slope`` is how its lines fell before."""

    tables: tuple[tuple[Rect, ...], ...] = ()
    slope: float = 0.0

    def straight(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the page lies when the page is set straight."""
        return x + self.slope * y, y - self.slope * x


def find_grid(picture: "Image", scale: float) -> "tuple[Grid, Image]":
    """Return the grid of a grey picture, and the picture without its rules; ``scale`` is points a dot."""
    import numpy
    from PIL import Image

    grey = numpy.asarray(picture)
    ink = grey < _DARK
    across, down = _runs(ink, _ACROSS), _runs(ink.T, _DOWN).T
    if across.sum() < 3 * _ACROSS or down.sum() < 3 * _DOWN:
        return Grid(), picture
    ys, xs = numpy.nonzero(across & ink)
    slope = _slope(xs, ys)
    lines = [(top, x0, x1) for top, x0, x1 in _segments(ys - slope * xs, xs + slope * ys, _ACROSS)]
    ys, xs = numpy.nonzero(down & ink)
    posts = [(left, y0, y1) for left, y0, y1 in _segments(xs + slope * ys, ys - slope * xs, _DOWN)]
    tables = _tables(lines, posts, scale)
    if not tables:
        return Grid(), picture
    bare = grey.copy()
    bare[_wider(across) | _wider(down.T).T] = 255
    return Grid(tables, slope), Image.fromarray(bare)


def _runs(ink: "numpy.ndarray[Any, Any]", length: int) -> "numpy.ndarray[Any, Any]":
    """Return the dots that stand in runs of ink along the rows; a run may step to the row above or below."""
    import numpy

    thick = _wider(ink)
    summed = numpy.cumsum(numpy.pad(thick, ((0, 0), (1, 0))), axis=1, dtype=numpy.int32)
    full = summed[:, length:] - summed[:, :-length] >= length * 0.97
    marks = numpy.zeros((ink.shape[0], ink.shape[1] + 1), dtype=numpy.int32)
    marks[:, : full.shape[1]] += full
    marks[:, length:] -= full[:, : marks.shape[1] - length]
    found: numpy.ndarray[Any, Any] = numpy.cumsum(marks, axis=1)[:, :-1] > 0
    both: numpy.ndarray[Any, Any] = found & thick
    return both


def _wider(ink: "numpy.ndarray[Any, Any]") -> "numpy.ndarray[Any, Any]":
    """Return the dots with those above and below them."""
    wide: numpy.ndarray[Any, Any] = ink.copy()
    wide[1:] |= ink[:-1]
    wide[:-1] |= ink[1:]
    return wide


def _slope(xs: "numpy.ndarray[Any, Any]", ys: "numpy.ndarray[Any, Any]") -> float:
    """Return the slope at which the dots of the rules fall into the fewest rows."""
    import numpy

    step = max(1, len(xs) // 20_000)
    xs, ys = xs[::step], ys[::step]
    best, most = 0.0, -1.0
    for slope in numpy.linspace(-_ASKEW, _ASKEW, _STEPS):
        rows = numpy.round(ys - slope * xs).astype(numpy.int64)
        counts = numpy.bincount(rows - rows.min()).astype(numpy.float64)
        sharp = float((counts * counts).sum())
        if sharp > most:
            best, most = float(slope), sharp
    return best


def _segments(
    places: "numpy.ndarray[Any, Any]", along: "numpy.ndarray[Any, Any]", length: int
) -> list[tuple[float, float, float]]:
    """Return the rules among dots: where each stands, and from where to where it runs."""
    import numpy

    order = numpy.argsort(places, kind="stable")
    places, along = places[order], along[order]
    found = []
    # Dots of one rule lie within its thickness; the next rule is further away than that.
    for rule in numpy.split(numpy.arange(len(places)), numpy.flatnonzero(numpy.diff(places) > 1.5) + 1):
        if len(rule) < length or places[rule[-1]] - places[rule[0]] > 3 * _THICK:
            continue
        dots = numpy.sort(along[rule])
        for part in numpy.split(dots, numpy.flatnonzero(numpy.diff(dots) > _GAP) + 1):
            if part[-1] - part[0] >= length * 0.9:
                found.append((float(numpy.median(places[rule])), float(part[0]), float(part[-1])))
    return found


def _tables(
    lines: list[tuple[float, float, float]], posts: list[tuple[float, float, float]], scale: float
) -> tuple[tuple[Rect, ...], ...]:
    """Return the cells between rules, table by table, as pdfplumber makes them of the rules of a PDF."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    boxes = [("h", x0, top, x1, top) for top, x0, x1 in lines] + [("v", left, y0, left, y1) for left, y0, y1 in posts]
    edges = [
        {
            "object_type": "line",
            "orientation": way,
            "x0": x0 * scale,
            "x1": x1 * scale,
            "top": top * scale,
            "bottom": bottom * scale,
            "width": (x1 - x0) * scale,
            "height": (bottom - top) * scale,
        }
        for way, x0, top, x1, bottom in boxes
    ]
    merged = merge_edges(edges, _MEET, _MEET, _MEET, _MEET)
    cells = intersections_to_cells(edges_to_intersections(merged, _MEET, _MEET))
    return tuple(tuple(tuple(map(float, cell)) for cell in table) for table in cells_to_tables(cells))  # type: ignore[misc]
