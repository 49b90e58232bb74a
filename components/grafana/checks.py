"""Checks as Grafana Cloud synthetic monitoring checks."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor
from pulumiverse_grafana import syntheticmonitoring

from components.credentials import failed
from components.problems import Problem, nearest, report
from components.scope import Scope
from components.vendor import VendorMonitoring
from components.vocabulary.checks import Check
from components.vocabulary.renames import identity

_PROBES: WeakKeyDictionary[object, Mapping[str, int]] = WeakKeyDictionary()  # by the engine's connection of each run


def job(scope: Scope, check: Check) -> str:
    """The `job` label of everything a check measures; it says which environment it is."""
    return f"{identity(scope.product)}-{identity(check)}-{scope.environment.name}"


def of_job(scope: Scope, check: Check) -> str:
    """What chooses the series of a check."""
    return f'{{job="{job(scope, check)}"}}'


def declare_check(component: VendorMonitoring, check: Check, probes: list[int]) -> syntheticmonitoring.Check:
    """Create the check. Its alerts are rules of ours: those that Grafana makes go where the root policy says."""
    scope = component.scope
    made = syntheticmonitoring.Check(
        scope.logical(f"check-{check.name}"),
        job=job(scope, check),
        target=scope.url(check),
        frequency=int(scope.interval(check).to("milliseconds")),
        timeout=int(check.timeout.to("milliseconds")),
        probes=probes,
        enabled=True,
        basic_metrics_only=True,
        alert_sensitivity="none",
        labels=scope.labels() | {"managed_by": "pulumi"},
        settings=syntheticmonitoring.CheckSettingsArgs(
            http=syntheticmonitoring.CheckSettingsHttpArgs(
                method="GET",
                valid_status_codes=[check.status],
                fail_if_not_ssl=True,
                fail_if_body_not_matches_regexps=[check.body] if check.body else None,
            )
        ),
        opts=component.child(),
    )
    return component.answer(check.rows, made)


def known_probes() -> Mapping[str, int]:
    """Grafana's probe locations by name, looked up once per run of the program.

    At once, not as an output: within one, a refusal could not be told from a failure. Raises RunError, in one line.
    """
    run = get_monitor()
    if run not in _PROBES:
        try:
            _PROBES[run] = syntheticmonitoring.get_probes(filter_deprecated=True).probes
        except Exception as error:  # noqa: BLE001  # the SDK raises a bare one for whatever the provider answers
            raise pulumi.RunError(failed("grafana", "probe locations", error)) from None
    return _PROBES[run]


def probe_ids(scope: Scope, known: Mapping[str, int]) -> list[int]:
    """Probe locations by number. Raises RunError for names that Grafana doesn't have (any more)."""
    unknown = [
        Problem("probe-from", name, "isn't one of Grafana Cloud's probe locations.", nearest(name, known), "stack file")
        for name in scope.environment.probe_from
        if name not in known
    ]
    if unknown:
        raise pulumi.RunError(report(unknown))
    return [known[name] for name in scope.environment.probe_from]
