"""What Grafana Cloud doesn't offer, found before anything is sent there. Source: its API and provider references."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from components.scope import Scope
from components.vocabulary.quantities import hours, minutes, seconds

LONGEST_UID = 40
LONGEST_LABEL = 32
INTERVALS = (seconds(1), hours(1))
TIMEOUTS = (seconds(1), minutes(3))


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Grafana that Grafana would refuse."""
    product = scope.product
    on_metrics = product.alerts_at("telemetry") if product.telemetry == "grafana" else ()
    for alert in (*product.alerts_at("checks"), *on_metrics):
        uid = scope.slug(f"{alert.name}-late" if alert.severity.escalate_after else alert.name)
        if len(uid) > LONGEST_UID:
            why = f"makes the rule's uid {uid!r} {len(uid)} characters long; Grafana takes {LONGEST_UID}."
            yield Problem("name", alert.name, why, "a shorter name", item=f"alert {alert.name!r}")
    for check in product.checks:
        label = f"check {check.name!r}"
        for name, length, (shortest, longest) in (
            ("every", scope.interval(check), INTERVALS),
            ("timeout", check.timeout, TIMEOUTS),
        ):
            if length < shortest or longest < length or length.to("milliseconds") % 1:
                why = f"is outside of what Grafana's checks take ({shortest} to {longest})."
                yield Problem(name, str(length), why, f"{shortest} to {longest}", item=label)
    for name, value in scope.labels().items():
        if len(value.encode()) > LONGEST_LABEL:
            why = f"is longer than the {LONGEST_LABEL} bytes of a check's label."
            yield Problem(name, value, why, "a shorter name", item="product")
