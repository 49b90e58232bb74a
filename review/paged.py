"""What recorded data would have made of the rules before and after a change: a part of a report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paged:
    """One stack's alerts on recorded data (docs/replay.md), by the base and by the working tree.

    `about`: when, and how many of the alerts have data. `alerts`: name and what came of it, for each that differs;
    None where one isn't declared. `receivers`: who is woken how often a week. `budget`: how often that may be.
    """

    stack: str
    about: str
    alerts: tuple[tuple[str, str | None, str | None], ...]
    receivers: tuple[tuple[str, float, float], ...]
    budget: int
