"""A PDF file as it comes from a scanner: each page a picture, a little turned, blurred, with dust on the glass."""

import math
from dataclasses import dataclass
from io import BytesIO
from random import Random

import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from models.document import Box

#: Degrees that a page lies askew at most.
MOST_TURN = 0.7


@dataclass(frozen=True)
class Scan:
    """A file of pictures; ``turns`` are the degrees of each page, against the clock, and its size in points."""

    data: bytes
    turns: tuple[tuple[float, float, float], ...]

    def place(self, box: Box) -> Box:
        """Return where what stood in a box of the file before it was scanned lies now."""
        turn, width, height = self.turns[box.page - 1]
        sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
        corners = [
            (x * cosine + y * sine + width / 2, y * cosine - x * sine + height / 2)
            for x in (box.x0 - width / 2, box.x1 - width / 2)
            for y in (box.y0 - height / 2, box.y1 - height / 2)
        ]
        xs, ys = zip(*corners, strict=True)
        return Box(box.page, min(xs), min(ys), max(xs), max(ys))


def scanned(data: bytes, dpi: int, seed: int) -> Scan:
    """Return the pages of a PDF file as pictures of so many dots an inch."""
    chance = Random(f"{len(data)} {dpi} {seed}")
    written = BytesIO()
    canvas = Canvas(written, invariant=1)
    turns = []
    file = pypdfium2.PdfDocument(data)
    for page in file:
        width, height = page.get_size()
        turn = round(chance.uniform(-MOST_TURN, MOST_TURN), 2)
        picture = _askew(page.render(scale=dpi / 72, grayscale=True).to_pil(), turn, dpi, chance)
        packed = BytesIO()
        picture.save(packed, "JPEG", quality=80)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(packed), 0, 0, width, height)
        canvas.showPage()
        turns.append((turn, width, height))
        page.close()
    file.close()
    canvas.save()
    return Scan(written.getvalue(), tuple(turns))


def _askew(picture: Image.Image, turn: float, dpi: int, chance: Random) -> Image.Image:
    picture = picture.rotate(turn, resample=Image.Resampling.BICUBIC, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(0.5 * dpi / 200))
    dust = Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height))
    return Image.blend(picture, dust, 0.08)
