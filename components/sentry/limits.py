"""What Sentry doesn't offer, found before anything is sent there: what the translation of alerts can't say, and names.

Sources: terraform-provider-sentry 0.15.4 (its checks), getsentry/sentry below src/sentry/ (what its API refuses).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.problems import Problem
from components.scope import Scope
from components.sentry.alerts import options_refused, query
from components.sentry.receivers import NotLookedUp, action
from components.sentry.texts import alert_name
from components.translation import every, refusals
from components.vendors import alerts_of
from components.vocabulary.alerts import Alert
from components.vocabulary.at_sentry import ErrorDashboard
from components.vocabulary.error_tracking import AtLeast, ErrorTracking
from components.vocabulary.quantities import Duration, hours, minutes
from components.vocabulary.thresholds import Threshold

# workflow_engine/endpoints/validators/base/workflow.py and detector.py: max_length 256 and 200.
LONGEST_NAME, LONGEST_MONITOR_NAME = 256, 200
MOST_WIDGETS = 30
DIGESTS = (minutes(1), hours(1))
# JavaScript on a server names a transaction by method and path: "POST /api/payment/[id]" (sentry-javascript, wrap
# ApiHandlerWithSentry, httpServerIntegration). Pages that Next.js' browser part loads are paths; its API is not.
BY_METHOD = {"node": r'transaction:\[?"?/', "javascript-nextjs": r'transaction:\[?"?/api\b'}


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Sentry that Sentry would refuse, or that could never tell anybody."""
    errors = scope.product.errors
    for alert in alerts_of(scope, "sentry"):
        yield from _alert(scope, alert)
        if errors and isinstance(alert.when, Threshold):
            search: str = alert.when.signal.search  # type: ignore[attr-defined]
            yield from _search(errors, search, f"alert {alert.name!r}")
    if errors and errors.summarise_every:
        yield from _between("summarise_every", errors.summarise_every, DIGESTS, "errors")
    if errors and AtLeast("debug") in errors.untold:
        why = "matches every event: no alert would ever fire."
        yield Problem("never", AtLeast("debug").describe(), why, "a tag or an attribute", item="errors")
    if errors and errors.dashboard:
        yield from _dashboard(errors, errors.dashboard)


def _dashboard(errors: ErrorTracking, dashboard: ErrorDashboard) -> Iterator[Problem]:
    label = f"dashboard {dashboard.name!r}"
    if len(dashboard.views) > MOST_WIDGETS:
        why = f"are more than the {MOST_WIDGETS} that a Sentry dashboard can hold."
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
            why = "matches nothing: a server's transactions begin with the method, as in `POST /api/…`."
            yield Problem("search", search, why, "transaction:*/…", item=label)
    if re.search(r"(?<![\w.])environment:", search):
        why = "names an environment, but each alert already looks at its own."
        yield Problem("search", search, why, "the search without it", item=label)
    if "release:latest" in search.split():
        yield Problem("search", search, "is not supported in Sentry's monitors.", "a release by its name", item=label)


def _alert(scope: Scope, alert: Alert) -> Iterator[Problem]:
    yield from refusals(
        f"alert {alert.name!r}",
        lambda: query(scope, alert),
        lambda: every(lambda receiver: action(scope, alert, receiver, NotLookedUp()), alert.receivers),
    )
    for problem in options_refused(alert):
        problem.item = f"alert {alert.name!r}"
        yield problem
    if alert.causes:
        # Its actions follow from one event, metric or state: no trigger and no filter looks at another alert
        # (workflow_engine/processors/workflow.py; handlers/condition/).
        why = "can't silence it: a Sentry alert can't refer to another alert."
        instead = "no depends_on=, or a filter that leaves out the cause's errors"
        yield Problem("depends_on", ", ".join(alert.causes), why, instead, item=f"alert {alert.name!r}")
    label, name = f"alert {alert.name!r}", alert_name(scope, alert)
    longest = LONGEST_MONITOR_NAME if isinstance(alert.when, Threshold) else LONGEST_NAME
    if len(name) > longest:
        why = f"makes Sentry's name {name!r} {len(name)} characters long; at most {longest} are allowed."
        yield Problem("name", alert.name, why, "a shorter name", item=label)


def _between(field: str, value: Duration, limits: tuple[Duration, Duration], label: str) -> Iterator[Problem]:
    shortest, longest = limits
    if value < shortest or longest < value:
        yield Problem(field, str(value), "is outside what Sentry accepts.", f"{shortest} to {longest}", item=label)
