"""A live preview, as `pulumi preview --json` prints it, gives the same report: it leaves out what stays as it is."""

import json

import pytest

from components.catalogue import scopes
from components.declared import declared
from review.compare import CompareError, of_plan
from review.markdown import markdown
from review.report import Report
from review.steps import PRODUCT, PlanError, read_plan
from tests.conftest import ROOT
from tests.review.compared import MONITOR, plain, urn

VENDOR = "monitoring:components:DatadogMonitoring"
CIPHER = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}


def live():
    """A threshold of production that is 5 % there, and 8 % in the files: one alert, its component, its monitor."""
    (scope,) = (each for each in scopes("prod", ROOT) if each.product.name == "tikit")
    before, after = declared(scope), declared(scope)
    alert = after["alert"]["high-error-rate"]
    after["alert"] = {**after["alert"], "high-error-rate": {**alert, "critical": "8 %", "clear": "6.4 %"}}

    def state(kind, name, parent, **inputs):
        return {"urn": urn(kind, name), "type": kind, "parent": parent, "inputs": inputs}

    def both(kind, name, parent, old, new):
        sides = {key: state(kind, name, parent, **inputs) for key, inputs in (("oldState", old), ("newState", new))}
        return {"op": "update", "urn": urn(kind, name), **sides}

    stack, monitor = urn("pulumi:pulumi:Stack", "monitoring-prod"), urn(VENDOR, "tikit-datadog")
    return {
        "config": {},
        "steps": [
            both(PRODUCT, "tikit", stack, {"declares": before}, {"declares": after}),
            both(
                MONITOR,
                "tikit-high-error-rate-ratio",
                monitor,
                {"query": "a > 0.05", "key": CIPHER},
                {"query": "a > 0.08", "key": CIPHER},
            ),
        ],
        "changeSummary": {"update": 2},
    }


def test_it_is_the_same_report():
    report = Report((of_plan(read_plan(json.dumps(live()), "plan.json"), ROOT),))
    text = markdown(report)
    (line,) = [line for line in text.splitlines() if line.startswith("- quieter")]
    assert plain(line) == (
        "- quieter: tikit alert high-error-rate threshold 5 % → 8 % (fires at 8 % instead of 5 %, later than before); "
        "clears at 4 % → 6.4 % · prod"
    )
    assert report.unexplained == ()
    assert "~ prod tikit: Datadog monitor tikit-high-error-rate-ratio\n    query: a > 0.05 -> a > 0.08" in text
    assert "v1:abc" not in text


def test_without_steps_nothing_changes():
    assert markdown(Report((of_plan(read_plan('{"steps": []}', "plan.json"), ROOT),))).endswith("No changes\n")


def test_the_same_number_of_products_is_compared_although_most_are_left_out():
    stack = of_plan(read_plan(json.dumps(live()), "plan.json"), ROOT)
    products = {each.product.name for each in scopes("prod", ROOT)}
    assert stack.before.products.keys() == stack.after.products.keys() == products


def test_a_stack_that_the_project_does_not_have_is_refused():
    text = json.dumps(live()).replace("urn:pulumi:prod::", "urn:pulumi:elsewhere::")
    with pytest.raises(CompareError, match="'elsewhere'"):
        of_plan(read_plan(text, "plan.json"), ROOT)


def test_two_stacks_in_one_file_are_refused():
    found = live()
    found["steps"].append({**found["steps"][1], "urn": urn(MONITOR, "x", "staging")})
    with pytest.raises(PlanError, match="more than one stack: prod, staging"):
        read_plan(json.dumps(found), "plan.json")
