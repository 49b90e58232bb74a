"""The log lines that a story makes: those an alert counts, and others that show that logs arrive at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from components.vocabulary.log_signals import LogCount
from components.vocabulary.thresholds import Threshold
from proof.lines import field_value
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
    made: list[tuple[str, Sequence[float]]] = [(line_of(signal), counted), (ORDINARY, [] if every_line else ordinary)]
    return [{"labels": stream, "line": line, "at": [EPOCH + at for at in times]} for line, times in made if times]


def line_of(signal: LogCount) -> str:
    """A line that the signal counts: its status, its fields, its message."""
    said = {key: field_value(value) for key, value in signal.fields.items()}
    level = "info" if not signal.statuses or "*" in signal.statuses else signal.statuses[0]
    return json.dumps({"level": level, "message": signal.message or "it happened"} | said)
