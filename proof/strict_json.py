"""JSON that somebody gave: an object, each of its keys once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from proof.samples import UnreadableError


def read_json(text: str) -> dict[str, Any]:
    """Read it. Raises UnreadableError."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as problem:
        why = f"isn't JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}"
        raise UnreadableError(why, "the answer as the vendor gave it") from None
    except (ValueError, RecursionError) as problem:  # a number of thousands of digits, brackets as deep
        raise UnreadableError(f"can't be read: {problem}", "the answer as the vendor gave it") from None
    if not isinstance(found, dict):
        raise UnreadableError("isn't an object", "the answer as the vendor gave it")
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object. JSON's own reader would silently keep the last of several values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UnreadableError(f"the object of the keys {', '.join(keys)} has {twice!r} twice", "each key once")
    return found
