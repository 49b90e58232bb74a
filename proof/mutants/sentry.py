"""Sentry's alerts and metric monitors, each with one setting changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from proof.mutants.change import Change, numbers, put
from proof.mutants.mutant import Mutant
from proof.sentry import alerts
from proof.sentry.judge import Watched
from proof.sentry.process import INTERVALS, TERM
from proof.unplayable import UnplayableError
from review.recorder import Declared as Resource
from review.recorder import Recording

OPPOSITES = {
    "eq": "ne",
    "ne": "eq",
    "co": "nc",
    "nc": "co",
    "sw": "nsw",
    "nsw": "sw",
    "ew": "new",
    "is": "ns",
    "ns": "is",
}
COMPARED = {"gt": ("lt", "gte"), "gte": ("lt", "gt"), "lt": ("gt", "lte"), "lte": ("gt", "lt")}
LEVELS = (10, 20, 30, 40, 50)
TRIGGERS = ("firstSeenEvent", "regressionEvent", "reappearedEvent")


def mutants(watched: Watched, recording: Recording) -> Iterator[Mutant]:
    """The alert and its metric monitor with one setting changed."""
    found = {(each.type, each.name): each for each in recording.resources}
    resource = found[alerts.ALERT, watched.alert.name]
    for change in of_alert(resource.inputs):
        yield _mutant(watched, resource, change)
    for identity in watched.alert.monitors:
        monitor = found.get((alerts.MONITOR, identity.removesuffix("-id")))
        for change in of_monitor(monitor.inputs) if monitor else ():
            yield _mutant(watched, monitor, change)  # type: ignore[arg-type]


def _mutant(watched: Watched, resource: Resource, change: Change) -> Mutant:
    changed = resource._replace(inputs=dict(change.inputs))
    try:
        if resource.type == alerts.ALERT:
            return Mutant(watched, resource.name, change, replace(watched, alert=alerts.alert(changed)))
        monitors = {**watched.declared.monitors, f"{resource.name}-id": alerts.monitor(changed)}
    except UnplayableError as why:
        return Mutant(watched, resource.name, change, None, str(why))
    return Mutant(
        watched, resource.name, change, replace(watched, declared=replace(watched.declared, monitors=monitors))
    )


def of_alert(inputs: Mapping[str, Any]) -> Iterator[Change]:
    """One alert's inputs, changed in each way."""
    (filters,) = inputs["actionFilters"]
    conditions = filters["conditions"]
    for place, each in enumerate(conditions):
        rest = [other for number, other in enumerate(conditions) if number != place]
        ((kind, settings),) = each.items()
        said = f"{kind} {' '.join(map(str, settings.values())) if isinstance(settings, dict) else settings}"
        yield Change("filter", "condition", said, "none", _filters(inputs, conditions=rest))
        for setting, before, after, new in _condition(kind, settings):
            changed = [{kind: new} if number == place else other for number, other in enumerate(conditions)]
            yield Change("threshold", f"{said}, {setting}", before, after, _filters(inputs, conditions=changed))
    yield from _triggers(inputs)
    yield from _frequency(inputs)
    actions = filters["actions"]
    for place, action in enumerate(actions):
        rest = [other for number, other in enumerate(actions) if number != place]
        ((kind, settings),) = action.items()
        key = {"slack": "channelName", "pagerduty": "serviceName", "email": "targetId"}[kind]
        yield Change("receiver", kind, settings[key], "none", _filters(inputs, actions=rest))
        other = {kind: {**settings, key: f"{settings[key]}-other"}}
        swapped = [other if number == place else each for number, each in enumerate(actions)]
        yield Change("receiver", kind, settings[key], f"{settings[key]}-other", _filters(inputs, actions=swapped))
    if not inputs.get("environment"):
        yield Change("filter", "environment", "none", "staging", put(inputs, environment="staging"))


def _filters(inputs: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    (filters,) = inputs["actionFilters"]
    return put(inputs, actionFilters=[{**filters, **settings}])


def _condition(kind: str, settings: Any) -> Iterator[tuple[str, str, str, Any]]:
    """What of a condition is changed: which setting, before, after, and the whole."""
    if kind == "issuePriorityGreaterOrEqual":
        for new in (25, 50, 75):
            if new != settings["comparison"]:
                yield "comparison", str(settings["comparison"]), str(new), {**settings, "comparison": new}
    elif kind == "level":
        for new in LEVELS:
            if new != settings["level"]:
                yield "level", str(settings["level"]), str(new), {**settings, "level": new}
        for match in {"eq", "gte", "lte"} - {settings["match"]}:
            yield "match", settings["match"], match, {**settings, "match": match}
    elif kind == "eventFrequencyCount":
        for value in numbers(str(settings["value"]), whole=True):
            yield "value", str(settings["value"]), value, {**settings, "value": int(value)}
        spans = list(INTERVALS)
        place = spans.index(settings["interval"])
        for interval in spans[max(0, place - 1) : place + 2]:
            if interval != settings["interval"]:
                yield "interval", settings["interval"], interval, {**settings, "interval": interval}
    elif match := settings.get("match"):
        yield "match", match, OPPOSITES[match], {**settings, "match": OPPOSITES[match]}


def _triggers(inputs: Mapping[str, Any]) -> Iterator[Change]:
    triggers = inputs.get("triggerConditions") or []
    has = [kind for each in triggers for kind in each]
    for kind in TRIGGERS:
        kinds = [each for each in has if each != kind] if kind in has else [*has, kind]
        before, after = (kind, "none") if kind in has else ("none", kind)
        changed = put(inputs, triggerConditions=[{each: {}} for each in kinds])
        yield Change("trigger", "triggerConditions", before, after, changed)


def _frequency(inputs: Mapping[str, Any]) -> Iterator[Change]:
    was = int(inputs["frequencyMinutes"])
    for new in {0, was // 2, 2 * was} - {was}:
        yield Change("reminder", "frequencyMinutes", str(was), str(new), put(inputs, frequencyMinutes=new))


def of_monitor(inputs: Mapping[str, Any]) -> Iterator[Change]:
    """One metric monitor's inputs, changed in each way."""
    group = inputs["conditionGroup"]
    conditions = group["conditions"]
    for place, each in enumerate(conditions):
        ends = each["conditionResult"] == 0
        kind = "recovery" if ends else "threshold"
        rest = [other for number, other in enumerate(conditions) if number != place]
        said = f"{each['type']} {each['comparison']}"
        yield Change(kind, "condition", said, "none", put(inputs, conditionGroup={**group, "conditions": rest}))
        whole = inputs["aggregate"] == "count()"
        versions: list[tuple[str, dict[str, Any]]]
        versions = [(kind, {"comparison": float(new)}) for new in numbers(str(each["comparison"]), whole=whole)]
        opposite, equal = COMPARED[each["type"]]
        versions.append(("comparison", {"type": opposite}))
        if whole:  # a share is never just the limit
            versions.append(("strictness", {"type": equal}))
        for of, settings in versions:
            new = {**each, **settings}
            changed = [new if number == place else other for number, other in enumerate(conditions)]
            after = f"{new['type']} {new['comparison']:g}"
            yield Change(of, "condition", said, after, put(inputs, conditionGroup={**group, "conditions": changed}))
    window = int(inputs["timeWindowSeconds"])
    for seconds in (window // 2, 2 * window):
        yield Change("window", "timeWindowSeconds", str(window), str(seconds), put(inputs, timeWindowSeconds=seconds))
    terms = [found[0] for found in TERM.finditer(inputs["query"])]
    for term in terms:
        others = " ".join(each for each in terms if each != term)
        yield Change("filter", "query", term, "none", put(inputs, query=others))
