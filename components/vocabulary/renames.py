"""Renames that keep history: a part says what it was called, and is known by that where names are identities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from components.problems import Problem
from components.vocabulary.words import called


class Renamed(Protocol):
    """Anything with a name that may have had another one before."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def was(self) -> str | None:
        """What it was called, where its history began under another name."""


def identity(part: Renamed) -> str:
    """The name under which a vendor keeps its history, where it is kept under a name: the one it began with."""
    return part.was or part.name


def strange(parts: Sequence[Renamed]) -> Iterator[Problem]:
    """Names that a part can't have had: its own, one that is in use, one that two of them claim."""
    names = {part.name for part in parts}
    claimed = Counter(part.was for part in parts if part.was)
    for part in parts:
        if not part.was:
            continue
        item = f"{called(type(part))} {part.name!r}"
        if part.was == part.name:
            yield Problem("was", part.was, "is its current name.", "no was=", item=item)
        elif part.was in names:
            why = "is still declared: its history can't continue under two names."
            yield Problem("was", part.was, why, f"no was=, or another name for {part.was!r}", item=item)
        elif claimed[part.was] > 1:
            why = f"is claimed by {claimed[part.was]} of them: its history can continue under one name only."
            yield Problem("was", part.was, why, "was= at one of them", item=item)
