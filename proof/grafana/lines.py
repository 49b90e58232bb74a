"""The log lines that a story makes: those an alert counts, and others that show that logs arrive at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.vocabulary.log_signals import LogCount
from components.vocabulary.thresholds import Threshold
from proof.levels import elsewhere
from proof.lines import field_value, unlike
from proof.story import EPOCH, Story
from proof.truth import MINUTE, Truth
from proof.unplayable import UnplayableError

ORDINARY = json.dumps({"level": "info", "message": "request served"})


def lines(truth: Truth, story: Story, queries: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines, as tools/query takes them, of the stream that the queries ask for. Raises UnplayableError."""
    asked = {found for text in queries.values() for found in re.findall(r"\{[^{}]*=[^{}]*\}", text)}
    if len(asked) != 1:
        raise UnplayableError(f"a query asks for {len(asked)} streams of logs, and one is played")
    stream = dict(re.findall(r'(\w+)="([^"]*)"', asked.pop()))
    if not isinstance(truth.when, Threshold) or not isinstance(truth.when.signal, LogCount):
        raise UnplayableError("log lines are played for limits on their number only")
    signal, counted = truth.when.signal, story.events(truth.window)
    ordinary = [at for begin, end, phase in story.spans if not phase.lost for at in range(begin, end, MINUTE)]
    every_line = signal.statuses == ("*",) and not signal.fields and not signal.message
    others = elsewhere(truth, story).events(truth.window)
    there = [at for at in others if not story.at(at)[0].lost]  # it is the application itself that sends them
    said = json.loads(line_of(signal))
    made: list[tuple[dict[str, str], str, Sequence[float]]] = [
        (stream, line_of(signal), counted),
        (stream, ORDINARY, [] if every_line else ordinary),
        *((stream, json.dumps(said | _named(wrong)), there) for wrong in unlike(signal)),
        *(({**stream, label: f"not-{value}"}, line_of(signal), others) for label, value in stream.items()),
    ]
    return [
        {"labels": labels, "line": line, "at": [EPOCH + at for at in times]} for labels, line, times in made if times
    ]


def _named(wrong: Mapping[str, str | float]) -> dict[str, str | float]:
    """As the application names it: a line's status is its level."""
    return {"level" if key == "status" else key: value for key, value in wrong.items()}


def line_of(signal: LogCount) -> str:
    """A line that the signal counts: its status, its fields, its message."""
    said = {key: field_value(value) for key, value in signal.fields.items()}
    level = "info" if not signal.statuses or "*" in signal.statuses else signal.statuses[0]
    return json.dumps({"level": level, "message": signal.message or "it happened"} | said)
