"""A report as data, to be handed to whoever draws it: what is read back is checked, as anybody may have written it.

Without secrets: of resources it holds the inputs, as `review.steps.plain` leaves them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from review.changes import Before
from review.findings import findings
from review.report import Report, Stack, review
from review.steps import RANK, Plan, Step

VERSION = 1
STACKS = 10
# What comes of taking a value for what a program declares that isn't of that shape; drawing it may end so, too.
SHAPES = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


class HandedError(ValueError):
    """What was given isn't a report; the text says why."""


def handed(report: Report) -> str:
    """The report as JSON."""
    stacks = [
        {
            "name": stack.name,
            "before": _side(stack.before),
            "after": _side(stack.after),
            "steps": [_written(each.step) for each in stack.resources],
            "stopped": list(stack.stopped),
            "new": list(stack.new_types),
        }
        for stack in report.stacks
    ]
    return json.dumps({"monitoring-review": VERSION, "stacks": stacks, "gone": list(report.gone)})


def read_handed(text: str | bytes) -> Report:
    """The report anew, compared and judged by this version of the program. Raises HandedError."""
    try:
        return _read(json.loads(text))
    except HandedError:
        raise
    except SHAPES as problem:
        raise HandedError(f"this isn't a report ({type(problem).__name__}: {str(problem)[:100]})") from None


def _read(found: Mapping[str, Any]) -> Report:
    if found["monitoring-review"] != VERSION:
        raise HandedError("the report was written by a different version of this program")
    if len(found["stacks"]) > STACKS:
        raise HandedError(f"the report has more than {STACKS} stacks")
    stacks, gone = tuple(_stack(one) for one in found["stacks"]), tuple(_texts(found["gone"]))
    return Report(stacks, findings(stacks, gone), gone)


def _side(side: Before) -> dict[str, object]:
    return {"products": side.products, "environment": side.environment}


def _written(step: Step) -> dict[str, object]:
    return {
        "op": step.op,
        "urn": step.urn,
        "type": step.type,
        "before": step.before,
        "after": step.after,
        "parent": step.parent,
        "was": step.old_urn,
        "protected": step.protected,
    }


def _stack(one: Mapping[str, Any]) -> Stack:
    (name,) = _texts([one["name"]])
    before, after = (Before(_products(one[side]["products"]), _map(one[side]["environment"])) for side in SIDES)
    steps = tuple(_step(each) for each in one["steps"])
    found = review(Plan(name, steps, tuple(_texts(one["stopped"]))), before, after, stack=name)
    # What stays as it is isn't handed over, so it can't be seen here of what there was nothing.
    return replace(found, new_types=tuple(_texts(one["new"])))


SIDES = ("before", "after")


def _step(one: Mapping[str, Any]) -> Step:
    if one["op"] not in RANK:
        raise HandedError(f"{str(one['op'])[:40]!r} is not what becomes of a resource")
    urn, kind, parent, was = _texts([one["urn"], one["type"], one["parent"], one["was"]])
    return Step(one["op"], urn, kind, _map(one["before"]), _map(one["after"]), parent, was, one["protected"] is True)


def _products(value: object) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """Product, kind and name, each with its facts: the shape that `components.declared` gives."""
    return {
        product: {
            kind: {name: _map(facts) for name, facts in _map(items).items()} for kind, items in _map(kinds).items()
        }
        for product, kinds in _map(value).items()
    }


def _map(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise HandedError("something in it isn't a map where one belongs")
    return value


def _texts(values: object) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise HandedError("something in it isn't a text where one belongs")
    return values
