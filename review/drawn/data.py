"""What a panel shows: its lines, where they come from, and when the alerts on it fire."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from review.drawn.panels import Panel

SAMPLE = "sample"  # the mark of what is invented, so that a panel without data can be judged
Times = tuple[tuple[float, float], ...]  # from and until which minute


class Line(NamedTuple):
    """One line: minutes, with values in the panel's unit. In a `Drawn` they count up to now: -60 is an hour ago.

    A number, a dial or a bar of a list has one point. `group` is the row of a table that the value belongs to.
    """

    label: str
    points: Sequence[tuple[float, float]]
    group: str = ""


@dataclass(frozen=True)
class Drawn:
    """A panel with its data. `mark` stands on it, and says why it isn't what happened; of real data it is empty.

    `firing`: when each alert whose limit is on the panel fires, in minutes as above; None: nobody knows. `missing`:
    what isn't shown, a sentence each; a panel without lines shows nothing else.
    """

    panel: Panel
    lines: Sequence[Line]
    mark: str
    firing: Mapping[str, Times] | None = field(default=None)
    missing: Sequence[str] = ()


Data = Callable[[Panel, str], Drawn]  # of a panel in a stack
