import pytest

from components.datadog.queries import expression as datadog
from components.grafana.promql import expression as prometheus
from components.vocabulary import (
    Count,
    Dashboard,
    Lines,
    Metric,
    Ratio,
    Service,
    Unit,
    counter,
    distribution,
    gauge,
    infrastructure,
    seconds,
    times,
)
from components.vocabulary.metrics import Kind, Source
from tests.refusals import refused
from tests.tiny import PAID, ROW, product, scope

API = Service("shop-api", "express.request", about="Requests")


def test_a_service_measures_requests_errors_and_latency():
    assert [(each.name, each.kind, each.unit) for each in (API.requests, API.errors, API.latency)] == [
        ("shop-api requests", Kind.COUNTER, Unit.COUNT),
        ("shop-api errors", Kind.COUNTER, Unit.COUNT),
        ("shop-api latency", Kind.DISTRIBUTION, Unit.SECONDS),
    ]
    assert API.errors.about == "Requests: errors"
    assert API.errors.source is Source.TRACES


def test_a_service_goes_by_its_own_name_unless_it_is_a_group():
    assert API.names == ("shop-api",)
    assert Service("vendors", "http.request", about="Calls", services=("a", "b")).names == ("a", "b")


@pytest.mark.parametrize(
    ("metric", "kind", "source"),
    [
        (counter("a", "x"), Kind.COUNTER, Source.APPLICATION),
        (gauge("a", Unit.COUNT, "x"), Kind.GAUGE, Source.APPLICATION),
        (distribution("a", Unit.MONEY, "x"), Kind.DISTRIBUTION, Source.APPLICATION),
        (infrastructure("a", Unit.BYTES, "x"), Kind.GAUGE, Source.INFRASTRUCTURE),
    ],
)
def test_each_word_for_a_metric_sets_kind_and_emitter(metric, kind, source):
    assert (metric.kind, metric.source) == (kind, source)


def test_equal_services_make_equal_metrics():
    assert Service("shop-api", "express.request", about="Requests").errors == API.errors


def test_one_tag_needs_no_brackets():
    assert counter("paid", "x", "method") == counter("paid", "x", ("method",))
    assert refused(lambda: counter("paid", "x", ["method"])) == [
        (
            "metric 'paid', `tags`: ['method'] isn't valid here (list). "
            "-> a tuple in parentheses; a single part needs a trailing comma: (…,)"
        )
    ]


def test_kind_and_unit_are_words_and_not_texts():
    assert refused(lambda: Metric("paid", "counter", "count", "x")) == [
        ("metric 'paid', `kind`: 'counter' isn't valid here (str). -> Kind.COUNTER, Kind.GAUGE or Kind.DISTRIBUTION"),
        "metric 'paid', `unit`: 'count' isn't valid here (str). -> a unit, such as Unit.SECONDS",
    ]


def test_a_service_says_what_it_is_about():
    assert refused(lambda: Service("shop-api", "express.request")) == [
        "service 'shop-api', `about`: is missing: every service needs it. -> about=…, a text in quotes"
    ]


def test_grouping_by_a_tag_that_the_metric_does_not_carry_is_refused():
    assert refused(lambda: Count(counter("paid", "x", ("method", "currency")), by=("metod",))) == [
        (
            "`by`: 'metod' isn't a tag of 'paid', so every group would be empty. "
            "-> one of method, currency, or declare the tag on the metric"
        )
    ]


def test_grouping_a_metric_without_tags_is_refused():
    assert refused(lambda: Count(counter("paid", "x"), by=("method",))) == [
        (
            "`by`: 'method' isn't a tag of 'paid', so every group would be empty. "
            "-> no by=, or declare the tag on the metric"
        )
    ]


CPU = counter("node_cpu_seconds_total", "x", ("mode", "instance"))


def test_a_metric_can_be_narrowed_to_a_value_of_its_tags():
    idle = CPU.where(mode="idle")
    assert (idle.only, idle.declared) == ((("mode", "idle"),), CPU)
    assert Ratio(idle, of=CPU).describe() == "node_cpu_seconds_total (mode idle) of node_cpu_seconds_total"


def test_a_metric_is_narrowed_by_tags_that_it_carries():
    assert refused(lambda: CPU.where(core="1")) == [
        (
            "metric 'node_cpu_seconds_total', `only`: 'core' isn't a tag of 'node_cpu_seconds_total', so every group "
            "would be empty. -> one of mode, instance, or declare the tag on the metric"
        )
    ]


def test_what_a_metric_is_narrowed_to_is_in_the_query_of_each_vendor():
    idle = Ratio(CPU.where(mode="idle"), of=CPU)
    counted = "sum:node_cpu_seconds_total{{env:production,{}service:tiny-api}}.as_count()"
    assert datadog(scope(), idle).inline() == f"default_zero({counted.format('mode:idle,')}) / {counted.format('')}"
    labels = 'job="tiny-api",deployment_environment="production"'
    whole = f"sum(increase(node_cpu_seconds_total{{{labels}}}[5m]))"
    part = f'sum(increase(node_cpu_seconds_total{{{labels},mode="idle"}}[5m]))'
    assert prometheus(scope(), idle, "5m") == f"({part} or {whole} * 0) / ({whole} > 0)"


def test_a_product_declares_the_metric_and_not_its_parts():
    count = Count(PAID.where(method="card"))
    board = Dashboard("card", "x", (Lines("x", (count,), about="x"),), about="x", rows=ROW)
    assert product(dashboards=(board,)).dashboards == (board,)


@pytest.mark.parametrize("make", [gauge, infrastructure])
def test_the_highest_value_of_a_level_is_in_its_unit_and_stays_with_its_parts(make):
    flag = make("open", Unit.COUNT, "1 while it is open, else 0", ("service",), most=times(1))
    assert flag.where(service="stripe").most == times(1)
    assert flag.where(service="stripe").declared == flag
    assert refused(lambda: make("open", Unit.COUNT, "x", most=seconds(1))) == [
        "metric 'open', `most`: '1 second' can't be compared with a value that is a count. -> times(20)"
    ]
