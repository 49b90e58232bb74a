"""Rules on who is told, and who isn't."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.rule import Finding, of_product, of_scope
from components.scope import Scope
from components.vocabulary.people import Slack
from components.vocabulary.product import Product

PAGES = "prod"  # how the name of an environment begins in which people are told as the products declare


@of_scope('`notify: { slack: "#{product}-staging" }` in the stack file, with a channel of its own.')
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


@of_product("A severity without escalation for alerts on errors; PagerDuty's own policy can escalate them.")
def receiver_unreachable(product: Product) -> Iterator[Finding]:
    """Whoever is told only by an escalation is never told of an alert at Sentry, which tells at once or not at all."""
    for severity in product.severities:
        alerts = [alert for alert in product.alerts_at("errors") if alert.severity == severity]
        for receiver in severity.escalated:
            names = [alert.name for alert in alerts if receiver not in alert.receivers]
            if names:
                why = f"is never told of {', '.join(names)}: Sentry's alerts don't escalate."
                instead = "a severity that tells it at once, for these alerts"
                yield Finding(severity, "escalate_to", str(receiver), why, instead)
