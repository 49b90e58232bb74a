"""What Sentry doesn't offer, found before anything is sent there. Source: terraform-provider-sentry 0.15.4's checks."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from components.scope import Scope
from components.sentry.texts import alert_name
from components.vocabulary.alerts import Alert
from components.vocabulary.errors import Issues
from components.vocabulary.quantities import Duration, days, hours, minutes
from components.vocabulary.thresholds import Condition, Threshold

LONGEST_NAME = 64
FREQUENCY = (minutes(5), days(30))
DIGESTS = (minutes(1), hours(1))
WINDOWS = tuple(minutes(length) for length in (1, 5, 10, 15, 30, 60, 120, 240, 1440))


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Sentry that Sentry would refuse."""
    for alert in scope.product.alerts_at("errors"):
        yield from _alert(scope, alert)
    errors = scope.product.errors
    if errors and errors.summarise_every:
        yield from _between("summarise_every", errors.summarise_every, DIGESTS, "errors")


def _alert(scope: Scope, alert: Alert) -> Iterator[Problem]:
    label, name = f"alert {alert.name!r}", alert_name(scope, alert)
    if len(name) > LONGEST_NAME:
        why = f"makes Sentry's name {name!r} {len(name)} characters long; it takes {LONGEST_NAME}."
        yield Problem("name", alert.name, why, "a shorter name", item=label)
    yield from _condition(alert.when, label)


def _condition(when: Condition, label: str) -> Iterator[Problem]:
    match when:
        case Issues(at_most_every=at_most_every):
            yield from _between("at_most_every", at_most_every, FREQUENCY, label)
        case Threshold(signal=signal) if signal.over not in WINDOWS:
            offered = ", ".join(str(known) for known in WINDOWS)
            why = "is no window of Sentry's metric monitors."
            yield Problem("over", str(signal.over), why, f"one of {offered}", item=label)
        case _:
            pass


def _between(field: str, value: Duration, limits: tuple[Duration, Duration], label: str) -> Iterator[Problem]:
    shortest, longest = limits
    if value < shortest or longest < value:
        why = "is outside of what Sentry takes."
        yield Problem(field, str(value), why, f"{shortest} to {longest}", item=label)
