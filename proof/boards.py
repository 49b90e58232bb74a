"""All panels of all stacks, drawn of a made-up day, and when each product's alerts fire on it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from components.catalogue import scopes
from components.scope import Scope
from proof.datadog import monitors
from proof.datadog import panels as datadog
from proof.datadog.truth import DatadogTruth
from proof.everything import Proof
from proof.grafana import panels as grafana
from proof.panels import Panels, day
from proof.truth import Truth
from review.recorder import ROOT


def truths(scope: Scope) -> list[Truth]:
    """What is watched of a product's telemetry and checks; what only Sentry sees has no series."""
    own = DatadogTruth if scope.product.telemetry == "datadog" else Truth
    telemetry = [own(scope, alert) for alert in scope.alerts_at("telemetry")]
    return [*telemetry, *(Truth(scope, alert) for alert in scope.alerts_at("checks"))]


def draw_all(proof: Proof, command: Path, products: Collection[str] = (), root: Path = ROOT) -> Panels:
    """Every panel that the stacks declare (of some products, if these are named), and what is wrong with any.

    `command` evaluates PromQL and LogQL.
    """
    found, days, known = Panels(), [], datadog.Known()
    for stack, recording in proof.recordings.items():
        declared = proof.monitors.get(stack) or monitors.declared(recording)
        for scope in scopes(stack, root):
            if products and scope.product.name not in products:
                continue
            made = day(stack, scope, truths(scope))
            days.append((made, recording))
            datadog.draw(found, made, recording, declared, known)
            grafana.lists(found, made, recording)
    grafana.draw(found, days, command)
    return found
