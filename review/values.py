"""What differs between two values of a resource, by path: lists by what identifies their parts, JSON texts decoded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the engine's mark of what is known after apply
IDENTITIES = ("uid", "key", "refId", "name", "title", "id", "filterId")
# Where a panel stands; one that is only pushed down by another has not changed.
PLACES = ("gridPos", "layout")
ABSENT = object()


class Difference(NamedTuple):
    """One value that differs; `before` or `after` is None where there is none."""

    path: str
    before: str | None
    after: str | None


def differences(before: object, after: object) -> list[Difference]:
    """Everything that differs, each at the deepest path that both sides have."""
    return list(_differences("", _decoded(before), _decoded(after)))


def _differences(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            if key not in PLACES:
                one, other = (_decoded(side.get(key, ABSENT)) for side in (before, after))
                yield from _differences(f"{path}.{key}" if path else key, one, other)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(path, before, after)
    else:
        yield Difference(path, _text(before), _text(after))


def _of_lists(path: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    """By identity where each part has one of its own; else a part is there or not, as its place says nothing."""
    identity = next((key for key in IDENTITIES if _identifies(key, before) and _identifies(key, after)), None)
    if identity:
        old, new = ({str(part[identity]): part for part in side} for side in (before, after))
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _differences(f"{path}[{name}]", _decoded(old.get(name, ABSENT)), _decoded(new.get(name, ABSENT)))
    elif len(before) == len(after) and not all(isinstance(part, str) for part in (*before, *after)):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(f"{path}[{index}]", _decoded(one), _decoded(other))
    else:
        gone = [part for part in before if part not in after]
        new_parts = [part for part in after if part not in before]
        yield from (Difference(f"{path}[]", _text(part), None) for part in gone)
        yield from (Difference(f"{path}[]", None, _text(part)) for part in new_parts)


def _identifies(key: str, parts: Sequence[Any]) -> bool:
    names = [part.get(key) for part in parts if isinstance(part, Mapping)]
    return len(names) == len(parts) and None not in names and len(set(map(str, names))) == len(parts)


def _decoded(value: Any) -> Any:
    """What a text holds that is an object or a list in JSON: a dashboard, a model of a query."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _text(value: Any) -> str | None:
    if value is ABSENT or value is None:
        return None
    if value == UNKNOWN or (isinstance(value, str) and UNKNOWN in value):
        return "known after apply"
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
