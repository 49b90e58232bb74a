"""Mutants that nothing can tell from what ships, each with the reason; one that explains nothing is an error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.conditions import BudgetBurns, CheckFails
from components.vocabulary.thresholds import Threshold
from proof.datadog import judge as datadog
from proof.datadog.states import comparison
from proof.grafana import play as grafana
from proof.mutants.change import LARGER
from proof.mutants.mutant import Mutant
from proof.sentry import judge as sentry
from proof.truth import MINUTE


@dataclass(frozen=True)
class Equivalent:
    """Which mutants, by what is true of them, and why they do the same as what ships."""

    name: str
    reason: str
    of: Callable[[Mutant], bool]


def _one_priority(mutant: Mutant) -> bool:
    watched = mutant.watched
    if not isinstance(watched, sentry.Watched) or not mutant.change.setting.startswith("issuePriority"):
        return mutant.change.setting == "condition" and mutant.change.before.startswith("issuePriority")
    return len({result for each in watched.alert.monitors for _, _, result in _levels(watched, each) if result}) == 1


def _levels(watched: sentry.Watched, identity: str) -> Sequence[tuple[str, float, int]]:
    monitor = watched.declared.monitors.get(identity)
    return monitor.levels if monitor else ()


def _once_per_issue(mutant: Mutant) -> bool:
    watched = mutant.watched
    return (
        isinstance(watched, sentry.Watched)
        and mutant.change.setting == "frequencyMinutes"
        and watched.alert.triggers == {"new"}
    )


def _behind_a_gate(mutant: Mutant) -> bool:
    """A part of a composite, of which another is how many events there have to be in the same window."""
    watched = mutant.watched
    if not isinstance(watched, datadog.Watched) or mutant.change.setting != "onMissingData":
        return False
    gates = [each for each in watched.declared.parts(watched.monitor) if comparison(each) in (">=", ">")]
    return any(each.name.endswith("-traffic") for each in gates)


def _kept_by_the_index(mutant: Mutant) -> bool:
    """A term of a log search that the index has as well."""
    watched = mutant.watched
    if not isinstance(watched, datadog.Watched) or mutant.change.setting != "search":
        return False
    indexes = [each for name, each in watched.declared.indexes.items() if f'index("{name}")' in watched.monitor.text]
    return bool(indexes) and all(mutant.change.before in each.takes.split() for each in indexes)


def _none_is_within(mutant: Mutant) -> bool:
    """A count above a limit, of which nothing is evaluated as zero."""
    watched, change = mutant.watched, mutant.change
    return (
        isinstance(watched, datadog.Watched)
        and (change.setting, change.before, change.after) == ("onMissingData", "default", "resolve")
        and watched.monitor.counts
        and comparison(watched.monitor) == ">"
    )


def _has_it_anyway(mutant: Mutant) -> bool:
    """A limit of a service check that is 1, taken out."""
    change, watched = mutant.change, mutant.watched
    checks = isinstance(watched, datadog.Watched) and isinstance(watched.truth.when, ServiceCheck)
    return checks and (change.setting, change.before, change.after) in (("warning", "1", "none"), ("ok", "1", "none"))


def _memory(mutant: Mutant) -> bool:
    rule = mutant.spoilt.rule if isinstance(mutant.spoilt, grafana.Watched) else None
    return bool(rule) and mutant.change.setting == "range of results" and mutant.change.before.startswith("[6h:")


def _of_checks(mutant: Mutant) -> bool:
    """Whether the alert is on a check at Grafana, or what it depends on is."""
    watched = mutant.watched
    if not isinstance(watched, grafana.Watched):
        return False
    return any(isinstance(each.when, CheckFails) for each in (watched.truth, *watched.truth.causes))


def _last_result(mutant: Mutant) -> bool:
    return mutant.change.setting == "range" and _of_checks(mutant)


def _succeeds_or_not(mutant: Mutant) -> bool:
    change, checked = mutant.change, isinstance(mutant.watched.truth.when, CheckFails)
    limits = checked or change.setting == "limit of < 1"  # that of a cause
    return (
        _of_checks(mutant) and limits and change.kind == "threshold" and (change.before, change.after) == ("1", "0.8")
    )


def _one_check(mutant: Mutant) -> bool:
    grouped = mutant.change.kind == "grouping" and mutant.vendor == "grafana"
    if not grouped:
        return False
    truth = mutant.watched.truth
    checks = [each.checks for each in (truth, *truth.causes) if each.checks]  # each has a query of its own
    return bool(checks) and all(len(each) == 1 for each in checks) and mutant.change.before in ("job", "instance")


def _nothing_divided(mutant: Mutant) -> bool:
    change = mutant.change
    return mutant.vendor == "grafana" and (change.setting, change.after) == ("limit of > 0", "1")


def _between(mutant: Mutant) -> bool:
    """The step that tells beyond from over, at a number that the query lets through neither way."""
    truth, change = mutant.watched.truth, mutant.change
    steps = change.setting.endswith(", evaluator") or change.setting.startswith(("limit of > bool", "limit of < bool"))
    if mutant.vendor != "grafana" or not steps or change.kind != "threshold" or not isinstance(truth.when, Threshold):
        return False
    limit = float(truth.when.critical.to(truth.when.signal.unit))
    ends = limit if truth.recovery is None else truth.recovery
    return float(change.before) == limit and min(limit, ends) <= float(change.after) <= max(limit, ends)


def _always_a_value(mutant: Mutant) -> bool:
    return mutant.vendor == "grafana" and mutant.watched.truth.silence and mutant.change.setting == "noDataState"


def _few_samples(mutant: Mutant) -> bool:
    """So many of the last evaluations in place of so many in a row, where that is five minutes at most."""
    asked = mutant.change.setting == "lasting" and mutant.change.before.split()[0] == mutant.change.after.split()[0]
    return mutant.vendor == "grafana" and asked and mutant.watched.truth.lasting <= 5 * MINUTE


def _flaps_end(mutant: Mutant) -> bool:
    """The same of a rule that notifies others later: what comes and goes never lasts that long."""
    asked = mutant.change.setting == "lasting" and mutant.change.before.split()[0] == mutant.change.after.split()[0]
    return mutant.vendor == "grafana" and asked and mutant.resource.endswith("-late")


def _two_samples(mutant: Mutant) -> bool:
    change = mutant.change
    return mutant.vendor == "grafana" and (change.setting, change.before, change.after) == ("range", "[2m]", "[1m]")


def _waits_for_a_cause(mutant: Mutant) -> bool:
    """The same of the evaluations for which an alert waits for its cause."""
    truth, change = mutant.watched.truth, mutant.change
    looks = truth.waits // MINUTE if isinstance(mutant.watched, grafana.Watched) and truth.waits <= 5 * MINUTE else 0
    return (change.setting, change.before, change.after) == (
        "range of results",
        f"[{looks}m:1m]",
        f"[{2 * looks}m:1m]",
    )


def _slices(mutant: Mutant) -> bool:
    """A budget of minutes: of what a slice is, and of how many of them, all but whether they are good or bad."""
    when, change = mutant.watched.truth.when, mutant.change
    sliced = isinstance(when, BudgetBurns) and isinstance(when.objective.good, Threshold)
    if mutant.vendor != "grafana" or not sliced:
        return False
    return (change.setting == "range" and change.before == "[2m]") or (
        change.kind == "threshold" and change.setting in ("limit of <= 6", "limit of > 6")
    )


def _few_probes(mutant: Mutant) -> bool:
    """A burn rate of checks of which the failing probes that are asked for are far more than the budget."""
    truth, change = mutant.watched.truth, mutant.change
    when = truth.when
    if mutant.vendor != "grafana" or not isinstance(when, BudgetBurns) or not truth.checks:
        return False
    probes = when.within.seconds / truth.interval(truth.checks[0]) * len(truth.scope.environment.probe_from)
    budget, rate = truth.burn
    limits = change.kind == "threshold" and not change.setting.startswith("limit of >= ")
    return limits and truth.gate / probes > budget * rate * LARGER


def _two_rounds(mutant: Mutant) -> bool:
    truth, change = mutant.watched.truth, mutant.change
    burns = mutant.vendor == "grafana" and isinstance(truth.when, BudgetBurns) and bool(truth.checks)
    return burns and change.setting == "range" and change.before == f"[{truth.short // MINUTE}m]"


def _one_environment_twice(mutant: Mutant) -> bool:
    """A part of a composite whose parts all ask for one environment and are grouped by it, without one of both."""
    watched, change = mutant.watched, mutant.change
    if not isinstance(watched, datadog.Watched) or change.after != "none":
        return False
    parts = watched.declared.parts(watched.monitor)
    grouped = bool(parts) and all(" by {env}" in each.text or '.by("env")' in each.text for each in parts)
    environment = watched.truth.scope.environment
    return grouped and change.before.strip('"') in ("env", f"env:{environment.name}")


EQUIVALENT = (
    Equivalent(
        "how long a query remembers",
        "what the query forgets, the rule keeps: without data its state doesn't change (KeepLast)",
        _memory,
    ),
    Equivalent(
        "how far back a check's last result is looked for",
        "there is always a more recent one, and without any the rule keeps its state",
        _last_result,
    ),
    Equivalent(
        "a limit between failing and succeeding",
        "a check succeeds from somewhere (1) or from nowhere (0): nothing lies between",
        _succeeds_or_not,
    ),
    Equivalent(
        "one environment, twice",
        "a composite has the groups that all its parts have: one part may forget the environment or the group",
        _one_environment_twice,
    ),
    Equivalent("groups of one check", "the query asks for one check, which has one job and one instance", _one_check),
    Equivalent(
        "guard of a division by nothing",
        "a single event in the window says nothing about a share; the gate requires more of them",
        _nothing_divided,
    ),
    Equivalent(
        "threshold step between limit and recovery",
        "the query lets through what is beyond the limit or over; the step separates these at any number between",
        _between,
    ),
    Equivalent(
        "no data on silence",
        "the query of an alert on silence has a value when nothing is received",
        _always_a_value,
    ),
    Equivalent(
        "in a row, or as many of twice as long",
        "with a sample a minute, a few in a row can't be distinguished from as many out of a few more",
        _few_samples,
    ),
    Equivalent(
        "in a row, before others are notified",
        "whichever way it is counted, what comes and goes ends before others are notified",
        _flaps_end,
    ),
    Equivalent(
        "two samples or one",
        "with a sample a minute, two minutes show what one does, for a minute longer: less than cases can detect",
        _two_samples,
    ),
    Equivalent(
        "in a row, while its cause may be noticed",
        "with a sample a minute, a few in a row can't be distinguished from as many out of a few more",
        _waits_for_a_cause,
    ),
    Equivalent(
        "slices of a budget",
        "a case's slices are all good or all bad: a share between the two numbers passes within the tolerance",
        _slices,
    ),
    Equivalent(
        "budget below the probes asked for",
        "so many probes have to fail that the budget's limit is passed long before: it decides nothing here",
        _few_probes,
    ),
    Equivalent(
        "two rounds of probes",
        "that window is two rounds of probes long, and an alert on probes may differ by a round",
        _two_rounds,
    ),
    Equivalent(
        "priority of a monitor with one",
        "the metric monitor gives its issue one priority only, so every breach reaches the minimum that is asked for",
        _one_priority,
    ),
    Equivalent(
        "highest level",
        "Sentry has no level above fatal, so at least fatal and fatal are the same",
        lambda it: it.vendor == "sentry" and it.change.setting.startswith("level 50") and it.change.after == "eq",
    ),
    Equivalent(
        "missing data behind a gate",
        "a gate closes before its window is empty, which ends the composite; what its parts do then changes nothing",
        _behind_a_gate,
    ),
    Equivalent(
        "search that the index repeats",
        "the log index accepts only lines with this term, so the search needn't ask for it",
        _kept_by_the_index,
    ),
    Equivalent(
        "nothing is zero",
        "by default a count of nothing is zero, which is within the limit: it ends the alert, as resolving does",
        _none_is_within,
    ),
    Equivalent("limit of one report", "Datadog assumes one report for a limit that isn't given", _has_it_anyway),
    Equivalent("frequency of what is new", "an issue is new once, so nothing is sent twice anyway", _once_per_issue),
)


def reason_for(mutant: Mutant) -> Equivalent | None:
    """Why a mutant that survives can't be told from what ships; None where nobody has said."""
    return next((each for each in EQUIVALENT if each.of(mutant)), None)
