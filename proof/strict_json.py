"""JSON that somebody gave: an object, each key of it once; what is wrong is said with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from proof.samples import UnreadableError


def read_json(text: str) -> dict[str, Any]:
    """Read it. Raises UnreadableError."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except _TwiceError:
        raise _twice(text) from None
    except json.JSONDecodeError as problem:
        why = f"isn't JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}"
        raise UnreadableError(why, "the answer as the vendor gave it") from None
    except (ValueError, RecursionError) as problem:  # a number of thousands of digits, brackets as deep
        raise UnreadableError(f"can't be read: {problem}", "the answer as the vendor gave it") from None
    if not isinstance(found, dict):
        raise UnreadableError("isn't an object", "the answer as the vendor gave it")
    return found


class _TwiceError(Exception):
    """An object has a key twice."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object, of which JSON's reader would keep the last of several values without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return found


def _twice(text: str) -> UnreadableError:
    """With the place of the last such object, found again from where each begins: JSON's reader doesn't tell."""
    reader = json.JSONDecoder(object_pairs_hook=_once)
    key, begin = "", 0
    for bracket in reversed(list(re.finditer("{", text))):
        begin = bracket.start()
        try:
            reader.raw_decode(text, begin)
        except _TwiceError as twice:
            key = twice.key
            break
        except ValueError:  # within a text
            continue
    line, column = text.count("\n", 0, begin) + 1, begin - text.rfind("\n", 0, begin)
    place = f"line {line}, column {column}" if "\n" in text else f"column {column}"  # a line of an export is its own
    return UnreadableError(f"the object that starts at {place} has the key {key!r} twice", "each key once")
