"""What Sentry doesn't offer, found before anything is sent there.

Sources: terraform-provider-sentry 0.15.4 (its checks), getsentry/sentry below src/sentry/ (what its API refuses).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.problems import Problem
from components.scope import Scope
from components.sentry.texts import alert_name
from components.vocabulary.alerts import Alert
from components.vocabulary.errors import AtLeast, ErrorDashboard, ErrorTracking, FailedTransactions, Issues
from components.vocabulary.people import Webhook
from components.vocabulary.quantities import Duration, days, hours, minutes
from components.vocabulary.thresholds import Threshold

# workflow_engine/endpoints/validators/base/workflow.py and detector.py: max_length 256 and 200.
LONGEST_NAME, LONGEST_MONITOR_NAME = 256, 200
# The API takes any number of minutes; at most every 5 was the least that rules took, and protects a channel.
FREQUENCY = (minutes(5), days(30))
MOST_WIDGETS = 30
DIGESTS = (minutes(1), hours(1))
WINDOWS = tuple(minutes(length) for length in (1, 5, 10, 15, 30, 60, 120, 240, 1440))
# snuba/snuba_query_validator.py: "Time window for this alert type must be at least 5 minutes."
SHORTEST_OF_SPANS = minutes(5)
# JavaScript on a server names a transaction by method and path: "POST /api/payment/[id]" (sentry-javascript, wrap
# ApiHandlerWithSentry, httpServerIntegration). Pages that Next.js' browser part loads are paths; its API is not.
BY_METHOD = {"node": r'transaction:\[?"?/', "javascript-nextjs": r'transaction:\[?"?/api\b'}


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Sentry that Sentry would refuse, or that could never tell anybody."""
    errors = scope.product.errors
    for alert in scope.product.alerts_at("errors"):
        yield from _alert(scope, alert)
        if errors and isinstance(alert.when, Threshold):
            search: str = alert.when.signal.search  # type: ignore[attr-defined]
            yield from _search(errors, search, f"alert {alert.name!r}")
    if errors and errors.summarise_every:
        yield from _between("summarise_every", errors.summarise_every, DIGESTS, "errors")
    if errors and AtLeast("debug") in errors.untold:
        why = "is every event: no alert would be told of anything."
        yield Problem("never", AtLeast("debug").describe(), why, "a tag or an attribute", item="errors")
    if errors and errors.dashboard:
        yield from _dashboard(errors, errors.dashboard)


def _dashboard(errors: ErrorTracking, dashboard: ErrorDashboard) -> Iterator[Problem]:
    label = f"dashboard {dashboard.name!r}"
    if len(dashboard.views) > MOST_WIDGETS:
        why = f"are more than the {MOST_WIDGETS} that a dashboard of Sentry holds."
        yield Problem("views", len(dashboard.views), why, f"at most {MOST_WIDGETS}", item=label)
    for view in dashboard.views:
        where = f"{label}, view {view.title!r}"
        if view.shape == "number" and (len(view.shows) > 1 or view.by):
            why = "is more than one number."
            yield Problem("shows", ", ".join((*view.shows, view.by)).strip(", "), why, 'shape="table"', item=where)
        yield from _search(errors, view.search, where)


def _search(errors: ErrorTracking, search: str, label: str) -> Iterator[Problem]:
    """A search that finds nothing, or that the API refuses."""
    for platform, named in BY_METHOD.items():
        if errors.platform.startswith(platform) and re.search(named, search):
            why = "finds nothing: a server's transactions begin with the method, as in `POST /api/…`."
            yield Problem("search", search, why, "transaction:*/…", item=label)
    if re.search(r"(?<![\w.])environment:", search):
        why = "names an environment, and each looks at its own already."
        yield Problem("search", search, why, "the search without it", item=label)
    if "release:latest" in search.split():
        yield Problem("search", search, "is not supported in Sentry's monitors.", "a release by its name", item=label)


def _alert(scope: Scope, alert: Alert) -> Iterator[Problem]:
    label, name = f"alert {alert.name!r}", alert_name(scope, alert)
    longest = LONGEST_MONITOR_NAME if isinstance(alert.when, Threshold) else LONGEST_NAME
    if len(name) > longest:
        why = f"makes Sentry's name {name!r} {len(name)} characters long; it takes {longest}."
        yield Problem("name", alert.name, why, "a shorter name", item=label)
    for receiver in alert.receivers:
        if isinstance(receiver, Webhook):
            why = "is not delivered to by Sentry here."
            yield Problem("tell", str(receiver), why, "Slack, Email or PagerDuty", item=label)
    match alert.when:
        case Issues():
            yield from _issues(alert.when, label)
        case Threshold():
            yield from _threshold(alert.when, label)
        case _:
            pass


def _issues(when: Issues, label: str) -> Iterator[Problem]:
    yield from _between("at_most_every", when.at_most_every, FREQUENCY, label)
    if when.more_than and (when.more_than.number < 1 or when.more_than.number % 1):
        # workflow_engine/handlers/condition/event_frequency_handlers.py: an integer, and `count > value`.
        why = (
            "is not a number of events that Sentry compares with: it takes whole ones, and more than 0 is every event."
        )
        yield Problem("more_than", str(when.more_than), why, "times(1) for the second event and later", item=label)


def _threshold(when: Threshold, label: str) -> Iterator[Problem]:
    """A monitor takes three conditions, with the results 75, 50 and 0, and one has to be 0; ours has 75 and 0."""
    signal = when.signal
    if signal.window not in WINDOWS:
        offered = ", ".join(str(known) for known in WINDOWS)
        why = "is not a window that Sentry's metric monitors offer."
        yield Problem("over", str(signal.window), why, f"one of {offered}", item=label)
    elif isinstance(signal, FailedTransactions) and signal.window and signal.window < SHORTEST_OF_SPANS:
        why = "is shorter than any window that Sentry takes for traced requests."
        yield Problem("over", str(signal.window), why, f"{SHORTEST_OF_SPANS} or longer", item=label)
    if when.warn is not None:
        why = "would keep the pager open: an issue that drops to the warning is told to nobody, nor is its end."
        yield Problem("warn", str(when.warn), why, "a second alert with a lower limit", item=label)
    if when.lasting:
        why = "is not how Sentry waits: its monitors look at one window."
        yield Problem("lasting", str(when.lasting), why, "a longer .over(…), and no lasting=", item=label)
    if signal.by:
        why = "would be left out: Sentry's monitors look at the whole project."
        yield Problem("by", ", ".join(signal.by), why, "an alert per value, with search=", item=label)


def _between(field: str, value: Duration, limits: tuple[Duration, Duration], label: str) -> Iterator[Problem]:
    shortest, longest = limits
    if value < shortest or longest < value:
        yield Problem(field, str(value), "is outside of what Sentry takes.", f"{shortest} to {longest}", item=label)
