"""Checks cost what the stack file allows, and silence is noticed before it is taken for health."""

import json
import re

from components.budget import executions
from components.environment import Environment
from components.grafana.checks import job
from components.scope import Scope
from components.stackfile import stack_file
from review.recorder import ROOT
from tests.contract.conftest import products

CHECK = "grafana:syntheticMonitoring/check:Check"
MONTH = 31 * 86400


def scopes(stack):
    file = stack_file(ROOT, stack)
    environment = Environment.parse(file.get("monitoring:environment"), file.name)
    return [Scope(product, environment) for product in products()]


def test_all_checks_together_stay_within_the_budget_of_the_stack_file(declared):
    budget = scopes(declared.stack)[0].environment.uptime_executions_per_month
    spent = sum(MONTH * 1000 // check.inputs["frequency"] * len(check.inputs["probes"]) for check in declared.of(CHECK))
    assert 0 < spent <= budget
    computed = sum(executions(scope, check) for scope in scopes(declared.stack) for check in scope.product.checks)
    assert computed == spent


def test_staging_is_probed_as_rarely_as_production_or_more_rarely(both):
    production, staging = (
        {each.name: each.inputs["frequency"] for each in everything.of(CHECK)} for everything in both
    )
    assert production.keys() == staging.keys()
    for name, frequency in production.items():
        assert staging[name] >= frequency, name


def test_production_is_probed_as_often_as_the_product_says(both):
    declared = {each.name: each.inputs for each in both[0].of(CHECK)}
    for scope in scopes("prod"):
        for check in scope.product.checks:
            inputs = declared[f"{scope.product.name}-check-{check.name}"]
            assert inputs["frequency"] == check.every.to("milliseconds"), check.name
            assert inputs["timeout"] == check.timeout.to("milliseconds"), check.name


def test_a_check_is_given_time_for_every_round_it_has_to_fail(declared):
    for scope in scopes(declared.stack):
        for check in scope.product.checks:
            name = re.escape(job(scope, check))
            for rule in declared.rules():
                for data in rule["datas"]:
                    expr = json.loads(data["model"]).get("expr", "")
                    window = re.search(rf'(\w+)\([^(]*"{name}"[^(]*}}\[(\d+)([smhd])\]', expr)
                    if window:
                        seconds = int(window[2]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[window[3]]
                        # One result of each location is its latest; anything else is about two rounds at least.
                        least = scope.interval(check).seconds + 60
                        least = least if window[1] == "last_over_time" else 2 * scope.interval(check).seconds
                        assert seconds >= least, rule["uid"]
