"""What Sentry doesn't offer, found before anything is sent there. Source: terraform-provider-sentry 0.15.4's checks."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from components.scope import Scope
from components.sentry.texts import alert_name
from components.vocabulary.alerts import Alert
from components.vocabulary.errors import AtLeast, ErrorDashboard, Issues
from components.vocabulary.people import Webhook
from components.vocabulary.quantities import Duration, days, hours, minutes
from components.vocabulary.thresholds import Condition, Threshold

LONGEST_NAME = 64
FREQUENCY = (minutes(5), days(30))
MOST_WIDGETS = 30
DIGESTS = (minutes(1), hours(1))
WINDOWS = tuple(minutes(length) for length in (1, 5, 10, 15, 30, 60, 120, 240, 1440))


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Sentry that Sentry would refuse."""
    for alert in scope.product.alerts_at("errors"):
        yield from _alert(scope, alert)
    errors = scope.product.errors
    if errors and errors.summarise_every:
        yield from _between("summarise_every", errors.summarise_every, DIGESTS, "errors")
    if errors and AtLeast("debug") in errors.never:
        why = "is every event: no alert would be told of anything."
        yield Problem("never", AtLeast("debug").describe(), why, "a tag or an attribute", item="errors")
    if errors and errors.dashboard:
        yield from _dashboard(errors.dashboard)


def _dashboard(dashboard: ErrorDashboard) -> Iterator[Problem]:
    label = f"dashboard {dashboard.name!r}"
    if len(dashboard.views) > MOST_WIDGETS:
        why = f"are more than the {MOST_WIDGETS} that a dashboard of Sentry holds."
        yield Problem("views", len(dashboard.views), why, f"at most {MOST_WIDGETS}", item=label)
    for view in dashboard.views:
        where = f"{label}, view {view.title!r}"
        if view.shape == "number" and (len(view.shows) > 1 or view.by):
            why = "is more than one number."
            yield Problem("shows", ", ".join((*view.shows, view.by)).strip(", "), why, 'shape="table"', item=where)


def _alert(scope: Scope, alert: Alert) -> Iterator[Problem]:
    label, name = f"alert {alert.name!r}", alert_name(scope, alert)
    if len(name) > LONGEST_NAME:
        why = f"makes Sentry's name {name!r} {len(name)} characters long; it takes {LONGEST_NAME}."
        yield Problem("name", alert.name, why, "a shorter name", item=label)
    for receiver in alert.receivers:
        if isinstance(receiver, Webhook):
            why = "is not delivered to by Sentry here."
            yield Problem("tell", str(receiver), why, "Slack, Email or PagerDuty", item=label)
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
    if isinstance(when, Threshold) and when.lasting:
        why = "is not how Sentry waits: its monitors look at one window."
        yield Problem("lasting", str(when.lasting), why, "a longer over=, and no lasting=", item=label)
    if isinstance(when, Threshold) and when.signal.by:
        why = "would be left out: Sentry's monitors look at the whole project."
        yield Problem("by", ", ".join(when.signal.by), why, "an alert per value, with search=", item=label)


def _between(field: str, value: Duration, limits: tuple[Duration, Duration], label: str) -> Iterator[Problem]:
    shortest, longest = limits
    if value < shortest or longest < value:
        why = "is outside of what Sentry takes."
        yield Problem(field, str(value), why, f"{shortest} to {longest}", item=label)
