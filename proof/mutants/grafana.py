"""Grafana's rules and contact points, each with one setting changed.

A limit, a window or a filter stands in a rule's queries several times: all of them are changed at once, as a component
would write it, and the threshold step by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from proof.grafana.play import Watched
from proof.grafana.rules import CONTACT, GROUP, Declared, Rule, rule_of
from proof.mutants.change import NUMBER, OTHERWISE, Change, durations, numbers, put
from proof.mutants.mutant import Mutant
from proof.unplayable import UnplayableError
from review.recorder import Recording

COMPARED = re.compile(rf"(?P<sign>>=|<=|>|<)(?P<bool> bool)? (?P<limit>{NUMBER})(?![\w.])")
BUDGET = re.compile(rf"/ (?P<limit>{NUMBER})(?![\w.])")
RANGE = re.compile(r"\[(?P<amount>\d+)(?P<unit>[smhdw])(?P<step>:\d+[smh])?\]")
LASTING = re.compile(r"\[(?P<span>\d+)s:(?P<step>1m)\]\) >= (?P<number>\d+)(?![\w.])")
SELECTOR = re.compile(r"(?P<metric>[A-Za-z_:][\w:]*)?\{(?P<matchers>[^{}]*)\}")
MATCHER = re.compile(r'\w+\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"')
STAGE = re.compile(
    r' \| (?P<term>\w+(?:=~|!=|=)"(?:[^"\\]|\\.)*"|\w+ (?:>=|<=|>|<) [\d.]+)| \|[=~] `[^`]*`| \|[=~] "[^"]*"'
)
BY = re.compile(r"\b(?P<word>by|without) \((?P<labels>[^()]*)\)")
STATES = {
    "noDataState": ("Alerting", "NoData", "OK", "KeepLast"),
    "execErrState": ("Alerting", "Error", "OK", "KeepLast"),
}
OPPOSITE = {"gt": "lt", "lt": "gt"}


def mutants(watched: Watched, recording: Recording, declared: Declared) -> Iterator[tuple[Mutant, Declared]]:
    """The rule, the one that tells later, and their contact points with one setting changed; and what is declared."""
    inputs = {rule["uid"]: rule for each in recording.resources if each.type == GROUP for rule in each.inputs["rules"]}
    contacts = sorted({each.inputs["name"] for each in recording.resources if each.type == CONTACT})
    for which, rule in (("rule", watched.rule), ("late", watched.late)):
        if rule is None:
            continue
        for change in of_rule(inputs[rule.uid], contacts):
            try:
                read = replace(rule_of(change.inputs, rule.every), every=rule.every)
            except UnplayableError as why:
                yield Mutant(watched, rule.uid, change, None, str(why)), declared
                continue
            yield Mutant(watched, rule.uid, change, _with(watched, which, read)), declared
        for change, receivers in _receivers(declared, rule):
            contact = rule.routing.contact_point
            spoilt = replace(declared, receivers={**declared.receivers, contact: receivers})
            yield Mutant(watched, f"contact point {contact}", change, watched), spoilt
        for name in rule.routing.mutes:
            change = Change("receiver", "mute timing", name, "none", {})
            muted = replace(rule, routing=replace(rule.routing, mutes=()))
            yield Mutant(watched, rule.uid, change, _with(watched, which, muted)), declared
    if watched.late:
        change = Change("escalation", "the rule that notifies others later", watched.late.uid, "none", {})
        yield Mutant(watched, watched.late.uid, change, replace(watched, late=None)), declared


def _with(watched: Watched, which: str, rule: Rule) -> Watched:
    return replace(watched, rule=rule) if which == "rule" else replace(watched, late=rule)


def _receivers(declared: Declared, rule: Rule) -> Iterator[tuple[Change, tuple[str, ...]]]:
    """Each receiver of the contact point dropped, and another put in its place."""
    own = declared.receivers[rule.routing.contact_point]
    others = sorted({each for receivers in declared.receivers.values() for each in receivers} - set(own))
    for name in own:
        rest = tuple(each for each in own if each != name)
        yield Change("receiver", "receiver", name, "none", {}), rest
        for other in others[:1]:
            yield Change("receiver", "receiver", name, other, {}), tuple(sorted((*rest, other)))


def of_rule(inputs: Mapping[str, Any], contacts: list[str]) -> Iterator[Change]:
    """One rule's inputs, changed in each way."""
    yield from _queries(inputs)
    yield from _steps(inputs)
    for key, states in STATES.items():
        was = inputs[key]
        for new in states:
            if new != was:
                yield Change("missing data", key, was, new, put(inputs, **{key: new}))
    lasts = inputs.get("for", "0s")
    longer = ["10m"] if lasts == "0s" else ["0s", *(f"{a}{u}" for a, u in durations(lasts[:-1], lasts[-1]))]
    for new in longer:
        yield Change("window", "for", lasts, new, put(inputs, **{"for": new}))
    routing = inputs["notificationSettings"]
    other = next(each for each in contacts if each != routing["contactPoint"])
    changed = put(inputs, notificationSettings={**routing, "contactPoint": other})
    yield Change("receiver", "contactPoint", routing["contactPoint"], other, changed)
    repeat = routing["repeatInterval"]
    for amount, unit in durations(repeat[:-1], repeat[-1]):
        changed = put(inputs, notificationSettings={**routing, "repeatInterval": f"{amount}{unit}"})
        yield Change("reminder", "repeatInterval", repeat, f"{amount}{unit}", changed)


def _queries(inputs: Mapping[str, Any]) -> Iterator[Change]:
    """What stands in the queries, wherever it does."""
    texts = _texts(inputs)
    all_of = "\n".join(texts)
    yield from _lasting(inputs, all_of)
    for found in _each(COMPARED, LASTING.sub("", all_of)):
        sign, limit, truth = found["sign"], found["limit"], found["bool"] or ""
        whole = sign in (">=", "<=") and "." not in limit
        for new in numbers(limit, whole=whole):
            changed = _replaced(inputs, found[0], f"{sign}{truth} {new}", limit, new)
            yield Change("threshold", f"limit of {found[0]}", limit, new, changed)
        for new in OTHERWISE[sign]:
            changed = _replaced(inputs, found[0], f"{new}{truth} {limit}")
            if new[0] != sign[0]:
                yield Change("comparison", f"comparison of {found[0]}", sign, new, changed)
            elif "count_over_time({" in all_of:  # all else isn't whole: increase() extrapolates
                yield Change("strictness", f"comparison of {found[0]}", sign, new, changed)
    for found in _each(BUDGET, all_of):
        for new in numbers(found["limit"], whole=False):
            changed = _replaced(inputs, found[0], f"/ {new}")
            yield Change("threshold", "budget", found["limit"], new, changed)
    for found in _each(RANGE, LASTING.sub("", all_of)):
        for amount, unit in durations(found["amount"], found["unit"]):
            step = found["step"] or ""
            changed = _replaced(inputs, found[0], f"[{amount}{unit}{step}]")
            yield Change(
                "window", f"range{' of results' if step else ''}", found[0], f"[{amount}{unit}{step}]", changed
            )
    yield from _filters(inputs, all_of)
    for found in _each(BY, all_of):
        labels = [each.strip() for each in found["labels"].split(",") if each.strip()]
        for label in labels:
            rest = ", ".join(each for each in labels if each != label)
            changed = _replaced(inputs, found[0], f"{found['word']} ({rest})")
            yield Change("grouping", found["word"], label, "none", changed)


def _lasting(inputs: Mapping[str, Any], all_of: str) -> Iterator[Change]:
    """How long it has to be so: dropped, doubled, and asked of twice as long."""
    for found in _each(LASTING, all_of):
        number, span, step = int(found["number"]), int(found["span"]), found["step"]
        for new, over in ((1, span), (2 * number - 1, 2 * span), (number, 2 * span)):
            changed = _replaced(inputs, found[0], f"[{over}s:{step}]) >= {new}")
            yield Change("window", "lasting", f"{number} within {span} s", f"{new} within {over} s", changed)


def _filters(inputs: Mapping[str, Any], all_of: str) -> Iterator[Change]:
    """Each label that a metric or a stream is asked for with, and each stage that leaves lines out."""
    seen = set()
    for found in SELECTOR.finditer(all_of):
        for matcher in MATCHER.findall(found["matchers"]):
            if (found[0], matcher) in seen:
                continue
            seen.add((found[0], matcher))
            rest = ",".join(each for each in MATCHER.findall(found["matchers"]) if each != matcher)
            metric = found["metric"] or ""
            # A stream has to be asked for by something that isn't empty.
            new = f"{metric}{{{rest}}}" if rest or metric else '{service_name=~".+"}'
            yield Change(
                "filter", f"labels of {metric or 'the stream'}", matcher, "none", _replaced(inputs, found[0], new)
            )
    for found in _each(STAGE, all_of):
        yield Change("filter", "stage", found[0].strip(" |"), "none", _replaced(inputs, found[0], ""))


def _steps(inputs: Mapping[str, Any]) -> Iterator[Change]:
    """The threshold step by itself, with the limit that ends it."""
    for place, model in enumerate(_models(inputs)):
        if model.get("type") == "math":
            for found in COMPARED.finditer(model["expression"]):
                for new in numbers(found["limit"], whole=False):
                    text = model["expression"].replace(found[0], found[0].replace(found["limit"], new))
                    changed = _model(inputs, place, {**model, "expression": text})
                    yield Change("threshold", f"math {model['refId']}", found[0], new, changed)
        if model.get("type") != "threshold":
            continue
        (condition,) = model["conditions"]
        for key in ("evaluator", "unloadEvaluator"):
            if key not in condition:
                continue
            evaluator = condition[key]
            limit, sense = evaluator["params"][0], evaluator["type"]
            versions: list[tuple[str, str, str, dict[str, Any]]]
            versions = [
                ("threshold", f"{limit:g}", new, {"params": [float(new)]}) for new in numbers(str(limit), whole=False)
            ]
            versions.append(("comparison", sense, OPPOSITE[sense], {"type": OPPOSITE[sense]}))
            for kind, before, after, settings in versions:
                conditions = [{**condition, key: {**evaluator, **settings}}]
                changed = _model(inputs, place, {**model, "conditions": conditions})
                yield Change(kind, f"step {model['refId']}, {key}", before, after, changed)
            if key == "unloadEvaluator":
                without = {name: value for name, value in condition.items() if name != key}
                changed = _model(inputs, place, {**model, "conditions": [without]})
                yield Change("recovery", f"step {model['refId']}, {key}", f"{limit:g}", "none", changed)


def _each(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What is found, each text of it once."""
    return iter({found[0]: found for found in pattern.finditer(text)}.values())


def _models(inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(each["model"]) for each in inputs["datas"]]


def _texts(inputs: Mapping[str, Any]) -> list[str]:
    return [model["expr"] for model in _models(inputs) if "expr" in model]


def _model(inputs: Mapping[str, Any], place: int, model: Mapping[str, Any]) -> dict[str, Any]:
    datas = [*inputs["datas"]]
    datas[place] = {**datas[place], "model": json.dumps(model)}
    return put(inputs, datas=datas)


def _replaced(inputs: Mapping[str, Any], old: str, new: str, limit: str = "", other: str = "") -> dict[str, Any]:
    """With another text in all queries; the threshold step's limit with it, where it is the same number."""
    changed = dict(inputs)
    for place, model in enumerate(_models(inputs)):
        if "expr" in model:
            ends = "" if old[-1] in ']})`"' else r"(?![\w.])"
            text = re.sub(re.escape(old) + ends, lambda _: new, model["expr"])
            changed = _model(changed, place, {**model, "expr": text})
        elif limit and model.get("type") == "threshold":
            (condition,) = model["conditions"]
            if condition["evaluator"]["params"][0] == float(limit):
                evaluator = {**condition["evaluator"], "params": [float(other)]}
                changed = _model(changed, place, {**model, "conditions": [{**condition, "evaluator": evaluator}]})
    return changed
