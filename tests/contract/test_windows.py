"""Windows of rules hold enough points where applications send their metrics once a minute (KAR-33)."""

import json
import re

from components.vocabulary.log_signals import LogCount
from tests.contract.conftest import products

RANGE = re.compile(r"(\w+)\{[^}]*\}\[(\d+)([smhd])\]")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
EXPORTED_EVERY = 60
ENOUGH = 5  # points: a rate needs two of them, even when a few are late or lost


def test_every_window_of_a_rule_on_metrics_that_are_sent_holds_five_points(declared):
    found = []
    for product in products():
        if product.telemetry != "grafana" or product.scrape:
            continue
        for alert in declared.alerts_at(product, "telemetry"):
            if isinstance(getattr(alert.when, "signal", None), LogCount):
                continue  # lines arrive when they are written, not once a minute
            for data in declared.rule(product, alert)["datas"]:
                text = json.loads(data["model"]).get("expr", "")
                found += [
                    (alert.name, int(number) * SECONDS[unit])
                    for name, number, unit in RANGE.findall(text)
                    if name != "probe_success"  # of a check that is the cause: it has its own interval
                ]
    assert found
    assert not [name for name, window in found if window < ENOUGH * EXPORTED_EVERY]


def test_every_rule_is_looked_at_as_often_as_metrics_arrive(declared):
    for group in declared.of("grafana:alerting/ruleGroup:RuleGroup"):
        assert group.inputs["intervalSeconds"] == EXPORTED_EVERY
