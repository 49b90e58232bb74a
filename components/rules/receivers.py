"""Rules on who is told, and who isn't."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.rule import Finding, of_scope
from components.scope import Scope
from components.vocabulary.people import Severity, Slack

PAGES = "prod"  # how the name of an environment begins in which people are told as the products declare


@of_scope('`notify: { slack: "#{product}-staging" }` in the stack file, with a channel of its own.', excusable=False)
def staging_can_page(scope: Scope) -> Iterator[Finding]:
    """What is tried out in staging must not wake anybody, nor fill the channel that those on call watch."""
    environment = scope.environment
    if environment.name.startswith(PAGES):
        return
    instead = f'{{ slack: "#{{product}}-{environment.name}" }}'
    if environment.notify is None:
        why = f"would page people for what happens in {environment.name}."
        yield Finding(environment, "notify", "as-declared", why, instead)
        return
    told = environment.notify.of(scope.product.name)
    for severity in scope.product.severities:
        if isinstance(told, Slack) and severity.wakes and told in severity.receivers:
            why = f"is where {severity} of {scope.product.title} goes in production: people would answer to staging."
            yield Finding(environment, "notify", str(told), why, instead)


@of_scope("A severity without escalation for alerts on errors; PagerDuty's own policy can escalate them.")
def receiver_unreachable(scope: Scope) -> Iterator[Finding]:
    """Whoever is told only by an escalation is never told of an alert at Sentry, which tells at once or not at all."""
    late: dict[str, tuple[Severity, list[str]]] = {}
    for alert in scope.alerts_at("errors"):
        missed = [each for each in scope.escalated(alert.severity) if each not in scope.told(alert)]
        if missed:
            late.setdefault(alert.severity.name, (alert.severity, []))[1].append(alert.name)
    for severity, names in late.values():
        value = ", ".join(map(str, scope.escalated(severity)))
        why = f"is never told of {', '.join(names)} in {scope.environment.name}: Sentry's alerts don't escalate."
        yield Finding(severity, "escalate_to", value, why, "a severity that tells them at once, for these alerts")
