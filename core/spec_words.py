"""The tree of a specification: its places, changes merged into it, and the words for what is wrong.

``spec.py`` holds the structure and ``spec_rules.py`` what spans several keys; this module knows
neither. It turns conversion errors into lines that begin with the place.
"""

from __future__ import annotations

import math
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import SpecError

# The structure itself goes six deep; a table that holds itself has no end.
DEEPEST = 16


def check_tree(value: Any, place: str = "", depth: int = 0) -> None:
    """Raise SpecError at the first number that is not finite, odd key, or bottomless nesting."""
    if depth > DEEPEST:
        raise SpecError("", f"expected tables and lists at most {DEEPEST} deep")
    if isinstance(value, float) and not math.isfinite(value):
        raise SpecError(place, f"expected a finite number, got {value}")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isprintable() or "`" in key:
                raise SpecError(_join(place, shown(key)), "unknown key")
            check_tree(item, _join(place, key), depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            check_tree(item, f"{place}[{index}]", depth + 1)


def merge_changes(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``changes`` merged over it; neither is altered.

    Raises:
        SpecError: a dotted place leads nowhere.
    """
    if not isinstance(changes, Mapping):
        raise SpecError("", f"expected a table of changes, got {shown(changes)}")
    merged = dict(base)
    for key, change in changes.items():
        steps = list(_steps(key)) if isinstance(key, str) else [key]
        _merge_at(merged, steps or [key], change, key)
    return merged


def _merge_at(container: Any, steps: list[str | int], change: Any, place: str) -> None:
    head, rest = steps[0], steps[1:]
    if isinstance(container, list):
        if not isinstance(head, int) or head >= len(container):
            raise SpecError(place, "there is no such entry")
        current = container[head]
    else:
        current = container.get(head)
    if rest:
        if not isinstance(current, dict | list | None):
            raise SpecError(place, "there is no such entry")
        child = list(current) if isinstance(current, list) else dict(current or {})
        _merge_at(child, rest, change, place)
        container[head] = child
    elif isinstance(change, Mapping) and isinstance(current, dict):
        container[head] = merge_changes(current, change)
    elif change is None and isinstance(container, dict):
        container.pop(head, None)
    else:
        container[head] = change


def spec_error(text: str, mapping: Any, root: type) -> SpecError:
    """Return the one-line error for what msgspec said of ``mapping`` (converted to ``root``)."""
    message, _, path = text.partition(" - at `")
    place = path.rstrip("`").removeprefix("$").removeprefix(".")
    steps = list(_steps(place))
    if unknown := re.search(r"unknown field `(.*)`", message):
        known = ", ".join(_type_at(root, steps).__struct_fields__)
        return SpecError(_join(place, unknown[1]), f"unknown key; known here: {known}")
    if missing := re.search(r"required field `(.*)`", message):
        return SpecError(_join(place, missing[1]), "missing; it has no default")
    value = _value_at(mapping, steps)
    if message.startswith("Invalid enum"):
        allowed = ", ".join(_strings(_type_at(root, steps)))
        return SpecError(place, f"expected one of {allowed}, got {shown(value)}")
    return SpecError(place, f"{_in_words(message)}, got {shown(value)}")


def _steps(place: str) -> Iterator[str | int]:
    """Yield the keys and indices of a dotted place."""
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", place):
        yield int(index) if index else name


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value_at(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _type_at(annotation: Any, steps: list[str | int]) -> Any:
    """Return the annotation that the schema gives to a place, Optional and Annotated removed."""
    for step in steps:
        annotation = _bare(annotation)
        if isinstance(step, int):
            annotation = typing.get_args(annotation)[0]
        else:
            annotation = typing.get_type_hints(annotation, include_extras=True)[step]
    return _bare(annotation)


def _bare(annotation: Any) -> Any:
    while typing.get_origin(annotation) not in (None, tuple, typing.Literal):
        annotation = typing.get_args(annotation)[0]
    return annotation


def _strings(literal: Any) -> list[str]:
    found: list[str] = []
    for item in typing.get_args(literal):
        found.extend([item] if isinstance(item, str) else _strings(item))
    return found


def _in_words(message: str) -> str:
    words = {
        "`float`": "a number",
        "`int`": "a whole number",
        "`str`": "text",
        "`bool`": "true or false",
        "`array`": "a list",
        "`object`": "a table",
        "`null`": "nothing",
    }
    message = re.sub(r", got .*$", "", message)
    message = re.sub(
        r"`([^`]*)`",
        lambda m: " or ".join(f"`{k}`" for k in m[1].split(" | ")),
        message,
    )
    for code, plain in words.items():
        message = message.replace(code, plain)
    message = re.sub(r"(\d)\.0\b", r"\1", message.replace(" or nothing", ""))
    return message[:1].lower() + message[1:]


def shown(value: Any) -> str:
    """Return a wrong value as a line says it, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"a list of length {len(value)}"
    if isinstance(value, Mapping):
        return "a table"
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."
