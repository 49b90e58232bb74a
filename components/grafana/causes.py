"""`depends_on` at Grafana: what fires beside its cause isn't in the answer of the rule's own query.

Without an answer a rule stays as it is, so it doesn't fire while its cause does, and is told if it still holds after
that. Inhibition rules would need a toggle that is experimental and not applied without ("Configure inhibition rules",
Grafana 13: `alertingMultiplePolicies`; on Grafana Cloud by its support).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from components.causes import declared_causes, elsewhere, noticed, remains
from components.grafana.promql import window
from components.grafana.queries import query
from components.grafana.verdicts import Query
from components.problems import Problem
from components.scope import Scope
from components.translation import refusals
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import CheckFails
from components.vocabulary.quantities import Duration, minutes, plain
from components.vocabulary.thresholds import Threshold

SPARE_SECONDS = 120  # until both are looked at anew, and for a sample that comes late


def query_of(scope: Scope, alert: Alert) -> Query:
    """The query of an alert, which has no answer while it would fire beside its cause."""
    made = query(scope, alert.when)
    causes = [
        (query(scope, cause.when), noticed(cause.when, scope.interval, scope.rounds)) for cause in scope.causes(alert)
    ]
    if not causes:
        return made
    sign, limit = _sign(made), plain(made.limit)
    fires, over = f"({made.verdict}) {sign} {limit}", f"({made.verdict}) {_opposite(sign)} {limit}"
    # What fires only just may be noticed before its cause is, by as much as that takes longer.
    wait = max(0, max(took for _, took in causes) + SPARE_SECONDS - _soonest(scope, alert))
    looks = -(-wait // 60)
    held = remains(alert.when, scope.interval) + SPARE_SECONDS
    stays = " or ".join(f"({_held(cause, held)})" for cause, _ in causes)
    for_long = f"{fires} and count_over_time(({fires})[{_minutes(looks)}:1m]) >= {looks}" if looks else fires
    return replace(made, verdict=f"(({for_long}) unless on () ({stays})) or {over}")


def _held(cause: Query, seconds: int) -> str:
    """Something if the cause has fired within that time."""
    sign = _sign(cause)
    return f"count_over_time((({cause.verdict}) {sign} {plain(cause.limit)})[{_minutes(-(-seconds // 60))}:1m])"


def _sign(made: Query) -> str:
    return {"gt": ">", "lt": "<"}[made.compare]


def _opposite(sign: str) -> str:
    return {">": "<=", "<": ">="}[sign]


def _minutes(number: int) -> str:
    return window(minutes(number))


def _soonest(scope: Scope, alert: Alert) -> int:
    """How many seconds its trouble lasts at least before it fires."""
    match alert.when:
        case Threshold(lasting=Duration() as lasting):
            return lasting.seconds
        case CheckFails(check=check) as when:
            return scope.interval(check).seconds * (scope.rounds(when) - 1)
        case _:
            return 0


def causes_refused(scope: Scope, alert: Alert) -> Iterator[Problem]:
    """What can't be asked in one query: of logs and metrics, or of the same metrics."""
    if problems := list(elsewhere(scope, alert)):
        yield from problems
        return
    for cause in declared_causes(scope, alert):
        if list(refusals("", lambda: query(scope, alert.when), lambda: query(scope, cause.when))):  # noqa: B023
            continue  # that is told already
        if query(scope, alert.when).logs or query(scope, cause.when).logs:
            why = "can't be combined with it in one query: LogQL doesn't remember what fired, and can't read metrics."
            yield Problem("depends_on", cause.name, why, "alerts on metrics or checks, or no depends_on=")
