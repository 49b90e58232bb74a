"""Who should be told of an alert in an environment, worked out from the product file and the stack file alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from components.catalogue import scopes
from components.environment import Environment
from components.scope import Scope
from components.stackfile import stacks
from components.vocabulary.alerts import Alert
from components.vocabulary.people import Receiver
from components.vocabulary.thresholds import Threshold
from review.recorder import ROOT


class Said(Protocol):
    """A case: its name, and what happens in it."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def said(self) -> str:
        """What happens, in words."""


@dataclass(frozen=True)
class Failure:
    """A case that doesn't come out as the product file says."""

    stack: str
    alert: str
    case: Said
    expected: str
    got: str

    def __str__(self) -> str:
        return (
            f"{self.alert} ({self.stack}), {self.case.name}: {self.case.said}\n"
            f"    expected: {self.expected}\n    got:      {self.got}"
        )


def told(scope: Scope, receivers: Sequence[Receiver]) -> tuple[Receiver, ...]:
    """Who hears of it: as the product says, or the one channel that the stack file names instead."""
    environment: Environment = scope.environment
    return (environment.notify.of(scope.product.name),) if environment.notify else tuple(receivers)


def everybody(scope: Scope, alert: Alert) -> tuple[Receiver, ...]:
    """Who hears of an alert, at once or when it lasts."""
    later = alert.severity.escalated
    return (*told(scope, alert.receivers), *(told(scope, later) if later else ()))


def awake(root: Path = ROOT) -> list[str]:
    """The stacks in which alerts go to those whom the products name, and so can wake somebody."""
    return [name for name in stacks(root) if all(each.environment.notify is None for each in scopes(name, root))]


def is_an_event(alert: Alert) -> bool:
    """Whether one event is the failure: that it isn't followed by another ends nothing for whoever was woken."""
    when = alert.when
    return (
        isinstance(when, Threshold) and when.signal.ACCUMULATES and when.sense == "above" and not when.critical.number
    )
