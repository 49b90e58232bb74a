"""Rules on who is notified, and who isn't."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.rule import Finding, of_product, of_scope
from components.scope import Scope
from components.vocabulary.people import Slack
from components.vocabulary.product import Product

PAGES = "prod"  # how the name of an environment begins in which people are told as the products declare


@of_scope('`notify: { slack: "#{product}-staging" }` in the stack file, with a separate channel.')
def staging_can_page(scope: Scope) -> Iterator[Finding]:
    """What is tried out in staging must not page anyone or flood the on-call channel."""
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
            why = f"gets {severity} of {scope.product.title} in production: people would respond to staging."
            yield Finding(environment, "notify", str(told), why, instead)


@of_product("For alerts on errors a severity without escalation; PagerDuty's own policy can escalate them.")
def receiver_unreachable(product: Product) -> Iterator[Finding]:
    """Receivers notified only by escalation never hear of Sentry alerts: Sentry notifies at once or not at all."""
    for severity in product.severities:
        alerts = [alert for alert in product.alerts_at("errors") if alert.severity == severity]
        for receiver in severity.escalated:
            names = [alert.name for alert in alerts if receiver not in alert.receivers]
            if names:
                why = f"is never notified of {', '.join(names)}: Sentry alerts don't escalate."
                instead = "a severity that notifies it at once, for these alerts"
                yield Finding(severity, "escalate_to", str(receiver), why, instead)
