"""What a person who is told by Sentry reads."""

from __future__ import annotations

from components.scope import Scope
from components.vocabulary.alerts import Alert


def alert_name(scope: Scope, alert: Alert) -> str:
    """`[production] Tikit: P0 Fatal error`; Sentry has no field for a severity."""
    return scope.title(f"{alert.severity.name} {alert.title}")


def notes(scope: Scope, alert: Alert) -> str:
    """The text that Sentry adds to a message in a channel."""
    summary = scope.summary(alert, lambda name: name)
    severity = alert.severity
    return (
        f"{summary} First: {alert.runbook} {severity}, answer within {severity.answer_within}. "
        f"Owner: {scope.product.team}. {scope.managed(alert.rows)} Runbook: {scope.runbook(alert)}"
    )
