"""Grafana's states of a rule's series over time (ngalert/state: manager.go, state.go), as far as rules here need them.

Not played: Alerting for no data (NoData and Error states with `for`), keep_firing_for. A rule that needs those is
refused when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from proof.grafana.numbers import NONE, Empty, Failed, Labels, Outcome
from proof.grafana.rules import Rule
from proof.unplayable import UnplayableError

MISSING_EVALUATIONS = 2  # missing_series_evals_to_resolve, Grafana's default
SOURCE_FAILS: Labels = frozenset({("alertname", "DatasourceError")})


@dataclass(frozen=True)
class State:
    """Of one series: Normal, Pending, Alerting or Error; why, where the values don't say; since when it is pending."""

    name: str
    reason: str = ""
    since: int = 0
    seen: int = 0

    @property
    def fires(self) -> bool:
        """Whether receivers take it for an alert."""
        return self.name in {"Alerting", "Error"}

    def __str__(self) -> str:
        return f"{self.name} ({self.reason})" if self.reason else self.name


@dataclass
class Machine:
    """The states of one rule. `states` by labels; those that have ended with the last step are in `resolved`."""

    rule: Rule
    states: dict[Labels, State] = field(default_factory=dict)
    resolved: set[Labels] = field(default_factory=set)

    def __post_init__(self) -> None:
        for what, state, known in (
            ("no data", self.rule.no_data, {"KeepLast", "OK"}),
            ("errors", self.rule.on_error, {"KeepLast", "OK", "Error"}),
        ):
            if state not in known:
                raise UnplayableError(f"{self.rule.uid} is {state} on {what}, which isn't played")

    @property
    def loaded(self) -> set[Labels]:
        """The series whose next value is held against the recovery threshold."""
        return {key for key, state in self.states.items() if state.name in {"Alerting", "Pending"} and not state.reason}

    @property
    def firing(self) -> set[Labels]:
        """The series that are alerts at the moment; one whose source fails is an alert of another name."""
        return {SOURCE_FAILS if state.name == "Error" else key for key, state in self.states.items() if state.fires}

    def step(self, now: int, found: Outcome) -> None:
        """Take the outcome of the evaluation at `now`, in seconds."""
        before = self.firing
        match found:
            case Failed():
                self._failed(now)
            case Empty():
                self._without_values(now, self.rule.no_data, "NoData")
            case _:
                self.states.pop(SOURCE_FAILS, None)
                for labels, verdict in found.items():
                    self._value(now, labels, verdict)
                self._evict(now)
        self.resolved = before - self.firing

    def _value(self, now: int, labels: Labels, verdict: str) -> None:
        if verdict == "NoData":
            self._set(now, labels, self.rule.no_data, "NoData")
        elif verdict == "Normal":
            self.states[labels] = State("Normal", seen=now)
        else:
            self._breach(now, labels)

    def _breach(self, now: int, labels: Labels, reason: str = "") -> None:
        state = self.states.get(labels)
        if state and state.name == "Alerting":
            self.states[labels] = State("Alerting", reason, state.since, now)
            return
        since = state.since if state and state.name == "Pending" else now
        name = "Alerting" if now - since >= self.rule.lasting else "Pending"
        self.states[labels] = State(name, reason, since, now)

    def _failed(self, now: int) -> None:
        if self.rule.on_error != "Error":
            self._without_values(now, self.rule.on_error, "Error")
        elif set(self.states) <= {NONE}:
            self.states[NONE] = State("Error", "Error", now, now)
        else:
            self.states[SOURCE_FAILS] = State("Error", "Error", now, now)
            self._evict(now)

    def _without_values(self, now: int, setting: str, reason: str) -> None:
        for labels in list(self.states) or [NONE]:
            self._set(now, labels, setting, reason)

    def _set(self, now: int, labels: Labels, setting: str, reason: str) -> None:
        state = self.states.get(labels)
        if setting == "OK" or state is None or state.name == "Normal":
            said = reason if setting == "OK" else f"{reason}, KeepLast"
            self.states[labels] = State("Normal", said, seen=now)
        elif state.name == "Pending":
            # Its clock runs on: it becomes an alert although nobody knows (grafana PR 83940).
            self._breach(now, labels, f"{reason}, KeepLast")
        else:
            self.states[labels] = replace(state, reason=f"{reason}, KeepLast", seen=now)

    def _evict(self, now: int) -> None:
        """End series that have been missing while others were there."""
        for labels, state in list(self.states.items()):
            if now - state.seen >= MISSING_EVALUATIONS * self.rule.every:
                del self.states[labels]
