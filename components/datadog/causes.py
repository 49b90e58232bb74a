"""`depends_on` at Datadog: a composite of the alert and, negated, a copy of its cause that ends later.

A composite looks at what its parts are at that moment. So the alert is evaluated later by as much as its cause may need
to be noticed, and the copy of the cause goes on until nothing of the trouble is left in the alert's window: otherwise
each would be told beside its cause, at its beginning or as soon as it is over. Only a service check can be held like
that, as it ends after a number of runs that is free to choose.

All parts are grouped by `env`, for which all of them ask: one group of one value. A service check has to be grouped,
and parts with groups can't be relied on beside parts without: the documentation allows it (content/en/monitors/types/
composite.md), Datadog's engineers don't (documentation#10236, #10238).

A cause that has never reported has no group, and "Datadog cannot compute a status for the composite monitor, and it
never triggers" (the same page). No expression gets around that, so somebody has to look once (docs/environments.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from components.causes import AGENT_RUNS_EVERY, declared_causes, elsewhere, noticed, remains
from components.datadog.conditions import LONGEST_SERVICE_CHECK, Query, query
from components.problems import Problem
from components.scope import Scope
from components.translation import refusals
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import ServiceCheck

EVALUATED_EVERY = 60
# Until a cause's recovery and the alert's are both seen: one evaluation each.
SPARE_SECONDS = 2 * EVALUATED_EVERY
GROUP = "env"
# The composite would have no value of its own where these show missing data.
SHOWN_MISSING = frozenset({"show_no_data", "show_and_notify_no_data"})


def beside(made: Query, causes: Sequence[Alert]) -> Query:
    """A part of the alert's composite, by group, and evaluated so late that each cause has been noticed by then.

    The query has no groups of its own, so that each of its braces is what narrows a metric.
    """
    if not causes:
        return made
    longest = max(noticed(cause.when) for cause in causes) + EVALUATED_EVERY
    text = made.text.replace("}", f"}} by {{{GROUP}}}")
    return replace(made, text=text, delay=max(made.delay or 0, -(-longest // 60) * 60))


def held(scope: Scope, alert: Alert, cause: Alert, delay: int | None) -> tuple[Query, int]:
    """The copy of a cause, and after how many minutes of silence it is unknown whether that fires."""
    assert isinstance(cause.when, ServiceCheck)
    runs = _runs(alert, delay)
    made = query(scope, replace(cause.when, successes=runs, by=(GROUP,)))
    # A warning would hold too, and nobody is woken by it: as many in a row as Datadog looks back on.
    limits = {"critical": str(cause.when.failures), "warning": str(runs), "ok": str(runs)}
    # Longer than the alert looks back: it has ended by then, if its telemetry is gone as well.
    return replace(made, thresholds=limits), -(-runs * AGENT_RUNS_EVERY // 60) + 10


def _runs(alert: Alert, delay: int | None) -> int:
    """So many successful runs in a row that nothing of the trouble is left in the alert's window."""
    return -(-(remains(alert.when) + (delay or 0) + SPARE_SECONDS) // AGENT_RUNS_EVERY)


def causes_refused(scope: Scope, alert: Alert) -> Iterator[Problem]:
    """What Datadog can't hold against each other."""
    causes = list(declared_causes(scope, alert))
    if not causes:
        return
    if problems := list(elsewhere(scope, alert)):
        yield from problems
        return
    for cause in causes:
        if not isinstance(cause.when, ServiceCheck):
            why = "ends for Datadog while this alert's window still shows its effects, and it would be sent then."
            yield Problem("depends_on", cause.name, why, "an alert on a ServiceCheck(…), which can be held for longer")
    if list(refusals("", lambda: query(scope, alert.when))):
        return  # that is told already
    made = query(scope, alert.when)
    if made.type != "query alert" or made.missing in SHOWN_MISSING:
        why = "can't silence it: Datadog can evaluate only limits on events, their share or their duration "
        why += "later than their cause."
        yield Problem("depends_on", ", ".join(alert.causes), why, "no depends_on=")
    elif alert.when.groups():
        why = f"can't silence an alert grouped by {', '.join(alert.when.groups())}: Datadog joins only equal groups."
        yield Problem("depends_on", ", ".join(alert.causes), why, "no by=, or no depends_on=")
    elif all(isinstance(cause.when, ServiceCheck) for cause in causes):
        runs = _runs(alert, beside(made, causes).delay)
        if runs > LONGEST_SERVICE_CHECK:
            why = f"would have to be held for {runs} runs after its end, until the alert's window is clear of it; "
            why += f"Datadog looks back over at most {LONGEST_SERVICE_CHECK}."
            yield Problem("depends_on", ", ".join(alert.causes), why, "a window of at most 20 minutes")
