"""A TOML file read strictly: what is not expected is an error that names file, line, key and what is allowed.

``flows/sites/kubrat.toml, line 7: pace.dalay: no such setting; did you mean delay?``
"""

import json
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self, TypeVar

_T = TypeVar("_T")

_NAMES: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


class TomlError(ValueError):
    """A TOML file that does not say what it should: file, line, key, what is wrong, what is allowed."""


class StrictTable:
    """One table of a TOML file; every key is taken once, and ``finish`` refuses what nobody took.

    Every ``take_*`` raises TomlError where the value is of another type, or missing without a default. A table may lie
    over another one, which gives what it does not say itself; an error then names the file that the value comes from.
    """

    def __init__(
        self, path: Path, text: str, values: dict[str, Any], name: str = "", under: "StrictTable | None" = None
    ) -> None:
        self._path, self._text, self._values, self._name, self._under = path, text, values, name, under
        self._known: list[str] = []

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file; one that is no TOML or no UTF-8 raises TomlError, one that is not there OSError."""
        try:
            text = path.read_text("utf-8")
            return cls(path, text, tomllib.loads(text))
        except UnicodeDecodeError as error:
            raise TomlError(f"{path}: not UTF-8 at byte {error.start}") from error
        except tomllib.TOMLDecodeError as error:
            raise TomlError(f"{path}: not TOML: {error}") from error

    def over(self, under: "StrictTable") -> "StrictTable":
        """Return this table laid over another one; what stands in both is this one's, tables key by key."""
        return StrictTable(self._path, self._text, self._values, self._name, under)

    def filled(self, **texts: str) -> "StrictTable":
        """Return the table with ``{site}`` and the like in its texts replaced; other braces stay."""
        return StrictTable(self._path, self._text, _filled(self._values, texts), self._name, self._under)

    def take(self, key: str, type_: type[_T], default: _T | None = None) -> _T:
        """Return the key's value; an int serves as a float."""
        self._known.append(key)
        value = self._given(key, default)
        if value is None:
            raise self.error(key, f"is missing; {_NAMES[type_]} is needed")
        if type_ is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, type_) or (type_ is not bool and isinstance(value, bool)):
            raise self.error(key, f"{value!r} is not {_NAMES[type_]}")
        return value

    def take_texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is not there and not needed."""
        values: list[Any] = self.take(key, list, None if needed else [])
        if needed and not values:
            raise self.error(key, "is empty; at least one text is needed")
        for value in values:
            if not isinstance(value, str) or not value:
                raise self.error(key, f"{value!r} is not a text")
        return tuple(values)

    def take_patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """Return a list of regular expressions."""
        patterns = []
        for text in self.take_texts(key):
            try:
                patterns.append(re.compile(text))
            except re.error as error:
                raise self.error(key, f"{text!r} is no regular expression: {error}") from error
        return tuple(patterns)

    def take_choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return one word of a closed list."""
        value = self.take(key, str, default)
        if value not in allowed:
            raise self.error(key, f"{value!r} is not one of {', '.join(allowed)}{_meant(value, allowed)}")
        return value

    def take_number(self, key: str, default: float, low: float, high: float = float("inf")) -> float:
        """Return a number between two limits."""
        value = self.take(key, float, float(default))
        if not low <= value <= high:
            limits = f"at least {low:g}" if high == float("inf") else f"between {low:g} and {high:g}"
            raise self.error(key, f"{value:g} is out of range; it must be {limits}")
        return value

    def take_table(self, key: str) -> "StrictTable":
        """Return a table inside this one, empty where it is not there."""
        under = self._under.take_table(key) if self._under else None
        self._known.append(key)
        values = self._values.get(key, {})
        if not isinstance(values, dict):
            raise self.error(key, f"{values!r} is not {_NAMES[dict]}")
        return StrictTable(self._path, self._text, values, f"{self._name}.{key}".strip("."), under)

    def names(self) -> tuple[str, ...]:
        """Return the keys that stand in the file, and in those under it."""
        return tuple(dict.fromkeys((*(self._under.names() if self._under else ()), *self._values)))

    def own(self, key: str) -> bool:
        """Say whether a key stands in this file itself."""
        return key in self._values

    def has(self, key: str) -> bool:
        """Say whether a key stands in this file or in one under it."""
        return key in self._values or bool(self._under and self._under.has(key))

    def allow(self, *keys: str) -> None:
        """Take keys whose values do not matter."""
        self._known += keys

    def without(self, *keys: str) -> "StrictTable":
        """Return the table without some keys."""
        kept = {key: value for key, value in self._values.items() if key not in keys}
        return StrictTable(self._path, self._text, kept, self._name, self._under)

    def finish(self) -> None:
        """Refuse keys that nobody took."""
        if self._under:
            self._under._known += self._known
            self._under.finish()
        for key in self._values:
            if key not in self._known:
                hint = _meant(key, self._known) or f"; allowed are {', '.join(sorted(self._known))}"
                raise self.error(key, f"no such setting{hint}")

    def error(self, key: str, problem: str) -> TomlError:
        """Make the error for a key of this table, to be raised; it names the file that the value stands in."""
        if self._under and key not in self._values and self._under.has(key):
            return self._under.error(key, problem)
        name = f"{self._name}.{key}".strip(".")
        return TomlError(f"{self._path}{self._line(key)}: {name}: {problem}")

    def _given(self, key: str, default: Any) -> Any:  # noqa: ANN401 - whatever the file says
        if key in self._values or self._under is None:
            return self._values.get(key, default)
        return self._under._given(key, default)

    def _line(self, key: str) -> str:
        section = ""
        for number, line in enumerate(self._text.splitlines(), 1):
            if header := re.match(r"\s*\[([^\[\]]+)\]", line):
                section = header[1].strip()
                if section == f"{self._name}.{key}".strip("."):
                    return f", line {number}"
            elif section == self._name and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return f", line {number}"
        return ""


def toml_value(value: str | int | bool) -> str:
    r"""Write a value as TOML has it.

    >>> print(toml_value('„Кубрат“ "1"'), toml_value(7), toml_value(True))
    "„Кубрат“ \"1\"" 7 true
    """
    if not isinstance(value, str):
        return json.dumps(value)
    # What JSON escapes TOML escapes alike; the sign for deleting alone it leaves as it is.
    text = value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _filled(value: Any, texts: dict[str, str]) -> Any:  # noqa: ANN401 - whatever the file says
    if isinstance(value, str):
        for name, text in texts.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, list):
        return [_filled(one, texts) for one in value]
    if isinstance(value, dict):
        return {key: _filled(one, texts) for key, one in value.items()}
    return value


def _meant(word: str, allowed: tuple[str, ...] | list[str]) -> str:
    close = get_close_matches(word, allowed, 1)
    return f"; did you mean {close[0]}?" if close else ""
