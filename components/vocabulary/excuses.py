"""Exceptions to rules, written where they apply: which rule, why, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY
from datetime import date

from components.problems import Problem
from components.vocabulary.words import Slug, Text, Word, word


@word
class Excuse(Word):
    """The word that has it may break a rule of docs/rules.md, up to and including the day `until`: `2027-06-30`.

    After that day, or once nothing breaks the rule, the excuse itself is refused.
    """

    rule: Slug
    reason: Text
    _: KW_ONLY
    until: str

    @property
    def end(self) -> date:
        """The last day on which it holds."""
        return date.fromisoformat(self.until)

    def problems(self) -> Iterator[Problem]:
        """A day that isn't one."""
        try:
            written = self.end.isoformat() == self.until
        except ValueError:
            written = False
        if not written:
            why = "is not a calendar date, so nobody would know when to review it."
            yield Problem("until", self.until, why, '"2027-06-30"')
