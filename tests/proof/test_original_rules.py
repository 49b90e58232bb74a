"""The rules of the five monitoring documents as they stand, shown never to fire or to fire wrongly.

This is why they were corrected (docs/decisions.md). Each is played on a story in which the corrected rule does right.
"""

from dataclasses import replace

import pytest

from proof.datadog.data import Data, Line, Piece, Series
from proof.datadog.telemetry import sent
from proof.grafana.engine import ask
from proof.sentry.alerts import Monitor
from proof.sentry.events import Event, Requests
from proof.sentry.process import admitted, found, occurrences, run
from tests.proof.datadog_monitors import made, statuses

MINUTE, HOUR = 60, 3600


def alerts(query, data, end):
    """How often a Datadog monitor with this query alerts, told of nothing else."""
    changes = statuses(made(query, onMissingData="show_no_data"), data, end)
    return sum(after == "Alert" for _, _, after in changes)


def firing(proof, name):
    """A Datadog alert, and the data of the story in which it has to fire and does."""
    (watched,) = [each for each in proof.datadog if each.name == name and each.stack == "prod"]
    (case,) = [each for each in watched.cases if each.name == "fires and ends"]
    return sent(watched.truth, case.story, watched.monitor), case.story.end


def rate(metric, per_second, begin=0, end=2 * HOUR, **tags):
    """A count of so many events a second, one sample every ten seconds."""
    piece = Piece(begin + 10, 10, (end - begin) // 10, per_second * 10)
    return Series(metric, "count", {"env": "production", **tags}, (piece,))


@pytest.mark.parametrize("metric", ["trace.express.request.duration", "trace.express.request"])
def test_tik_09_three_thousand_seconds_are_never_reached(proof, metric):
    """L347: `avg(last_10m):p99:trace.express.request.duration{env:production} > 3000`; traces are in seconds."""
    data, end = firing(proof, "tikit, slow-responses")
    assert alerts(f"avg(last_10m):p99:{metric}{{env:production}} > 3000", data, end) == 0
    assert alerts("percentile(last_10m):p99:trace.express.request{env:production} > 3", data, end) == 1


def test_tik_03_an_average_of_ratios_pages_for_one_failure_at_night(proof):
    """L342: `avg(last_5m):sum:….errors{env:production} / sum:….hits{env:production} > 0.05`, of three requests one."""
    three = tuple(Piece(at, 10, 1, 1.0) for at in (60, 140, 250))
    hits = Series("trace.express.request.hits", "count", {"env": "production"}, three)
    errors = Series("trace.express.request.errors", "count", {"env": "production"}, (Piece(140, 10, 1, 1.0),))
    scope = "{env:production}"
    query = f"avg(last_5m):sum:trace.express.request.errors{scope} / sum:trace.express.request.hits{scope} > 0.05"
    assert alerts(query, Data(series=[hits, errors]), HOUR) == 1


def test_tik_database_pool_asks_for_metrics_that_nothing_sends(proof):
    """TIK-12, L352: `postgresql.connections.used / postgresql.connections.max`; the integration sends a share."""
    data, end = firing(proof, "tikit, database-connections-exhausted")
    used, most = (f"postgresql.connections.{name}{{env:production}}" for name in ("used", "max"))
    assert alerts(f"avg(last_5m):{used} / {most} > 0.95", data, end) == 0
    assert alerts("avg(last_5m):postgresql.percent_usage_connections{env:production} by {host} > 0.95", data, end) == 1


def test_tik_11_the_mean_of_all_hosts_hides_the_one_without_memory(proof):
    """L357: `avg(last_5m):system.mem.pct_usable{env:production} < 0.1`, without `by {host}`."""
    data, end = firing(proof, "tikit, high-memory")
    assert alerts("avg(last_5m):system.mem.pct_usable{env:production} < 0.1", data, end) == 0
    assert alerts("avg(last_5m):system.mem.pct_usable{env:production} by {host} < 0.1", data, end) == 1


@pytest.mark.parametrize("metric", ["trace.web.request.duration", "trace.express.request"])
def test_ftw_06_five_hundred_seconds_are_never_reached(proof, metric):
    """L297: `avg(trace.web.request.duration) > 500ms for 5 minutes`, where traces are in seconds."""
    data, end = firing(proof, "fair-trade-worker, high-latency")
    assert alerts(f"avg(last_5m):avg:{metric}{{env:production}} > 500", data, end) == 0


def test_ftw_07_a_share_is_never_more_than_the_whole(proof):
    """L304: `error_rate > 1 %`: no such metric is sent; as a share, it would never be above 1."""
    data, end = firing(proof, "fair-trade-worker, error-rate")
    assert alerts("avg(last_2m):avg:error_rate{env:production} > 1", data, end) == 0
    share = Series("error_rate", "gauge", {"env": "production"}, (Piece(0, 15, 400, 1.0),))  # everything fails
    assert alerts("avg(last_2m):avg:error_rate{env:production} > 1", Data(series=[share]), HOUR) == 0


@pytest.mark.parametrize(("of", "is_open", "fires"), [(10, 10, 0), (200, 100, 1)])
def test_ftw_08_a_number_of_connections_is_no_percentage(of, is_open, fires):
    """L311: `db.connections.open > 90 %`: of ten, all are never 90; of two hundred, half are."""
    assert (is_open / of > 0.9) is not bool(fires)
    number = Series("db.connections.open", "gauge", {"env": "production"}, (Piece(0, 15, 400, float(is_open)),))
    assert alerts("avg(last_5m):avg:db.connections.open{env:production} > 90", Data(series=[number]), HOUR) == fires


def test_ftw_11_wrong_passwords_alone_are_an_outage_to_it():
    """L526: login failures > 1 %; a person who mistypes a password is none of the system's failures."""
    failed = rate("auth.login.failed", 0.05, reason="credentials")
    data = Data(series=[failed, rate("auth.login.attempted", 1)])
    whole = "sum:auth.login.attempted{env:production}.as_count()"
    ratio = f"sum(last_30m):sum:auth.login.failed{{%s}}.as_count() / {whole} > 0.01"
    assert alerts(ratio % "env:production", data, HOUR) == 1
    assert alerts(ratio % "env:production,reason:system", data, HOUR) == 0


def asked(program, query, *series, end=2 * HOUR):
    """At which minutes a PromQL query has a value: that is when a rule of it fires."""
    request = {"id": "1", "language": "promql", "queries": {"A": query}, "series": list(series)}
    (answer,) = ask(program, [request | {"from": 0, "to": end, "every": 60}])
    assert not answer.error
    values = [at for _, at in answer.results.get("A", [])]
    return [minute for minute in range(end // 60 + 1) if any(each[minute] is not None for each in values)]


def counter(name, *pieces, **labels):
    """A counter: from, until, growth per second."""
    grown, made_pieces = 0.0, []
    for begin, end, growth in pieces:
        count = (end - begin) // 60
        made_pieces.append({"from": begin, "every": 60, "count": count, "first": grown, "step": growth * 60})
        grown += growth * (end - begin)
    return {"labels": {"__name__": name} | labels, "pieces": made_pieces}


def buckets(*phases):
    """Payments: from, until, per second, whether they are slow (7 s) or fast (100 ms)."""
    fast = [(begin, end, 0.0 if slow else growth) for begin, end, growth, slow in phases]
    whole = [(begin, end, growth) for begin, end, growth, _ in phases]
    name = "payment_processing_time_bucket"
    return [
        counter(name, *fast, le="5000"),
        *(counter(name, *whole, le=bound) for bound in ("10000", "+Inf")),
    ]


WITHOUT_RATE = "histogram_quantile(0.95, payment_processing_time_bucket) > 5000"
WITH_RATE = "histogram_quantile(0.95, sum by (le) (rate(payment_processing_time_bucket[10m]))) > 5000"


def test_kar_13_without_a_rate_it_sees_all_there_ever_was(program):
    """L634: `histogram_quantile(0.95, payment_processing_time_bucket) > 5000`."""
    good_then_bad = buckets((0, HOUR, 10, False), (HOUR, 2 * HOUR, 0.1, True))
    assert asked(program, WITHOUT_RATE, *good_then_bad) == []  # an hour of slow payments doesn't fire
    assert asked(program, WITH_RATE, *good_then_bad)
    bad_then_good = buckets((0, 20 * MINUTE, 1, True), (20 * MINUTE, 2 * HOUR, 1, False))
    assert asked(program, WITHOUT_RATE, *bad_then_good)[-1] == 120  # and what was slow once stays so
    assert asked(program, WITH_RATE, *bad_then_good)[-1] < 35


def level(name, value):
    return {"labels": {"__name__": name}, "pieces": [{"from": 0, "every": 60, "count": 121, "first": value, "step": 0}]}


def test_kar_14_a_tenth_full_is_full_in_per_cent_and_full_is_one_per_cent_in_its_text(program):
    """L642: `registration_capacity_utilization > 0.95`, of what L488 calls "% of capacity used"."""
    name = "registration_capacity_utilization"
    assert asked(program, f"{name} > 0.95", level(name, 10))
    # As a share the limit is right; its text ({{ $value }}% full, L646) then says "0.97% full" of a full event.
    assert (
        asked(program, "registration_capacity_utilization > 0.95", level("registration_capacity_utilization", 0.9))
        == []
    )


def test_kar_12_a_share_of_errors_is_never_above_one(program):
    """L625: `api_error_rate > 1`, the text of which says "above 1%": with every request failing it is 1."""
    assert asked(program, "api_error_rate > 1", level("api_error_rate", 1.0)) == []
    assert asked(program, "api_error_rate > 1") == []  # and no such gauge is sent


def test_alc_04_one_failed_payment_of_three_escalates_at_once(program):
    """L182: failure rate > 1 %, immediate escalation; without a number of payments that it takes."""
    failed = counter("payments_failed_total", (0, HOUR, 0.0), (HOUR, HOUR + 300, 1 / 300), (HOUR + 300, 2 * HOUR, 0.0))
    every = counter("payments_total", (0, HOUR, 0.0), (HOUR, HOUR + 300, 3 / 300), (HOUR + 300, 2 * HOUR, 0.0))
    ratio = "increase(payments_failed_total[5m]) / increase(payments_total[5m]) > 0.01"
    assert asked(program, ratio, failed, every)
    assert asked(program, f"{ratio} and increase(payments_total[5m]) >= 10", failed, every) == []


def test_ftw_03_five_of_a_share_is_never_reached():
    """L274: error rate > 5 % as `failure_rate() > 5`; Sentry's is 0 to 1."""
    failing = [Requests(at, 10, 10) for at in range(0, HOUR, 10)]
    for limit, fires in ((5, False), (0.05, True)):
        monitor = Monitor("m", "p", "", "failure_rate()", 300, (("gt", limit, 75), ("lte", 0.04, 0)))
        assert bool(occurrences(monitor, failing, 0, HOUR)) is fires


def test_kar_21_a_path_alone_is_no_transaction_of_a_server():
    """L614: `transaction:/api/payment/*`; the SDK names it `POST /api/payment/[id]`."""
    error = Event(0, attributes={"transaction": "POST /api/payment/[id]"})
    assert not found("transaction:/api/payment/*", error)
    assert found("transaction:*/api/payment/*", error)


def test_a_keys_cap_hides_the_payment_errors_that_wake_somebody(proof):
    """FTW-27, TIK-46: 138 errors an hour are used up by any other error, and nobody is told of the next payment's."""
    (watched,) = [
        each for each in proof.sentry if each.name == "fair-trade-worker, payment-error" and each.stack == "prod"
    ]
    tags = {"environment": "production", "level": "error"}
    others = [Event(at, "loop", tags) for at in range(0, 600, 4)]
    payment = Event(1200, "payment", {**tags, "payment.failed": "yes"})
    happenings = [*others, payment]
    assert [each.issue for each in run(watched.alert, happenings)] == ["payment"]
    assert run(watched.alert, admitted(happenings, (138, HOUR))) == []


def test_tik_46_a_full_log_index_is_silence_to_what_counts_its_lines(proof):
    """Beyond its daily limit an index stores nothing; that is why silence and nearness of the limit are told."""
    (loss,) = [each for each in proof.datadog if each.name == "tikit, data-loss" and each.stack == "prod"]
    line = Line(
        {"service": "tikit-backend", "env": "production", "status": "error", "message": "lost", "@event": "data_loss"},
        (600.0,),
    )
    kept, full = (
        loss.declared,
        replace(loss.declared, indexes={"tikit": replace(loss.declared.indexes["tikit"], takes="-*")}),
    )
    for declared, fires in ((kept, True), (full, False)):
        assert bool(statuses(loss.monitor, Data(lines=[line]), HOUR, declared=declared)) is fires
