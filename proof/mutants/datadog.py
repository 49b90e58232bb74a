"""Datadog's monitors and objectives, each with one setting changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from components.datadog.language.query import QueryError
from proof.datadog import monitors
from proof.datadog.judge import Watched
from proof.datadog.messages import HANDLE
from proof.datadog.monitors import MISSING
from proof.mutants.change import NUMBER, OTHERWISE, Change, durations, numbers, put, spliced
from proof.mutants.mutant import Mutant
from proof.unplayable import UnplayableError
from review.recorder import Declared as Resource
from review.recorder import Recording
from sandbox.vendors import datadog_facts as facts

LIMIT = re.compile(rf"\s(>=|<=|>|<)\s*({NUMBER})\s*$")
WINDOW = re.compile(r"(?P<before>(?:last_|\.last\(\"|window\(\"))(?P<amount>\d+)(?P<unit>[mhdw])")
SCOPE = re.compile(r"(?<=[\w*])\{(?P<terms>[^{}]+)\}")
BY = re.compile(r" by \{(?P<tags>[^{}]+)\}")
SEARCH = re.compile(r"(?<=logs\(\")(?P<terms>(?:[^\"\\]|\\.)*)")
LISTED = re.compile(r"\.(?P<step>over|by)\((?P<texts>[^()]*)\)")
TERM = re.compile(r'\\"[^"]*\\"|-?@?[\w.]+:\([^()]*\)|\([^()]*\)|[^\s"(),]+')
CONDITION = re.compile(r"\{\{([#/])(is_\w+)\}\}")


def mutants(watched: Watched, recording: Recording) -> Iterator[Mutant]:
    """Every monitor that the alert is made of, and its objectives, with one setting changed."""
    found = {each.name: each for each in recording.resources if each.type in (facts.MONITOR, facts.SLO)}
    numbered = {name: str(1000 + place) for place, name in enumerate(_monitors(recording))}
    whole = (watched.monitor, *watched.declared.parts(watched.monitor))
    for each in whole:
        resource = found[each.name]
        for change in of_monitor(resource.inputs, watched.channels):
            yield _mutant(watched, resource, change, numbered)
    texts = " ".join(each.text for each in whole)
    for key in watched.declared.objectives:
        if f'"{key}"' in texts:
            resource = found[key.removesuffix("-id")]
            for change in of_objective(resource.inputs):
                yield _mutant(watched, resource, change, numbered)


def _monitors(recording: Recording) -> list[str]:
    return list({each.name: None for each in recording.resources if each.type == facts.MONITOR})


def _mutant(watched: Watched, resource: Resource, change: Change, numbered: Mapping[str, str]) -> Mutant:
    changed = resource._replace(inputs=dict(change.inputs))
    declared = watched.declared
    try:
        if resource.type == facts.SLO:
            objectives = {f"{resource.name}-id": monitors.objective(resource.name, changed.inputs)}
            spoilt = replace(watched, declared=replace(declared, objectives={**declared.objectives, **objectives}))
            return Mutant(watched, resource.name, change, spoilt)
        read = monitors.monitor(changed, numbered)
    except (UnplayableError, QueryError) as why:
        return Mutant(watched, resource.name, change, None, str(why))
    named = {name: read if each.name == read.name else each for name, each in declared.monitors.items()}
    spoilt = replace(watched, declared=replace(declared, monitors=named))
    return Mutant(watched, resource.name, change, replace(spoilt, monitor=named[watched.monitor.name]))


def of_monitor(inputs: Mapping[str, Any], channels: Collection[str] = ()) -> Iterator[Change]:
    """One monitor's inputs, changed in each way."""
    yield from _limits(inputs)
    yield from _query(inputs)
    if inputs["type"] == "composite":
        yield from _composite(inputs)
    yield from _silence(inputs)
    yield from _told(inputs, channels)


def _limits(inputs: Mapping[str, Any]) -> Iterator[Change]:
    text, limits = inputs["query"], inputs.get("monitorThresholds") or {}
    counts = inputs["type"] in ("log alert", "service check") or (".as_count()" in text and " / " not in text)
    if found := LIMIT.search(text):
        sign, limit = found[1], found[2]
        for new in numbers(limit, whole=counts):
            thresholds = {**limits, "critical": new}
            changed = put(inputs, query=spliced(text, found, f" {sign} {new}"), monitorThresholds=thresholds)
            yield Change("threshold", "critical threshold", limit, new, changed)
        for new in OTHERWISE[sign]:
            changed = put(inputs, query=spliced(text, found, f" {new} {limit}"))
            if new[0] != sign[0]:
                yield Change("comparison", "comparison", sign, new, changed)
            elif counts:  # a share or a level is never just the limit
                yield Change("strictness", "comparison", sign, new, changed)
    elif "critical" in limits:
        yield from _limit(inputs, "critical", whole=counts)
    for name in sorted(set(limits) - {"critical"}):
        without = {key: value for key, value in limits.items() if key != name}
        yield Change(_kind(name), name, limits[name], "none", put(inputs, monitorThresholds=without))
        if name.endswith("Recovery"):
            at = limits[name.removesuffix("Recovery")]
            yield Change(_kind(name), name, limits[name], at, put(inputs, monitorThresholds={**limits, name: at}))
        else:
            yield from _limit(inputs, name, whole=counts)


def _limit(inputs: Mapping[str, Any], name: str, *, whole: bool) -> Iterator[Change]:
    limits = inputs["monitorThresholds"]
    for new in numbers(limits[name], whole=whole):
        yield Change(_kind(name), name, limits[name], new, put(inputs, monitorThresholds={**limits, name: new}))


def _kind(name: str) -> str:
    return "recovery" if name.endswith("Recovery") or name == "ok" else "warning" if name == "warning" else "threshold"


def _query(inputs: Mapping[str, Any]) -> Iterator[Change]:
    """Windows, scopes, groups and searches, each occurrence by itself."""
    text = inputs["query"]
    for found in WINDOW.finditer(text):
        for amount, unit in durations(found["amount"], found["unit"]):
            before, after = f"{found['amount']}{found['unit']}", f"{amount}{unit}"
            changed = spliced(text, found, f"{found['before']}{after}")
            setting = f"window of {found['before'].strip('._(') or 'the query'}".replace('("', "")
            yield Change("window", setting, before, after, put(inputs, query=changed))
    yield from _scopes(inputs, "query", text)
    for found in SEARCH.finditer(text):
        for term in TERM.finditer(found["terms"]):
            rest = " ".join(each[0] for each in TERM.finditer(found["terms"]) if each.start() != term.start())
            without = put(inputs, query=spliced(text, found, rest))
            yield Change("filter", "search", term[0].replace("\\", ""), "none", without)
    for found in LISTED.finditer(text) if inputs["type"] == "service check" else ():
        texts = [each.strip() for each in found["texts"].split(",") if each.strip()]
        for each in texts:
            rest = ",".join(other for other in texts if other != each)
            rest = rest or ('"*"' if found["step"] == "over" else "")
            kind = "filter" if found["step"] == "over" else "grouping"
            without = put(inputs, query=spliced(text, found, f".{found['step']}({rest})"))
            yield Change(kind, found["step"], each, "none", without)


def _scopes(inputs: Mapping[str, Any], key: str, text: str) -> Iterator[Change]:
    for found in SCOPE.finditer(text):
        for term in _terms(found["terms"]):
            joint = " AND " if " AND " in found["terms"] else ","
            rest = joint.join(each for each in _terms(found["terms"]) if each != term) or "*"
            changed = put(inputs, **{key: spliced(text, found, f"{{{rest}}}")})
            metric = text[: found.start()].rpartition(":")[2].rpartition(" ")[2]
            yield Change("filter", f"scope of {metric}", term, "none", changed)
    for found in BY.finditer(text):
        tags = [each.strip() for each in found["tags"].split(",")]
        for tag in tags:
            rest = ",".join(each for each in tags if each != tag)
            changed = put(inputs, **{key: spliced(text, found, f" by {{{rest}}}" if rest else "")})
            yield Change("grouping", "by", tag, "none", changed)


def _terms(terms: str) -> list[str]:
    if " AND " in terms:
        return [each.strip() for each in terms.split(" AND ")]
    return [each.strip() for each in terms.split(",")]


def _composite(inputs: Mapping[str, Any]) -> Iterator[Change]:
    text = inputs["query"]
    parts = text.split(" && ")
    for part in parts:
        rest = " && ".join(each for each in parts if each != part)
        yield Change("gate", "parts", part.removesuffix("-id"), "none", put(inputs, query=rest))
    yield Change("gate", "parts", "&&", "||", put(inputs, query=text.replace("&&", "||")))


def _silence(inputs: Mapping[str, Any]) -> Iterator[Change]:
    if "onMissingData" in inputs:
        was = inputs["onMissingData"]
        for new in sorted(MISSING - {was, ""}):
            yield Change("missing data", "onMissingData", was, new, put(inputs, onMissingData=new))
    if inputs.get("notifyNoData"):
        yield Change("missing data", "notifyNoData", "true", "false", put(inputs, notifyNoData=False))
        if was := inputs.get("noDataTimeframe"):
            changed = put(inputs, noDataTimeframe=2 * was)
            yield Change("missing data", "noDataTimeframe", str(was), str(2 * was), changed)


def _told(inputs: Mapping[str, Any], channels: Collection[str]) -> Iterator[Change]:
    for key in ("message", "escalationMessage"):
        text = inputs.get(key, "")
        for found in HANDLE.finditer(text):
            handle = found[0]
            other = next((each for each in sorted(channels) if each not in text), "@nobody@example.com")
            for new in ("", other):
                changed = put(inputs, **{key: spliced(text, found, new)})
                yield Change("receiver", f"{key}, {_within(text, found.start())}", handle, new or "none", changed)
    if was := inputs.get("renotifyInterval"):
        without = put(inputs, renotifyInterval=None, renotifyStatuses=None, escalationMessage=None)
        yield Change("reminder", "renotifyInterval", str(was), "none", without)
        yield Change("reminder", "renotifyInterval", str(was), str(2 * was), put(inputs, renotifyInterval=2 * was))
    if inputs.get("escalationMessage"):
        yield Change("reminder", "escalationMessage", "as it is", "none", put(inputs, escalationMessage=None))


def _within(text: str, at: int) -> str:
    """The block of a message that a place is in."""
    inside: list[str] = []
    for found in CONDITION.finditer(text[:at]):
        inside = [*inside, found[2]] if found[1] == "#" else inside[:-1]
    return " ".join(inside) or "always"


def of_objective(inputs: Mapping[str, Any]) -> Iterator[Change]:
    """One objective's inputs, changed in each way: its budget, its limit, what it counts."""
    (threshold,) = inputs["thresholds"]
    target = float(threshold["target"])
    for new in numbers(f"{100 - target:.10g}", whole=False):
        changed = put(inputs, thresholds=[{**threshold, "target": 100 - float(new)}])
        yield Change("threshold", "target", f"{target:g}", f"{100 - float(new):g}", changed)
    if inputs["type"] == "metric":
        for part in ("numerator", "denominator"):
            for change in _scopes(inputs["query"], part, inputs["query"][part]):
                yield replace(change, inputs=put(inputs, query=change.inputs))
        return
    specified = inputs["sliSpecification"]
    slices = specified["timeSlice"]
    for new in numbers(f"{slices['threshold']}", whole=False):
        changed = put(inputs, sliSpecification={**specified, "timeSlice": {**slices, "threshold": float(new)}})
        yield Change("threshold", "limit of a slice", str(slices["threshold"]), new, changed)
    for new in OTHERWISE[slices["comparator"]]:
        changed = put(inputs, sliSpecification={**specified, "timeSlice": {**slices, "comparator": new}})
        if new[0] != slices["comparator"][0]:
            yield Change("comparison", "comparator of a slice", slices["comparator"], new, changed)
    for place, query in enumerate(slices["query"]["queries"]):
        for change in _scopes(query["metricQuery"], "query", query["metricQuery"]["query"]):
            queries = [*slices["query"]["queries"]]
            queries[place] = {**query, "metricQuery": change.inputs}
            asked = {**slices, "query": {**slices["query"], "queries": queries}}
            yield replace(change, inputs=put(inputs, sliSpecification={**specified, "timeSlice": asked}))
