"""What changes between two sets of inputs, seen as the vendor sees them."""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sandbox.vendors.model import ResourceType, Vendor
    from sandbox.vendors.values import Inputs

Change = tuple[str, str]
"""(path in Pulumi's notation, "add" | "delete" | "update")"""

SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}


def changes(old: Inputs, new: Inputs, kind: ResourceType, vendor: Vendor) -> tuple[list[Change], list[str]]:
    """Return the changed paths, and those among them that can't be changed in place.

    Args:
        old: What the vendor answered last: what it made of the inputs, and what it added.
        new: The inputs.
        kind: The type of resource.
        vendor: Whose it is.

    """
    # What the vendor works out is kept where nothing is said about it.
    old = {name: value for name, value in old.items() if name in new or name not in kind.outputs}
    found = list(_differences(old, new, "", {**vendor.normalise, **kind.seen_as}))
    replacing = {*kind.replace_on}
    replacing.update(name for name, part in kind.replaced_by.items() if part(old) != part(new))
    return found, [path for path, _ in found if re.split(r"[.\[]", path)[0] in replacing]


def _differences(old: Any, new: Any, path: str, normalise: Mapping[str, Callable[[Any], Any]]) -> Iterator[Change]:
    if old is None or new is None:
        if old is not new:
            yield path, "add" if old is None else "delete"
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            seen = normalise.get(key, _as_it_is)
            yield from _differences(seen(old.get(key)), seen(new.get(key)), _member(path, key), normalise)
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip_longest(old, new)):
            yield from _differences(before, after, f"{path}[{index}]", normalise)
    elif old != new:
        yield path, "update"


def _as_it_is(value: Any) -> Any:
    return value


def _member(path: str, key: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w*", key):
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key


def never(_value: Any) -> None:
    """Compare nothing: the property isn't sent, or is the vendor's own."""


def unordered(value: Any) -> Any:
    """Compare a list without regard to order and repetition."""
    return {json.dumps(item, sort_keys=True, default=repr) for item in value} if isinstance(value, list) else value


def tags(value: Any) -> Any:
    """Compare Datadog tags: lower case, without order."""
    return {str(tag).lower() for tag in value} if isinstance(value, list) else value


def number(value: Any) -> Any:
    """Compare a number that may be written as text: "0.50" is 0.5."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def trimmed(value: Any) -> Any:
    """Compare a text without the white space around it."""
    return value.strip() if isinstance(value, str) else value


def parsed(value: Any) -> Any:
    """Read JSON text; anything else is returned as it is."""
    try:
        return json.loads(value, parse_float=_shortest)
    except (TypeError, ValueError):
        return value


def json_text(value: Any) -> Any:
    """Compare JSON text by what it says, not by how it is written: order, white space, 5.0 for 5."""
    read = parsed(value)
    return value if read is value else json.dumps(read, sort_keys=True)


def _shortest(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


def duration(value: Any) -> Any:
    """Compare Go durations: 5m is 5m0s is 300s."""
    if not isinstance(value, str) or not re.fullmatch(r"(\d+(ms|[smhdwy]))+", value):
        return value
    return sum(int(count) * SECONDS[unit] for count, unit in re.findall(r"(\d+)(ms|[smhdwy])", value))
