"""A Grafana rule as it is declared: read from the recording of the program, never from a copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from proof.unplayable import UnplayableError
from review.recorder import Recording

GROUP = "grafana:alerting/ruleGroup:RuleGroup"
CONTACT = "grafana:alerting/contactPoint:ContactPoint"
MUTE = "grafana:alerting/muteTiming:MuteTiming"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
RECEIVERS = {"slacks": "url", "pagerduties": "integrationKey", "webhooks": "url"}
KNOWN = {"name", "uid", "condition", "datas", "for", "noDataState", "execErrState"}
KNOWN |= {"labels", "annotations", "notificationSettings", "isPaused"}

Sense = Literal["gt", "lt"]


@dataclass(frozen=True)
class Threshold:
    """The condition: a step's numbers against a limit, and, with a recovery threshold, the limit that ends it."""

    watched: str
    sense: Sense
    limit: float
    unload: tuple[Sense, float] | None = None


@dataclass(frozen=True)
class Routing:
    """How a rule notifies; times in seconds."""

    contact_point: str
    wait: int = 30
    interval: int = 300
    repeat: int = 14400
    mutes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule: queries by refId, the threshold on one of them (or on a math step), and what follows from its states."""

    uid: str
    queries: Mapping[str, str]
    language: Literal["promql", "logql"]
    condition: Threshold
    routing: Routing
    math: Mapping[str, str]
    every: int = 60
    lasting: int = 0
    no_data: str = "NoData"
    on_error: str = "Error"
    unplayed: tuple[str, ...] = ()  # settings that are left out when it is played


@dataclass(frozen=True)
class Declared:
    """Everything about Grafana's alerting that one stack declares."""

    rules: Mapping[str, Rule]
    receivers: Mapping[str, tuple[str, ...]]
    mutes: Mapping[str, tuple[Mapping[str, Any], ...]]

    @classmethod
    def of(cls, recording: Recording) -> Declared:
        """Read a recording that was made with named secrets. Raises UnplayableError."""
        groups = [each.inputs for each in recording.resources if each.type == GROUP]
        rules = [rule_of(rule, group["intervalSeconds"]) for group in groups for rule in group["rules"]]
        contacts = [each.inputs for each in recording.resources if each.type == CONTACT]
        mutes = [each.inputs for each in recording.resources if each.type == MUTE]
        return cls(
            {rule.uid: rule for rule in rules},
            {each["name"]: tuple(sorted(_receivers(each))) for each in contacts},
            {each["name"]: tuple(each["intervals"]) for each in mutes},
        )


def rule_of(inputs: Mapping[str, Any], every: int) -> Rule:
    """Read one rule's inputs. Raises UnplayableError for a query or a state that isn't played."""
    uid = inputs["uid"]
    if inputs.get("isPaused"):
        raise UnplayableError(f"{uid} is paused: it never fires")
    models = {each["refId"]: json.loads(each["model"]) for each in inputs["datas"]}
    queries = {ref: model["expr"] for ref, model in models.items() if "expr" in model}
    for ref in queries:
        if not (models[ref].get("instant") or models[ref].get("queryType") == "instant"):
            raise UnplayableError(f"{uid}: query {ref} isn't an instant one, and reduce steps aren't played")
    logs = {"queryType" in models[ref] for ref in queries}
    if len(logs) > 1:
        raise UnplayableError(f"{uid} asks metrics and logs at once")
    for ref, model in models.items():
        if "expr" not in model and model.get("type") not in {"math", "threshold"}:
            raise UnplayableError(f"{uid}: step {ref} is of type {model.get('type')}, which isn't played")
    return Rule(
        uid,
        queries,
        "logql" if logs == {True} else "promql",
        _condition(uid, models[inputs["condition"]]),
        _routing(inputs["notificationSettings"]),
        {ref: model["expression"] for ref, model in models.items() if model.get("type") == "math"},
        every,
        seconds(inputs.get("for", "0s")),
        inputs.get("noDataState", "NoData"),
        inputs.get("execErrState", "Error"),
        tuple(sorted(set(inputs) - KNOWN)),
    )


def _condition(uid: str, model: Mapping[str, Any]) -> Threshold:
    if model.get("type") != "threshold" or len(model["conditions"]) != 1:
        raise UnplayableError(f"{uid}: the condition isn't one threshold")
    (condition,) = model["conditions"]
    return Threshold(
        model["expression"].removeprefix("$"),
        *_compared(uid, condition["evaluator"]),
        _compared(uid, condition["unloadEvaluator"]) if "unloadEvaluator" in condition else None,
    )


def _compared(uid: str, evaluator: Mapping[str, Any]) -> tuple[Sense, float]:
    if evaluator["type"] not in {"gt", "lt"}:
        raise UnplayableError(f"{uid} compares with {evaluator['type']}, which isn't played")
    return evaluator["type"], float(evaluator["params"][0])


def _routing(settings: Mapping[str, Any]) -> Routing:
    return Routing(
        settings["contactPoint"],
        seconds(settings["groupWait"]),
        seconds(settings["groupInterval"]),
        seconds(settings["repeatInterval"]),
        tuple(settings.get("muteTimings", ())),
    )


def _receivers(contact: Mapping[str, Any]) -> Iterator[str]:
    """The names of the secrets that it sends with, and addresses of mail."""
    for kind, key in RECEIVERS.items():
        for each in contact.get(kind, ()):
            yield re.sub(r"^\[secret (.*)\]$", r"\1", each[key])
    for each in contact.get("emails", ()):
        yield from each["addresses"]


def seconds(text: str) -> int:
    """`1h30m` in seconds."""
    parts = re.findall(r"(\d+)([smhdw])", text)
    if "".join(f"{number}{unit}" for number, unit in parts) != text:
        raise UnplayableError(f"{text!r} isn't a duration")
    return sum(int(number) * SECONDS[unit] for number, unit in parts)
