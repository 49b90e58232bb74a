"""Datadog's queries: what can be read, what the tree says, and where the others can't be read."""

from __future__ import annotations

import pytest

from components.datadog.language import expression as parts
from components.datadog.language import tree
from components.datadog.language.query import QueryError, formula, metric_queries, monitor_query


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        # The forms of recorded traffic: cassettes of terraform-provider-datadog and datadog-api-client-go.
        ("query alert", "avg(last_1h):avg:shop.cpu{environment:a,host:b} by {host} > 2.5\n"),
        ("query alert", "avg(current_1mo):avg:shop.load.5{*} > 0.5"),
        ("metric alert", "change(min(last_1m),last_5m):sum:shop.5xx{a,b:c} + sum:shop.4xx{a,b:c} > 5"),
        ("query alert", "pct_change(avg(last_5m),5m_ago):avg:shop.load{*} < -20"),
        ("query alert", "avg(last_30m):outliers(avg:shop.cpu{role:es-data} by {host}, 'dbscan', 7) > 0"),
        ("query alert", "max(next_1w):forecast(avg:shop.disk{*}, 'linear', 1, interval='60m') >= 3"),
        ("query alert", "percentile(last_10m):p99.9:shop.latency{*} > 3e-1"),
        ("query alert", "avg(last_4h):anomalies(avg:x{*}, 'basic', 3, alert_window='last_5m', interval=20) >= 1"),
        (
            "query alert",
            "sum(last_5m):(sum:a{*}.as_count() / sum:b{*}.as_count()) * 100 * is_greater(sum:b{*}, 15) > 5",
        ),
        ("query alert", "avg(last_5m):avg:a{env IN (a,b) AND NOT (host:web-* OR !zone:c:8080)}.rollup(max, 60) > 1"),
        ("query alert", "sum(last_5m):sum:a{$env,service:$svc.value} by {}.fill(zero).as_rate() == 0"),
        ("query alert", 'formula("query1").rollup("sum").last("5m") > 100'),
        ("query alert", "avg(last_5m):avg:a{*} > threshold"),
        ("log alert", 'logs("a \\"b\\"").index("main").rollup("cardinality", "@usr.id").by("a,b").last("5m") > 2'),
        ("error-tracking alert", 'error-tracking("a").source("all").new().rollup("count").last("1h") >= 1'),
        ("cost alert", 'formula("exclude_null(query1)").last("7d").anomaly(direction="above", threshold=10) >= 5'),
        ("data-jobs alert", 'formula("failed_runs(run_query)").by(job_name,workspace_name).last(10d) > 0'),
        ("process alert", "processes('java').over('env:a').rollup('count').by('host').last('10m') < 1"),
        ("slo alert", 'burn_rate("a1").over("30d").long_window("1h").short_window("5m") > 14.4'),
        ("slo alert", 'error_budget("a1").over("7d") > 75'),
        ("service check", '"ntp.in_sync".by("*").last(2).count_by_status()'),
        ("service check", '"a".over("env:a","role:b").exclude("host:c").last(2).by("host").count_by_status()'),
        ("composite", "123 && !(456 || 789)"),
    ],
)
def test_every_form_that_datadog_documents_or_answered_is_read(kind, query):
    assert monitor_query(kind, query) is not None


@pytest.mark.parametrize(
    ("kind", "query", "said"),
    [
        ("query alert", "avg(last_5m):avg:a > 1", "at column 20: expected a scope in braces"),
        ("query alert", "avg(last_5m):avg:{*} > 1", "at column 18: expected a metric name"),
        ("query alert", "avg(last_5m):foo:a{*} > 1", "at column 14: 'foo' isn't an aggregation over space"),
        ("query alert", "median(last_5m):avg:a{*} > 1", "at column 1: 'median' isn't an aggregation over time"),
        (
            "query alert",
            "rate(avg(last_5m),last_1h):avg:a{*} > 1",
            "at column 1: 'rate' isn't an aggregation that compares",
        ),
        ("query alert", "avg(last_5x):avg:a{*} > 1", "at column 5: 'last_5x' isn't a window"),
        ("query alert", "avg(last_5m):avg:a{env:a OR} > 1", "at column 28: expected a tag"),
        ("query alert", "avg(last_5m):avg:a{*} by host > 1", "at column 26: expected a scope"),
        ("query alert", "avg(last_5m):abs(avg:a{*} > 1", "at column 27: expected ',', ')'"),
        ("query alert", "avg(last_5m):avg:a{*} /  > 1", "at column 26: expected a metric, a function, a number"),
        ("query alert", "avg(last_5m):avg:a{*} > five", "at column 25: expected a number"),
        ("query alert", "avg(last_5m):avg:a{*} > 1 2", "at column 27: expected the end"),
        ("query alert", "avg(last_4h):anomalies(avg:a{*}, basic, 2) >= 1", "at column 39: expected a scope"),
        (
            "query alert",
            'formula("a /").last("5m") > 1',
            "at column 9: in the formula 'a /': at column 4: expected a metric",
        ),
        ("log alert", 'logs("a").index("*").rollup("count").last(5m > 1', "at column 46: expected ',' or ')'"),
        ("log alert", 'logs("a).last("5m") > 1', "at column 16: expected ',' or ')'"),
        ("composite", "12 && && 3", "at column 7: expected a monitor's id or '('"),
        ("composite", "12 & 3", "at column 4:"),
        ("service check", "ntp.in_sync.over('*').last(2)", "at column 1: expected a quoted text"),
        ("query alert", "avg(last_5m):\navg:a > 1", "at line 2, column 7: expected a scope"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place_and_what_was_expected(kind, query, said):
    with pytest.raises(QueryError) as refused:
        monitor_query(kind, query)
    assert said in str(refused.value)


def test_the_tree_says_what_a_metric_monitor_evaluates():
    query = monitor_query(
        "query alert", "sum(last_5m):default_zero(sum:a{env:x, !b:c} by {host}.as_count()) / 2 >= -5e-1"
    )
    assert isinstance(query, tree.MetricMonitor)
    assert query.evaluation == tree.Evaluation("sum", tree.Window("last_5m", "last", 5))
    assert query.comparison == tree.Comparison(">=", -0.5)
    assert query.comparison.rising
    assert isinstance(query.expression, parts.Operation)
    assert (query.expression.operator, query.expression.right) == ("/", parts.Number(2))
    (metric,) = parts.metrics(query.expression)
    assert metric.scope == parts.Every((parts.Tag("env:x"), parts.Not(parts.Tag("b:c"))))
    assert (metric.aggregator, metric.name, metric.by, metric.column) == ("sum", "a", ("host",), 27)
    assert [step.name for step in metric.steps] == ["as_count"]
    assert [function.name for function in parts.functions(query.expression)] == ["default_zero"]


def test_multiplication_binds_before_addition_and_and_before_or():
    one = metric_queries("avg:a{*} + avg:b{*} * 2")[0]
    assert isinstance(one, parts.Operation)
    assert one.operator == "+"
    (metric,) = metric_queries("avg:a{x:1 OR y:2 AND z:3}")
    assert metric.scope == parts.Any((parts.Tag("x:1"), parts.Every((parts.Tag("y:2"), parts.Tag("z:3")))))
    assert metric_queries("avg:a{k NOT IN (b, c)}")[0].scope == parts.Not(parts.OneOf("k", ("b", "c")))


def test_the_tree_says_what_other_monitors_ask():
    search = monitor_query("log alert", 'logs("status:error").index("*").rollup("count").last("5m") > 10')
    assert isinstance(search, tree.Search)
    assert (search.source, search.text, search.step("last").texts) == ("logs", "status:error", ("5m",))
    ratio = monitor_query("rum alert", 'formula("a / b * 100").last("15m") >= 0.8')
    assert [node.name for node in parts.nodes(ratio.formula) if isinstance(node, parts.Variable)] == ["a", "b"]
    composite = monitor_query("composite", "12 && !(34 || 12)")
    assert composite.monitors == ("12", "34")
    assert composite.condition == tree.Joined(
        "&&", (tree.Part("12"), tree.Reversed(tree.Joined("||", (tree.Part("34"), tree.Part("12")))))
    )
    change = monitor_query("query alert", "pct_change(avg(last_5m),last_1h):avg:a{*} > 10").evaluation
    assert (change.change, change.aggregator, change.shift) == ("pct_change", "avg", "last_1h")


def test_a_formula_is_over_names_of_queries():
    assert formula("default_zero(a) - -b") == parts.Operation(
        "-",
        parts.Function("default_zero", (parts.Variable("a", 14),), (), 1),
        parts.Negative(parts.Variable("b", 20)),
    )
    with pytest.raises(QueryError, match="at column 4"):
        formula("sum:a{*}")
