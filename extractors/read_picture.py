"""A picture of a page (PNG, JPEG, TIFF) as a PDF: one page a frame, so that it is read, and its boxes found, as a scan.

The size of a page comes from the picture's own dots an inch; where it tells none that can be true, it is that of A4.
"""

from io import BytesIO
from typing import TYPE_CHECKING

from extractors.errors import OversizedDocument, UnknownFormat

if TYPE_CHECKING:
    from PIL.Image import Image

#: What begins with these bytes can be a scan.
PICTURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
#: Dots of one frame, of its longer side (JPEG, which it is kept as, has 16 bits for it), and frames of one file.
_MAX_DOTS, _MAX_SIDE, _MAX_FRAMES = 80_000_000, 65_500, 50
_A4_INCHES = 11.69
_POSSIBLE = range(72, 1201)


def picture_as_pdf(data: bytes) -> bytes:
    """Return a PDF of the picture's frames; UnknownFormat if it cannot be opened, OversizedDocument if it is too large.

    The same bytes give the same pages. Needs the extra ``ocr``.
    """
    from PIL import Image, ImageSequence

    try:
        with Image.open(BytesIO(data)) as picture:
            size = f"the picture has {picture.width:,} × {picture.height:,} dots"
            if picture.width * picture.height > _MAX_DOTS:
                raise OversizedDocument(f"{size}, more than the {_MAX_DOTS:,} that are read")
            if max(picture.size) > _MAX_SIDE:
                raise OversizedDocument(f"{size}; a side of more than {_MAX_SIDE:,} is not read")
            dpi = _dpi(picture)
            frames = [
                _grey(frame) for frame, _ in zip(ImageSequence.Iterator(picture), range(_MAX_FRAMES), strict=False)
            ]
    except Image.DecompressionBombError as error:
        raise OversizedDocument(f"the picture has more than the {_MAX_DOTS:,} dots that are read") from error
    # What Pillow's readers raise on broken files.
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        name = next(name for magic, name in PICTURES.items() if data.startswith(magic))
        raise UnknownFormat(
            f"this {name.removeprefix('image/').upper()} image is damaged: it cannot be opened"
        ) from error
    written = BytesIO()
    frames[0].save(written, "PDF", resolution=dpi, quality=95, save_all=True, append_images=frames[1:])
    return written.getvalue()


def _grey(frame: "Image") -> "Image":
    """Turn a frame upright and to grey; what is seen through is white paper."""
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(frame)
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return upright.convert("L")


def _dpi(picture: "Image") -> float:
    told = float(picture.info.get("dpi", (0.0, 0.0))[0])
    long = max(picture.size)
    # A camera writes 72 whatever it took: a page of a metre is none.
    return told if round(told) in _POSSIBLE and long / told < 2 * _A4_INCHES else long / _A4_INCHES
