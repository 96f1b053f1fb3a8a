"""Codes of projects and procedures, in their canonical form and with their parts.

``BG05M9OP001-2.002-0003-C001`` is contract version 1 of project 0003 under procedure ``BG05M9OP001-2.002`` of
programme ``BG05M9OP001``. The forms are those printed by ИСУН (isun, 2014 on), umispublic.government.bg (umis,
2007-2013), and the other schemes of ``models.vocabulary.Scheme``. Canonical means: Latin capitals, ``-`` for every
dash, no spaces inside; what turns running text into that is ``extractors.identifiers``.

>>> code = ProjectCode.parse("BG05M9OP001-2.018-0024-2014BG05M2OP001")
>>> code.procedure, code.ordinal, code.leg, code.project
('BG05M9OP001-2.018', '0024', '2014BG05M2OP001', 'BG05M9OP001-2.018-0024')
"""

import re
from dataclasses import dataclass
from typing import Self

from models.vocabulary import Scheme

_PERIOD = r"BG(?:05|06|14|16|65)[A-Z][A-Z0-9](?:OP|NP|PR|SM|TA|SP|RA)\d{3}"
_EEA = r"BG(?:LD|JUSTICE|ENERGY|ENVIRONMENT|HOMEAFFAIRS|CULTURE)"

#: One pattern a scheme on canonical text; each is tried at a place, never searched for.
_ISUN = re.compile(
    rf"(?P<programme>{_PERIOD}|BG-RRP|{_EEA})-(?P<call>\d{{1,2}}\.\d{{3}})"
    r"(?:-(?P<ordinal>\d{4,5})(?!\d)(?:-C(?P<version>\d{2,4})(?![A-Z0-9])|-(?P<leg>20\d\dBG[A-Z0-9]+))?)?"
)
_UMIS = re.compile(
    r"(?P<programme>BG\d{3}PO\d{3})(?:"
    r"-(?P<operation>\d\.\d(?:\.\d{2})?)(?:-(?P<ordinal>\d{4})(?!\d)(?:-C(?P<version>\d{4})(?!\d))?"
    r"|/(?P<contract>D\d{2}-\d+))?"
    r"|/(?P<call>\d\.\d-\d{2}/(?:19|20)\d\d|\d\d/\d\.\d-\d{2}(?!\d))(?:/(?P<number>\d{3})(?!\d))?)"
)
_EEA0914 = re.compile(r"BG(?:0[1-9]|1[0-5])-\d{2,4}(?![\d.])")
_INTERREG = re.compile(
    r"ROBG-\d{1,4}(?!\d)|CB00[5-7]\.\d\.\d{2}\.\d{3}(?!\d)|(?:BGTR|BGRS|BGMK|GRBG|ROBG)\d{5,7}(?!\d)|BSB\d{3,5}(?!\d)"
)
_LIFE = re.compile(r"LIFE\d{2} [A-Z]{3}/BG/\d{6}(?!\d)")
_DFZ = re.compile(r"\d{2}/\d{2}/\d/\d/\d{5}(?!\d)")
_PUDOOS = re.compile(r"ЧОС20\d\d-\d+(?:/\d{2}\.\d{2}\.\d{4})?")
_ERASMUS = re.compile(r"20\d\d-\d-[A-Z]{2}\d\d-KA\d{3}(?:-[A-Z]{2,4})?-\d{6,9}(?!\d)")
#: Agreements of Horizon (six or nine digits), later LIFE and Erasmus+ (nine): codes only beside the programme's name.
_NUMBERED = re.compile(r"101\d{6}|\d{6}")
_FSZ = re.compile(r"РД-?\d{2}-\d{1,4}(?:-\d+)?/\d{2}\.\d{2}\.\d{4}")


@dataclass(frozen=True, slots=True)
class ProcedureCode:
    """The code of a call for projects; ``str()`` is the canonical text."""

    text: str
    scheme: Scheme
    programme: str | None = None
    damaged: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def unit(self) -> None:
        """A code has no unit."""
        return

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a canonical code; anything else raises ValueError."""
        code = match_code(text)
        if isinstance(code, cls) and code.text == text:
            return code
        raise ValueError(f"not a procedure's code: {text!r}")


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """The code of a project; ``str()`` is the canonical text, suffix and leg as written.

    ``version`` counts the contract's versions (``-C001`` is 1), ``leg`` is the co-financing programme of a double
    project, ``project`` the code without both: what registers are joined on. ``scheme`` is None for the numbers of
    programmes that the guide has no name for (Erasmus+, Horizon).
    """

    text: str
    scheme: Scheme | None
    programme: str | None = None
    procedure: str | None = None
    ordinal: str | None = None
    version: int | None = None
    leg: str | None = None
    damaged: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def unit(self) -> None:
        """A code has no unit."""
        return

    @property
    def project(self) -> str:
        """The code without contract suffix and co-financing leg."""
        return strip_contract(self.text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a canonical code; anything else raises ValueError."""
        code = match_code(text)
        if isinstance(code, cls) and code.text == text:
            return code
        raise ValueError(f"not a project's code: {text!r}")


_SUFFIX = re.compile(r"-C\d{2,4}$|-20\d\dBG[A-Z0-9]+$")


def strip_contract(text: str) -> str:
    """Leave out a code's contract suffix or co-financing leg, so that versions of one project compare equal.

    >>> strip_contract("BG16RFOP001-5.001-0042-C01")
    'BG16RFOP001-5.001-0042'
    """
    return _SUFFIX.sub("", text)


def match_code(text: str, at: int = 0) -> ProjectCode | ProcedureCode | None:
    """Read the longest code that begins at this offset of a canonical text, or None."""
    if match := _ISUN.match(text, at):
        return _isun(match)
    if match := _UMIS.match(text, at):
        return _umis(match)
    plain = (
        (_EEA0914, Scheme.EEA),
        (_INTERREG, Scheme.INTERREG),
        (_LIFE, Scheme.LIFE),
        (_DFZ, Scheme.DFZ),
        (_PUDOOS, Scheme.PUDOOS),
        (_FSZ, Scheme.FSZ),
    )
    for pattern, scheme in plain:
        if match := pattern.match(text, at):
            return ProjectCode(match[0], scheme)
    if match := _ERASMUS.match(text, at):
        return ProjectCode(match[0], None)
    return ProjectCode(text, None) if at == 0 and _NUMBERED.fullmatch(text) else None


def _isun(match: re.Match[str]) -> ProjectCode | ProcedureCode:
    programme = match["programme"]
    scheme = Scheme.EEA if re.fullmatch(_EEA, programme) else Scheme.ISUN
    procedure = f"{programme}-{match['call']}"
    if not match["ordinal"]:
        return ProcedureCode(match[0], scheme, programme)
    version = int(match["version"]) if match["version"] else None
    return ProjectCode(match[0], scheme, programme, procedure, match["ordinal"], version, match["leg"])


def _umis(match: re.Match[str]) -> ProjectCode | ProcedureCode:
    programme = match["programme"]
    procedure = f"{programme}-{match['operation']}" if match["operation"] else f"{programme}/{match['call']}"
    ordinal = match["ordinal"] or match["number"]
    if not ordinal and not match["contract"]:
        return ProcedureCode(match[0], Scheme.UMIS, programme)
    version = int(match["version"]) if match["version"] else None
    return ProjectCode(match[0], Scheme.UMIS, programme, procedure, ordinal, version)
