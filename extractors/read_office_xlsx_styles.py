"""How the cells of an XLSX workbook look: number formats and bold letters, by cell style."""

from dataclasses import dataclass, field

from lxml import etree

from extractors.read_office_formats import BUILT_IN
from extractors.read_office_package import local

#: How XML says yes.
ON = frozenset({"1", "true", "on"})


@dataclass(slots=True)
class XlsxStyles:
    """How each cell style shows a number, and whether it is in bold letters."""

    formats: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)

    @classmethod
    def of(cls, root: etree._Element | None) -> "XlsxStyles":
        """Read the part of styles; a workbook may have none."""
        if root is None:
            return cls()
        codes = {one.get("numFmtId") or "": one.get("formatCode") or "" for one in root.iter("{*}numFmt")}
        fonts: list[bool] = []
        for holder in root.iter("{*}fonts"):
            fonts += [_is_bold(font) for font in holder if local(font) == "font"]
        styles = cls()
        for holder in root.iter("{*}cellXfs"):
            for one in holder:
                if local(one) != "xf":
                    continue
                number = one.get("numFmtId") or "0"
                styles.formats.append(codes.get(number) or BUILT_IN.get(whole(number), "General"))
                font = whole(one.get("fontId"))
                styles.bold.append(font < len(fonts) and fonts[font])
        return styles

    def format(self, style: int) -> str:
        """Return the number format of a cell style."""
        return self.formats[style] if style < len(self.formats) else "General"

    def is_bold(self, style: int) -> bool:
        """Whether a cell style has bold letters."""
        return style < len(self.bold) and self.bold[style]


def _is_bold(font: etree._Element) -> bool:
    return any(local(one) == "b" and (one.get("val") or "1").lower() in ON for one in font)


def whole(text: str | None) -> int:
    """Return a whole number as an attribute tells it; 0 where it tells none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
