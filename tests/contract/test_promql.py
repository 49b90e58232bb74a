"""What holds for every PromQL expression that is declared."""

import json
import re
from datetime import timedelta

import promql_parser as promql
import pytest

from components.environment import Environment
from components.grafana.promql import metric_name
from components.scope import Scope
from components.stackfile import stack_file
from components.vocabulary.at_grafana import LogQL
from components.vocabulary.checks import Check
from components.vocabulary.conditions import BudgetBurns, CheckFails
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind
from components.vocabulary.quantities import Unit
from components.vocabulary.signals import Ratio, Within
from components.vocabulary.thresholds import Threshold
from review.recorder import ROOT
from tests.contract.conftest import products
from tests.contract.promql import comparisons, expressions, functions, selectors, walk

OVER_TIME = ("rate", "increase", "absent_over_time")
PARTS = ("bucket", "sum", "count")
PROBES = {
    "probe_success",
    "probe_duration_seconds",
    "probe_ssl_earliest_cert_expiry",
    "probe_all_success_sum",
    "probe_all_success_count",
}


@pytest.fixture
def found(declared):
    """Every expression of one stack."""
    made = list(expressions(declared, products()))
    assert len(made) > 50
    return made


def scope_of(declared, product):
    """The product in the environment of a stack."""
    file = stack_file(ROOT, declared.stack)
    return Scope(product, Environment.parse(file.get("monitoring:environment"), file.name))


def names(declared, product):
    """Each of the product's metrics at Grafana by the names it has there, and the names of those that only grow."""
    scope = scope_of(declared, product)
    everything, growing = set(PROBES), {"probe_all_success_sum", "probe_all_success_count"}
    for metric in product.metrics:
        made = {metric_name(scope, metric, part) for part in (PARTS if metric.kind is Kind.DISTRIBUTION else ("",))}
        everything |= made
        growing |= made if metric.kind is not Kind.GAUGE else set()
    return everything, growing


def test_every_expression_parses(found):
    for expression in found:
        assert expression.parsed(), expression.where


def test_every_metric_is_declared_by_its_product(declared, found):
    known = {product.name: names(declared, product)[0] for product in products()}
    for expression in found:
        for name, _, _ in selectors(expression.parsed()):
            assert name in known[expression.product], (expression.where, name)


def test_what_only_grows_is_looked_at_over_time(declared, found):
    """No quantile of, no comparison with, and no line of a raw counter or bucket: it says what was since the start."""
    growing = {product.name: names(declared, product)[1] for product in products()}
    for expression in found:
        for name, around, _ in selectors(expression.parsed()):
            counts = name in growing[expression.product] or name.endswith(("_total", "_bucket"))
            if counts and not expression.raw:
                assert around, (expression.where, name)
                assert around[0] in OVER_TIME, (expression.where, name)


def test_what_goes_up_and_down_is_never_taken_for_a_counter(declared, found):
    growing = {product.name: names(declared, product)[1] for product in products()}
    for expression in found:
        for name, around, _ in selectors(expression.parsed()):
            if name not in growing[expression.product]:
                assert not {"rate", "increase"} & set(around), (expression.where, name)


def test_quantiles_are_taken_of_rates_summed_by_bucket(found):
    quantiles = 0
    for expression in found:
        for node, _ in walk(expression.parsed()):
            if isinstance(node, promql.Call) and node.func.name == "histogram_quantile":
                rank, summed = node.args
                assert 0 < rank.val < 1, expression.where
                assert isinstance(summed, promql.AggregateExpr), expression.where
                assert "le" in summed.modifier.labels, expression.where
                (selected,) = selectors(summed)
                assert selected[0].endswith("_bucket"), expression.where
                assert selected[1] == ["rate"], expression.where
                quantiles += 1
    assert quantiles


def test_every_selector_carries_the_scope_of_the_environment(declared, found):
    other = {"production": "staging", "staging": "production"}[declared.environment]
    for expression in found:
        for name, _, labels in selectors(expression.parsed()):
            says = labels.get("deployment_environment") or labels.get("env") or labels.get("job", "")
            jobs = says.split("|")
            assert all(job == declared.environment or job.endswith(f"-{declared.environment}") for job in jobs), name
            assert not re.search(rf"\b{other}\b", expression.text), expression.where


def test_every_selector_carries_the_product(found):
    services = {product.name: product.service for product in products()}
    for expression in found:
        for name, _, labels in selectors(expression.parsed()):
            job, product = labels.get("job", ""), expression.product
            own = labels.get("product") == product or job == services[product] or job.startswith(f"{product}-")
            assert own, (expression.where, name)


def numbers(scope, alert):
    """What an alert's query may compare with: its limit, its recovery, its gate, and how often it was looked at."""
    when = alert.when
    match when:
        case Threshold(signal=signal):
            found = {float(limit.to(signal.unit)) for limit in (when.critical, when.recovery(when.critical)) if limit}
            found |= {float(gate.number) for gate in [getattr(signal, "at_least", None)] if gate}
            return found | ({when.lasting.minutes + 1} if when.lasting else set())
        case BudgetBurns():
            return {float(when.burn_rate)} | ({float(when.at_least.number)} if when.at_least else set())
        case CheckFails():
            return {1, -(-scope.interval(when.check).seconds * (scope.rounds(when) - 1) // 60) + 1}
        case _:
            return set()


def every_minute(node, number):
    """Whether a count is of something that has to be so in each of so many minutes."""
    counted = isinstance(node, promql.Call) and node.func.name == "count_over_time"
    return counted and node.args[0].range == timedelta(minutes=number) and node.args[0].step == timedelta(minutes=1)


def test_a_rule_compares_with_the_numbers_of_its_alert_only(declared):
    """And with 0, which is no traffic; half a failed probe less than the gate, as what is counted is extrapolated."""
    compared = 0
    for product in products():
        for alert in declared.at_grafana(product):
            if isinstance(getattr(alert.when, "signal", None), LogCount | LogQL):
                continue
            text = json.loads(declared.rule(product, alert)["datas"][0]["model"])["expr"]
            scope = scope_of(declared, product)
            known = {0}.union(*(numbers(scope, each) for each in (alert, *scope.causes(alert))))
            checked = isinstance(alert.when, BudgetBurns) and isinstance(alert.when.objective.good, Check)
            for node, above in comparisons(promql.parse(text)):
                number = node.rhs.val
                if node.modifier is not None and node.modifier.return_bool:
                    assert functions(above)[0] == "avg_over_time", alert.name
                elif scope.causes(alert) and every_minute(node.lhs, number):
                    pass  # it waits for its cause
                elif checked and number not in known:
                    # One failed probe is never enough.
                    assert 2 <= number + 0.5 <= float(alert.when.at_least.number), alert.name
                else:
                    assert number in known, (alert.name, number)
                compared += 1
    assert compared


def test_the_last_verdict_is_remembered_for_one_time_and_in_one_place(declared):
    remembered = 0
    for rule in declared.rules():
        text = json.loads(rule["datas"][0]["model"])["expr"]
        if text.startswith("last_over_time(("):
            assert re.search(r"\)\[6h:(1m|30m)\]\)$", text), rule["uid"]
            remembered += 1
    assert remembered > 20


def test_panels_and_objectives_compare_only_traffic_with_its_gate_or_time_with_what_is_kept(declared, found):
    rules = {rule["uid"] for rule in declared.rules()}
    for expression in found:
        if expression.where in rules:
            continue
        for node, above in comparisons(expression.parsed()):
            assert isinstance(node.rhs, promql.NumberLiteral), expression.where
            if node.modifier is not None and node.modifier.return_bool:
                assert functions(above)[0] == "avg_over_time", expression.where
                continue
            if isinstance(node.lhs, promql.Call) and node.lhs.func.name == "histogram_quantile":
                assert (str(node.op), node.rhs.val) == (">=", 0), expression.where  # which drops what is no number
                continue
            parenthesis, share = above[-1], above[-2]
            assert str(node.op) in {">=", ">"}, expression.where
            assert isinstance(share, promql.BinaryExpr), expression.where
            assert str(share.op) in {"/", "and"}, expression.where
            assert parenthesis in (share.lhs, share.rhs), expression.where


def test_sides_of_a_share_are_grouped_alike(found):
    """Otherwise nothing matches, there is never a result, and the alert is blind."""
    for expression in found:
        for node, _ in walk(expression.parsed()):
            if isinstance(node, promql.BinaryExpr) and str(node.op) == "/":
                sides = [
                    {
                        tuple(sorted(each.modifier.labels)) if each.modifier else ()
                        for each, _ in walk(side)
                        if isinstance(each, promql.AggregateExpr)
                    }
                    for side in (node.lhs, node.rhs)
                ]
                assert not all(sides) or sides[0] == sides[1], expression.where


def is_share_of_events(when):
    """Whether a condition is about a part of something that is counted; time that a counter adds up never pauses."""
    match when:
        case Threshold(signal=Ratio(part=part)):
            return part.kind is Kind.COUNTER and part.unit is Unit.COUNT
        case BudgetBurns(objective=objective):
            return objective.bad is not None or isinstance(objective.good, Ratio | Within)
        case _:
            return False


def test_a_share_of_events_that_alerts_has_a_traffic_gate(declared):
    """One failure at three in the morning is no outage; of a burn rate the long window has it."""
    for product in products():
        for alert in declared.alerts_at(product, "telemetry") if product.telemetry == "grafana" else ():
            if is_share_of_events(alert.when):
                text = json.loads(declared.rule(product, alert)["datas"][0]["model"])["expr"]
                assert list(comparisons(promql.parse(text))), (product.name, alert.name)
