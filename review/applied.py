"""What a stack declares before a plan, read from the plan itself: the base isn't run once more."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from review.recorder import Declared, Recording
from review.steps import Plan, Step, name_of
from sandbox.vendors import datadog_facts as facts


def applied(plan: Plan) -> Recording:
    """The resources before a plan, as `review.recorder` records a program's; empty where there was nothing.

    Renamed resources have the names that they get, so that both sides of one can be found; secrets have no names.
    """
    there = [step for step in plan.steps if step.op != "create"]
    ids = {kind: {step.id: f"{step.name}-id" for step in there if step.type == kind and step.id} for kind in NAMED}
    resources = [Declared(step.type, step.name, name_of(step.parent), _inputs(step, ids)) for step in there]
    return Recording(sorted(resources, key=lambda each: (each.type, each.name)))


NAMED = (facts.MONITOR, facts.SLO)


def _inputs(step: Step, ids: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """With `NAME-id` for the ids that the vendor gave to monitors and objectives."""
    text = json.dumps(step.before, ensure_ascii=False)
    for identity, name in ids[facts.SLO].items():
        text = text.replace(identity, name)  # 32 digits: nothing else is called so
    inputs: dict[str, Any] = json.loads(text)
    if step.type == facts.MONITOR and inputs.get("type") == "composite":
        monitors = ids[facts.MONITOR]
        inputs["query"] = re.sub(r"\d+", lambda found: monitors.get(found[0], found[0]), inputs["query"])
    return inputs
