"""Two versions of the tiny product, reviewed without the engine: the steps are those that it would tell of."""

import dataclasses
import re

from components.declared import declared, of_environment
from components.scope import Scope
from review.changes import sides
from review.findings import findings
from review.markdown import markdown
from review.report import Report, review
from review.steps import ACCOUNTS, PRODUCT, Plan, Step
from tests.tiny import PRODUCTION, STAGING, TINY

ENVIRONMENTS = {"prod": PRODUCTION, "staging": STAGING}
MONITOR = "datadog:index/monitor:Monitor"


def urn(kind, name, stack="prod"):
    return f"urn:pulumi:{stack}::monitoring::{kind}::{name}"


def step(op, kind, name, before=None, after=None, *, stack="prod", parent=None, **other):
    parent = parent if parent is not None else urn("pulumi:pulumi:Stack", f"monitoring-{stack}", stack)
    return Step(op, urn(kind, name, stack), kind, before or {}, after or {}, parent, **other)


def of_vendor(op, kind, name, before=None, after=None, *, stack="prod", product="tiny", **other):
    """A step of a resource that is part of a product."""
    vendor = kind.partition(":")[0]
    parent = urn(f"monitoring:components:{vendor.title()}Monitoring", f"{product}-{vendor}", stack)
    return step(op, kind, name, before, after, stack=stack, parent=parent, **other)


def stack_of(name, before, after, resources=(), *, old=None, new=None):
    """The review of one stack; None for a product that isn't there."""
    environment = ENVIRONMENTS[name]
    steps = list(resources)
    for product in {each.name for each in (*before, *after)}:
        facts = [
            {"declares": declared(Scope(each, setting))} if each else None
            for each, setting in (
                (next((one for one in before if one.name == product), None), old or environment),
                (next((one for one in after if one.name == product), None), new or environment),
            )
        ]
        op = (
            "create"
            if facts[0] is None
            else "delete"
            if facts[1] is None
            else "same"
            if facts[0] == facts[1]
            else "update"
        )
        steps.append(step(op, PRODUCT, product, facts[0], facts[1], stack=name))
    settings = [{"environment": of_environment(each)} for each in (old or environment, new or environment)]
    steps.append(
        step("same" if settings[0] == settings[1] else "update", ACCOUNTS, "once-per-account", *settings, stack=name)
    )
    plan = Plan(name, tuple(steps))
    return review(plan, *sides(plan))


def report(after, before=(TINY,), resources=(), stacks=("prod", "staging")):
    """The report on what replaces the tiny product, in both environments."""
    found = [stack_of(name, before, after, resources if name == "prod" else ()) for name in stacks]
    return Report(tuple(found), findings(found))


def lines(after, containing, **other):
    """The lines of the comment that name something."""
    return [line for line in markdown(report(after, **other)).splitlines() if containing in line]


def replaced(items, called, /, **fields):
    """The parts with other fields in the one of that name."""
    assert any(each.name == called for each in items)
    return tuple(dataclasses.replace(each, **fields) if each.name == called else each for each in items)


def without(items, name):
    assert any(each.name == name for each in items)
    return tuple(each for each in items if each.name != name)


def tiny(**fields):
    return dataclasses.replace(TINY, **fields)


def plain(line):
    """A line as it reads, without the marks of Markdown."""
    return re.sub(r"[`*]", "", line)
