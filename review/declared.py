"""Compares what the pages in docs/requirements/ say is declared with what the program declares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from components.problems import Problem, nearest
from review.recorder import Recording
from review.requirements import Row, Value

STEP = re.compile(r"\.?(?:(?P<key>[^.\[\]]+)|\[(?:(?P<field>\w+)=(?P<wanted>[^\]]+)|(?P<index>\d+))\])")


def mismatches(rows: Iterable[Row], recording: Recording) -> Iterator[Problem]:
    """What a page says that isn't so, each with its line and with what is declared instead."""
    inputs: dict[str, list[Mapping[str, Any]]] = {}
    for resource in recording.resources:
        inputs.setdefault(resource.name, []).append(resource.inputs)
    answered: dict[str, str] = {}
    for ids, _, name in recording.answered:
        answered |= dict.fromkeys(ids.split(), name)
    for row in rows:
        if row.nothing and row.id in answered:
            why = f"isn't true: {answered[row.id]} covers the row."
            yield Problem("Declared", row.nothing, why, "a table of what it declares", row.product, row.id, row.at)
        for value in row.declared:
            for problem in _compare(value, inputs):
                problem.product, problem.item, problem.line = row.product, row.id, value.at
                yield problem


def _compare(value: Value, inputs: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Problem]:
    named = inputs.get(value.resource, ())
    if len(named) != 1:
        why = "is not declared." if not named else f"is the name of {len(named)} resources, so it says nothing."
        yield Problem("Resource", value.resource, why, nearest(value.resource, inputs))
        return
    try:
        found = at(named[0], value.path)
    except LookupError as error:
        why, instead = error.args
        yield Problem("Input", value.path, f"is not an input of {value.resource}: {why}", instead)
        return
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    if value.part and value.text not in text:
        yield Problem("Value", value.text, f"is not part of {value.path} of {value.resource}.", f"a part of {text}")
    elif not value.part and value.text != text:
        yield Problem("Value", value.text, f"is not {value.path} of {value.resource}.", text)


def at(value: Any, path: str) -> Any:
    """`rules[uid=tikit-api-down].datas[0].model.expr`: the part of a resource's inputs that a path names.

    A text that holds JSON is opened, so that a path goes on inside it. Raises LookupError, with why and what to write.
    """
    steps = list(STEP.finditer(path))
    if "".join(step[0] for step in steps) != path:
        raise LookupError("it can't be read.", "keys with points between them, [0], or [title=…]")
    for step in steps:
        if isinstance(value, str):
            value = _opened(value, step)
        if step["key"]:
            if not isinstance(value, dict) or step["key"] not in value:
                known = value if isinstance(value, dict) else ()
                raise LookupError(f"there is no {step['key']}.", nearest(step["key"], known))
            value = value[step["key"]]
            continue
        if not isinstance(value, list):
            raise LookupError(f"{step[0]} is of a list, and this is none.", f"the path without {step[0]}")  # noqa: TRY004
        parts = [each for each in value if isinstance(each, dict)] if step["field"] else value
        if step["index"]:
            chosen = parts[int(step["index"]) :][:1]
        else:
            chosen = [each for each in parts if str(each.get(step["field"])) == step["wanted"]]
        if len(chosen) != 1:
            names = [str(each.get(step["field"])) if step["field"] else str(place) for place, each in enumerate(parts)]
            raise LookupError(f"there is not exactly one {step[0]}.", nearest(step["wanted"] or step["index"], names))
        value = chosen[0]
    return value


def _opened(text: str, step: re.Match[str]) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise LookupError(f"there is no {step[0]} in a text.", f"the path without {step[0]}") from None
