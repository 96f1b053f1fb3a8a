"""The flat JSON of pages that Nuxt makes (``_payload.json``): a list in which objects name their parts by number.

``[{"data": 1}, [2], {"title": 3}, "Нов мост"]`` is ``{"data": [{"title": "Нов мост"}]}``. The form is devalue's
(github.com/sveltejs/devalue): negative numbers are what JSON cannot say, a list that begins with a word is a value of
that type.
"""

from typing import Any

#: What negative numbers stand for; none of it leads anywhere.
_NOTHING = frozenset(range(-7, 0))
#: Types of several parts; any other type (Ref, Reactive, ShallowReactive, Date …) wraps one.
_SET, _MAP, _OBJECT = "Set", "Map", "null"


def is_flat(value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Say whether a JSON value is of this form: its first part names all the others by number."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    head = value[0]
    parts = list(head.values()) if isinstance(head, dict) else head if isinstance(head, list) else []
    if parts and isinstance(parts[0], str):
        parts = parts[1:]
    return bool(parts) and all(type(one) is int and -7 <= one < len(value) for one in parts)


def unflatten(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what a flat value stands for; any other value as it is.

    Parts that are named twice are one object, so a payload is never larger than its text, and one may hold itself.
    """
    return _Flat(value).at(0) if is_flat(value) else value


class _Flat:
    def __init__(self, values: list[Any]) -> None:
        self._values = values
        self._made: dict[int, Any] = {}

    def at(self, index: Any) -> Any:  # noqa: ANN401
        if type(index) is not int or index in _NOTHING or not 0 <= index < len(self._values):
            return None
        if index in self._made:
            return self._made[index]
        value = self._values[index]
        if isinstance(value, dict):
            made: Any = {}
            self._made[index] = made
            made.update((name, self.at(one)) for name, one in value.items())
        elif isinstance(value, list):
            made = self._list(index, value)
        else:
            made = value
        self._made[index] = made
        return made

    def _list(self, index: int, value: list[Any]) -> Any:  # noqa: ANN401
        if not value or not isinstance(value[0], str):
            made: list[Any] = []
            self._made[index] = made
            made += [self.at(one) for one in value]
            return made
        kind, *rest = value
        self._made[index] = None  # a wrapper that wraps itself is nothing
        if kind == _SET:
            return [self.at(one) for one in rest]
        if kind in (_MAP, _OBJECT):
            pairs = zip(rest[::2], rest[1::2], strict=False)
            return {str(self.at(name) if kind == _MAP else name): self.at(one) for name, one in pairs}
        if not rest:
            return None
        return self.at(rest[0]) if type(rest[0]) is int else rest[0]
