"""Every signal in PromQL or LogQL, to the letter."""

import promql_parser
import pytest

from components.grafana.promql import absent, buckets, expression, metric_name, window
from components.vocabulary import (
    Count,
    Difference,
    Kind,
    Level,
    LogCount,
    Mean,
    Percentile,
    Rate,
    Ratio,
    Total,
    Unit,
    Used,
    Within,
    counter,
    distribution,
    exposed,
    gauge,
    hours,
    milliseconds,
    minutes,
    seconds,
    times,
)
from tests.tiny import STAGING, environment
from tests.tiny_grafana import DONE, DURATION, FAILURES, FREE, HEAP, REQUESTS, SKIPPED, USED, kept_at_grafana

SCOPE = kept_at_grafana()
APP = 'job="tiny-api",deployment_environment="production"'
STREAM = '{service_name="tiny-api",deployment_environment="production"}'
JSON = " | json | drop __error__, __error_details__"
BY = ("http.route",)


def inc(name, by="", window="5m"):
    return f"sum{by}(increase({name}{{{APP}}}[{window}]))"


FAILED, ASKED = inc("http_failures_total"), inc("http_requests_total")
WHOLE = (
    f'sum(label_replace({inc("jobs_done_total")}, "of", "0", "", "") or '
    f'label_replace({inc("jobs_skipped_total")}, "of", "1", "", ""))'
)
ROUTE, QUEUE = " by (http_route) ", " by (queue) "
WHOLE_BY_QUEUE = (
    f'sum{QUEUE}(label_replace({inc("jobs_done_total", QUEUE)}, "of", "0", "", "") or '
    f'label_replace({inc("jobs_skipped_total", QUEUE)}, "of", "1", "", ""))'
)


@pytest.mark.parametrize(
    ("signal", "query"),
    [
        (Ratio(FAILURES, of=REQUESTS), f"({FAILED} or {ASKED} * 0) / ({ASKED} > 0)"),
        (Ratio(FAILURES, of=REQUESTS, at_least=times(20)), f"({FAILED} or {ASKED} * 0) / ({ASKED} >= 20)"),
        (
            Ratio(FAILURES, of=REQUESTS, at_least=times(20), by=BY),
            (
                f"({inc('http_failures_total', ROUTE)} or {inc('http_requests_total', ROUTE)} * 0) / "
                f"({inc('http_requests_total', ROUTE)} >= 20)"
            ),
        ),
        # What is counted for a gate is that of each group: the traffic of all says nothing about a route without any.
        (
            Ratio(DONE, of=(DONE, SKIPPED), at_least=times(20), by=("queue",)),
            f"({inc('jobs_done_total', QUEUE)} or {WHOLE_BY_QUEUE} * 0) / ({WHOLE_BY_QUEUE} >= 20)",
        ),
        (
            Mean(DURATION, at_least=times(20), by=BY),
            (f"{inc('http_duration_seconds_sum', ROUTE)} / ({inc('http_duration_seconds_count', ROUTE)} >= 20)"),
        ),
        (
            Percentile(95, DURATION, at_least=times(20), by=BY),
            (
                f"histogram_quantile(0.95, sum by (le, http_route) (rate(http_duration_seconds_bucket{{{APP}}}[5m]))) "
                f"and ({inc('http_duration_seconds_count', ROUTE)} >= 20)"
            ),
        ),
        (Ratio(DONE, of=(DONE, SKIPPED)), f"({inc('jobs_done_total')} or {WHOLE} * 0) / ({WHOLE} > 0)"),
        (
            Ratio(USED, of=FREE),
            f"sum(avg_over_time(pool_used{{{APP}}}[5m])) / (sum(avg_over_time(pool_free{{{APP}}}[5m])) > 0)",
        ),
        (
            Percentile(99.9, DURATION),
            f"histogram_quantile(0.999, sum by (le) (rate(http_duration_seconds_bucket{{{APP}}}[5m]))) >= 0",
        ),
        (
            Percentile(95, DURATION, by=BY),
            f"histogram_quantile(0.95, sum by (le, http_route) (rate(http_duration_seconds_bucket{{{APP}}}[5m]))) >= 0",
        ),
        (
            Percentile(95, DURATION, at_least=times(20)),
            (
                f"histogram_quantile(0.95, sum by (le) (rate(http_duration_seconds_bucket{{{APP}}}[5m]))) and "
                f"({inc('http_duration_seconds_count')} >= 20)"
            ),
        ),
        (
            Mean(DURATION, at_least=times(20)),
            f"{inc('http_duration_seconds_sum')} / ({inc('http_duration_seconds_count')} >= 20)",
        ),
        (
            Used(FREE, of=USED, by=("pool",)),
            (
                f"1 - sum by (pool) (avg_over_time(pool_free{{{APP}}}[5m])) / "
                f"(sum by (pool) (avg_over_time(pool_used{{{APP}}}[5m])) > 0)"
            ),
        ),
        (Level(USED), f"avg(avg_over_time(pool_used{{{APP}}}[5m]))"),
        (Level(USED, taking="minimum", by=("pool",)), f"min by (pool) (min_over_time(pool_used{{{APP}}}[5m]))"),
        (
            Level((USED, FREE), taking="maximum"),
            f"max(max_over_time(pool_used{{{APP}}}[5m])) + max(max_over_time(pool_free{{{APP}}}[5m]))",
        ),
        (Level(HEAP), 'avg(avg_over_time(process_heap_bytes{product="tiny",env="production"}[5m]))'),
        (Count(REQUESTS), f"{ASKED} or vector(0)"),
        (Count(REQUESTS, by=BY), inc("http_requests_total", ROUTE)),
        (Count(DURATION), f"{inc('http_duration_seconds_count')} or vector(0)"),
        (
            Count(REQUESTS.where(**{"http.route": "/pay"})),
            f'sum(increase(http_requests_total{{{APP},http_route="/pay"}}[5m])) or vector(0)',
        ),
        (Rate(REQUESTS), f"sum(rate(http_requests_total{{{APP}}}[5m])) or vector(0)"),
        (Total(DURATION), f"{inc('http_duration_seconds_sum')} or vector(0)"),
        (
            Difference(Count(REQUESTS, by=BY), Count(FAILURES, by=BY)),
            (
                f"({inc('http_requests_total', ROUTE)}) - "
                f"({inc('http_failures_total', ROUTE)} or ({inc('http_requests_total', ROUTE)}) * 0)"
            ),
        ),
        (Mean(DURATION), f"{inc('http_duration_seconds_sum')} / ({inc('http_duration_seconds_count')} > 0)"),
        (
            Within(DURATION, seconds(2), by=BY),
            (
                f'sum{ROUTE}(increase(http_duration_seconds_bucket{{{APP},le=~"2(\\\\.0)?"}}[5m])) / '
                f"({inc('http_duration_seconds_count', ROUTE)} > 0)"
            ),
        ),
        (
            Within(DURATION, milliseconds(500)),
            (
                f'sum(increase(http_duration_seconds_bucket{{{APP},le=~"0\\\\.5(\\\\.0)?"}}[5m])) / '
                f"({inc('http_duration_seconds_count')} > 0)"
            ),
        ),
        (
            Within(DURATION, seconds(2)),
            (
                f'sum(increase(http_duration_seconds_bucket{{{APP},le=~"2(\\\\.0)?"}}[5m])) / '
                f"({inc('http_duration_seconds_count')} > 0)"
            ),
        ),
    ],
)
def test_a_signal_is_computed_from_differences_over_the_window_and_never_compared(signal, query):
    assert expression(SCOPE, signal, "5m") == query
    promql_parser.parse(query)


@pytest.mark.parametrize(
    ("logs", "query"),
    [
        (LogCount(message='say "x"'), f'{STREAM} |= "say \\"x\\""'),
        (LogCount(fields={"event": "loss"}), f'{STREAM}{JSON} | event="loss"'),
        (LogCount(fields={"http.path": "/a.b*"}), f'{STREAM}{JSON} | http_path=~"/a\\\\.b.*"'),
        (
            LogCount(status=("error", "fatal"), without={"event": "known", "path": "*/ping"}),
            f'{STREAM}{JSON} | level=~"error|fatal" | event!="known" | path!~".*/ping"',
        ),
        (LogCount(status=("*",), message="x"), f'{STREAM} |= "x"'),
    ],
)
def test_log_lines_are_counted_in_logql_and_none_is_zero(logs, query):
    assert expression(SCOPE, logs, "5m") == f"sum(count_over_time({query} [5m])) or vector(0)"


def test_fields_are_read_where_lines_are_grouped_by_one():
    by_user = LogCount(message="x", by=("user.id",))
    text = f'sum by (user_id) (count_over_time({STREAM} |= "x"{JSON} [5m]))'
    assert expression(SCOPE, by_user, "5m") == text


@pytest.mark.parametrize(
    ("metric", "with_suffixes", "without"),
    [
        (counter("http.requests", "x"), "http_requests_total", "http_requests"),
        (counter("signups_total", "x"), "signups_total", "signups_total"),
        (counter("total.sent.bytes", "x", unit=Unit.BYTES), "sent_bytes_total", "total_sent_bytes"),
        (gauge("pool..used", Unit.COUNT, "x"), "pool_used", "pool_used"),
        (gauge("heap.used", Unit.BYTES, "x"), "heap_used_bytes", "heap_used"),
        (gauge("cache.hit", Unit.RATIO, "x"), "cache_hit_ratio", "cache_hit"),
        (gauge("cache.hit.ratio", Unit.RATIO, "x"), "cache_hit_ratio", "cache_hit_ratio"),
        (gauge("cpu", Unit.PERCENT, "x"), "cpu_percent", "cpu"),
        (distribution("db.duration", Unit.MILLISECONDS, "x"), "db_duration_milliseconds", "db_duration"),
        (distribution("db.seconds", Unit.SECONDS, "x"), "db_seconds", "db_seconds"),
        (exposed("http_requests_total", Kind.COUNTER, Unit.COUNT, "x"), "http_requests_total", "http_requests_total"),
    ],
)
def test_names_follow_opentelemetrys_rules_and_nothing_is_said_twice(metric, with_suffixes, without):
    assert metric_name(SCOPE, metric) == with_suffixes
    assert metric_name(kept_at_grafana(environment(otlp_suffixes=False)), metric) == without
    assert metric_name(SCOPE, metric, "bucket") == f"{with_suffixes}_bucket"


def test_everything_is_narrowed_to_the_environment():
    staged = kept_at_grafana(STAGING)
    assert 'deployment_environment="staging"' in expression(staged, Count(REQUESTS), "5m")
    assert 'env="staging"' in expression(staged, Level(HEAP), "5m")
    assert 'deployment_environment="staging"' in expression(staged, LogCount(message="x"), "5m")


def test_a_distribution_is_absent_when_nothing_is_counted_and_drawn_by_its_buckets():
    assert absent(SCOPE, DURATION, minutes(30)) == f"absent_over_time(http_duration_seconds_count{{{APP}}}[30m])"
    assert absent(SCOPE, REQUESTS, hours(1)) == f"absent_over_time(http_requests_total{{{APP}}}[1h])"
    increase = f"increase(http_duration_seconds_bucket{{{APP}}}[$__rate_interval])"
    assert buckets(SCOPE, DURATION) == f"sum by (le)({increase})"


@pytest.mark.parametrize(
    ("length", "text"),
    [(seconds(90), "90s"), (minutes(90), "90m"), (minutes(60), "1h"), (hours(36), "36h"), (hours(48), "2d")],
)
def test_a_window_is_written_in_the_longest_unit_that_is_exact(length, text):
    assert window(length) == text
