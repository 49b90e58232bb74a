"""JSON that somebody gave: an object, each key of it once; what is wrong is said with its place."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from json import scanner
from typing import Any

from proof.samples import UnreadableError


def read_json(text: str) -> dict[str, Any]:
    """Read it. Raises UnreadableError."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except _TwiceError as twice:
        raise _twice(text, twice.key) from None
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


def _twice(text: str, key: str) -> UnreadableError:
    """With the place of the object: only the slow reader, in Python, knows that."""
    begins = [0]

    class Placing(json.JSONDecoder):
        """Takes note of where each object that is being read begins."""

        def __init__(self) -> None:
            super().__init__(object_pairs_hook=_once)
            read = self.parse_object

            def placed(state: tuple[str, int], *more: Any) -> Any:
                begins.append(state[1] - 1)
                found = read(state, *more)
                begins.pop()
                return found

            self.parse_object = placed
            self.scan_once = scanner.py_make_scanner(self)

    with contextlib.suppress(_TwiceError):
        Placing().decode(text)
    line, column = text.count("\n", 0, begins[-1]) + 1, begins[-1] - text.rfind("\n", 0, begins[-1])
    place = f"line {line}, column {column}" if "\n" in text else f"column {column}"  # a line of an export is its own
    why = f"the object that begins at {place} has the key {key!r} twice"
    return UnreadableError(why, "each key once")
