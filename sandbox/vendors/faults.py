"""Faults on order: what a vendor, or the way to it, does wrong, by the rules in SANDBOX_FAULTS.

    SANDBOX_FAULTS="create:429@5%,update:timeout@datadog,read:500@tikit-api-down,update:429@LogsIndex@2/min"

A rule is an operation (create, update, delete, read, lookup), what happens, and any number of conditions after `@`, all
of which have to hold. What happens: an HTTP status from 400 to 599, or `timeout` (nothing was done), or `lost-answer`
(it was done, and nobody is told). Conditions: a share of the calls (`5%`), what goes beyond a rate (`2/min`), a vendor,
a resource's name, or its type (`LogsIndex`). The same SANDBOX_SEED strikes the same calls.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from http import HTTPStatus

OPERATIONS = ("create", "update", "delete", "read", "lookup")
LOST, TIMEOUT = "lost-answer", "timeout"
RATE_SECONDS = 60.0


class SpecError(ValueError):
    """A rule that can't be read."""


@dataclass(frozen=True)
class Fault:
    """One rule."""

    operation: str
    kind: str
    percent: float = 100.0
    per_minute: int | None = None
    names: tuple[str, ...] = ()
    text: str = ""
    """The rule as it was written."""

    @property
    def done(self) -> bool:
        """Whether what was asked for happens all the same."""
        return self.kind == LOST

    def __str__(self) -> str:
        if self.kind == LOST:
            return "the answer was lost on the way (SANDBOX_FAULTS): whether it was done, nobody was told"
        if self.kind == TIMEOUT:
            return "context deadline exceeded: no answer within the time limit (SANDBOX_FAULTS)"
        return f"{self.kind} {HTTPStatus(int(self.kind)).phrase} (SANDBOX_FAULTS)"


def parse(text: str) -> tuple[Fault, ...]:
    """Read the rules, separated by commas.

    Raises:
        SpecError: One of them isn't a rule; the message says which, and what one looks like.

    """
    return tuple(_rule(part.strip()) for part in text.split(",") if part.strip())


def _rule(text: str) -> Fault:
    what, *conditions = text.split("@")
    operation, _, kind = what.partition(":")
    statuses = {str(status.value) for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}
    if operation not in OPERATIONS or kind not in {LOST, TIMEOUT, *statuses} or "" in conditions:
        raise SpecError(
            f"{text!r} isn't a fault: write OPERATION:WHAT, then any number of @CONDITION. Operations are "
            f"{', '.join(OPERATIONS)}; what happens is an HTTP status from 400 on, {TIMEOUT} or {LOST}; a condition is "
            "a share (5%), a rate (2/min), a vendor, a resource's name or its type. For example: create:429@datadog@5%"
        )
    percent, per_minute, names = 100.0, None, []
    for condition in conditions:
        if (share := re.fullmatch(r"(\d+(?:\.\d+)?)%", condition)) and float(share[1]) <= 100:  # noqa: PLR2004
            percent = float(share[1])
        elif rate := re.fullmatch(r"(\d+)/min", condition):
            per_minute = int(rate[1])
        elif re.search(r"[%/\s]|^-", condition):
            raise SpecError(f"{condition!r} in {text!r} isn't a share (5%, at most 100%), a rate (2/min) or a name")
        else:
            names.append(condition)
    return Fault(operation, kind, percent, per_minute, tuple(names), text)


class Faults:
    """The rules at work in one run.

    Args:
        rules: What strikes.
        seed: Chooses the calls that a share strikes; the same seed chooses the same ones, in whatever order they come.
        run: The run's number: the next one is struck elsewhere, as in life.

    """

    def __init__(self, rules: tuple[Fault, ...] = (), seed: str = "", run: int = 0) -> None:
        self._rules = rules
        self._seed = f"{seed}/{run}"
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._times: defaultdict[int, deque[float]] = defaultdict(deque)
        self._idle = dict(enumerate(rules))

    @property
    def idle(self) -> list[str]:
        """The rules that have struck nothing so far, as they were written."""
        with self._lock:
            return [rule.text for rule in self._idle.values()]

    def strike(self, operation: str, vendor: str, subject: str) -> Fault | None:
        """Return the first rule that strikes a call; `subject` is a URN, or the token of a function."""
        if not self._rules:
            return None
        kind, name = _type_and_name(subject)
        # An alert's rule is in a group of its own, `tikit-rule-api-down`: its own name will do.
        known_as = {vendor, name, name.replace("-rule-", "-", 1), kind, kind.rsplit(":", 1)[-1]}
        with self._lock:
            self._calls[operation, subject] += 1
            call = f"{operation} {subject} {self._calls[operation, subject]}"
            for number, rule in enumerate(self._rules):
                if rule.operation != operation or not known_as.issuperset(rule.names):
                    continue
                if self._chance(f"{number} {call}") < rule.percent and self._beyond(number, rule.per_minute):
                    self._idle.pop(number, None)
                    return rule
        return None

    def _chance(self, call: str) -> float:
        digest = hashlib.sha256(f"{self._seed} {call}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64 * 100

    def _beyond(self, number: int, per_minute: int | None) -> bool:
        if per_minute is None:
            return True
        times, now = self._times[number], time.monotonic()
        while times and times[0] <= now - RATE_SECONDS:
            times.popleft()
        if len(times) >= per_minute:
            return True
        times.append(now)
        return False


def _type_and_name(subject: str) -> tuple[str, str]:
    parts = subject.split("::")
    return (parts[2].rsplit("$", 1)[-1], parts[-1]) if len(parts) > 3 else (subject, subject)  # noqa: PLR2004
