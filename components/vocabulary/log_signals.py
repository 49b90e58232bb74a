"""What is counted of log events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, field

from components.problems import MISSING, Problem, nearest
from components.vocabulary.metrics import Measured
from components.vocabulary.quantities import Duration, Unit
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import Label, Value, several, word

STATUSES = (
    "*",
    "emergency",
    "alert",
    "critical",
    "fatal",
    "error",
    "warn",
    "warning",
    "notice",
    "info",
    "debug",
    "trace",
)


@word
class LogCount(Signal):
    """The number of log events with one of the statuses, all of the fields, none of `without`.

    Fields are named as the application logs them; `*` in a value stands for anything, and a number with `>`, `>=`,
    `<` or `<=` before it is a comparison: fields={"duration": ">1000"}.
    """

    ACCUMULATES = True

    _: KW_ONLY
    status: str | tuple[str, ...] = ()
    fields: Mapping[Label, Value] = field(default_factory=dict)
    without: Mapping[Label, Value] = field(default_factory=dict)
    message: str = ""
    window: Duration | None = None
    by: tuple[Label, ...] = ()

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that count; any, where there is none."""
        return several(self.status)

    @property
    def unit(self) -> Unit:
        """A count."""
        return Unit.COUNT

    def metrics(self) -> tuple[Measured, ...]:
        """None: logs are counted."""
        return ()

    def describe(self) -> str:
        """`log events with status emergency or critical, event = data_loss`; `log events` where any will do."""
        status = f"status {' or '.join(self.statuses)}" if self.statuses not in ((), ("*",)) else ""
        fields = ", ".join(f"{key} {_compared(value)}" for key, value in self.fields.items())
        without = ", ".join(f"not {key} {_compared(value)}" for key, value in self.without.items())
        message = f"message {self.message!r}" if self.message else ""
        which = ", ".join(part for part in (status, message, fields, without) if part)
        return f"log events with {which}" if which else "log events"

    def problems(self) -> Iterator[Problem]:
        """One that would count every line; a status that no log event has."""
        for status in self.statuses:
            if status not in STATUSES:
                yield Problem("status", status, "isn't a log status.", nearest(status, STATUSES))
        if "*" in self.statuses and len(self.statuses) > 1:
            yield Problem("status", ", ".join(self.statuses), "is any status plus some of them.", '"*", or the others')
        for key, value in (*self.fields.items(), *self.without.items()):
            if value[0] in "<>=!~" and not comparison(value):
                why = f"of {key} is neither a value nor a comparison, and would be searched for literally."
                yield Problem("fields", value, why, '">1000", "<=5", or without={…} to exclude it')
        for key, value in self.without.items():
            if comparison(value):
                why = f"of {key} would also count entries without that field."
                yield Problem("without", value, why, "the opposite, in fields=")
        if self.message != self.message.strip():
            yield Problem(
                "message", self.message, "has leading or trailing spaces, which searches ignore.", self.message.strip()
            )
        if not (self.statuses or self.fields or self.message.strip()):
            yield Problem("fields", MISSING, "is missing: every log line would count.", "status=, fields= or message=")


def comparison(value: str) -> tuple[str, str] | None:
    """Sign and number of a value that is a limit: `>`, `1000`."""
    found = re.fullmatch(r"([<>]=?) ?(-?\d+(?:\.\d+)?)", value, re.ASCII)
    return (found[1], found[2]) if found else None


def _compared(value: str) -> str:
    """`= value`, or the comparison that the value brings."""
    return " ".join(comparison(value) or ("=", value))
