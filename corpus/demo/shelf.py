"""Where a site's built files are put, and what stands at each of its addresses: its part of the manifest."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.demo import FOLDER
from corpus.demo.content import SiteContent

HTML, XML, RSS, TEXT, PDF = "text/html", "application/xml", "application/rss+xml", "text/plain", "application/pdf"

#: What a page should yield, in its order, as ``corpus.demo.answers`` reads it.
Answers = Iterable[dict[str, Any]]


class Shelf:
    """The files of one site; ``entries`` says what stands at path and query."""

    def __init__(self, site: SiteContent, sites: Path) -> None:
        self.entries: dict[str, dict[str, Any]] = {}
        self._site = site
        self._folder = sites / site.site
        self._folder.mkdir(parents=True, exist_ok=True)
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            keep_trailing_newline=True,
        )

    def render(self, template: str, **values: object) -> str:
        """Fill a template of ``templates/``; a value it lacks raises UndefinedError."""
        return self._templates.get_template(template).render(**values)

    def save(self, address: str, name: str, text: str, type_: str, day: date, role: str, answers: Answers = ()) -> None:
        """Write a file in the site's encoding and enter it; ``day`` is when the server says it changed."""
        encoding = self._site.encoding if type_ == HTML else "utf-8"
        (self._folder / name).write_bytes(text.encode(encoding, "xmlcharrefreplace"))
        charset = f"; charset={encoding}" if type_ != HTML or self._site.header_charset else ""
        self.enter(address, name, type_ + charset, day, role, answers)

    def enter(self, address: str, name: str, type_: str, day: date, role: str, answers: Answers = ()) -> None:
        """Say that a file of the site stands at an address; a second one there raises ValueError."""
        if address in self.entries:
            raise ValueError(f"{self._site.site}: two pages at {address}")
        file = f"{self._site.site}/{name}"
        entry: dict[str, Any] = {"role": role, "file": file, "type": type_, "modified": day.isoformat()}
        if told := list(answers):
            entry["answers"] = told
        self.entries[address] = entry

    def redirect(self, address: str, location: str) -> None:
        """Let an address lead to another one."""
        self.entries[address] = {"role": "redirect", "status": 301, "location": location}
