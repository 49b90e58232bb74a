"""What declarations cost a month, what grew, and what nobody knows the price of."""

import dataclasses

import pytest

from components.budget import custom_metrics_of
from components.catalogue import scopes
from components.declared import declared, of_environment
from components.problems import InvalidDeclarationError
from components.vocabulary import minutes, times
from review.cost import SERIES_OF_CHECK, costs, prices
from review.grown import grown
from review.markdown import markdown
from review.report import Report
from review.steps import PRODUCT
from tests.conftest import ROOT
from tests.review.compared import stack_of, tiny, urn
from tests.tiny import FRONT, HEALTH, PRODUCTION, TINY, environment, scope


def found(after, what, before=TINY):
    sides = [{"tiny": declared(scope(**vars_of(each)))} for each in (before, after)]
    return next(each for each in costs("prod", *sides, of_environment(PRODUCTION)) if each.what == what)


def vars_of(product):
    return {field.name: getattr(product, field.name) for field in dataclasses.fields(product)}


def oftener():
    check = dataclasses.replace(HEALTH, every=minutes(2.5))
    return tiny(
        alerts=tuple(each for each in TINY.alerts if each.name not in ("down", "certificate", "unprobed", "up-burns")),
        objectives=tuple(
            dataclasses.replace(each, good=check) if each.name == "up" else each for each in TINY.objectives
        ),
    )


def test_executions_are_counted_by_grafanas_formula_and_what_grew_is_named():
    cost = found(oftener(), "executions")
    assert (cost.before, cost.after) == (31 * 24 * (12 + 60) * 2, 31 * 24 * (24 + 60) * 2)
    assert cost.grew == (("tiny health", 31 * 24 * 12 * 2, 31 * 24 * 24 * 2),), "not front, which costs more"
    assert FRONT.every < HEALTH.every


def test_series_are_those_of_a_check_from_each_location():
    cost = found(TINY, "check-series")
    assert cost.after == 2 * 2 * SERIES_OF_CHECK
    assert cost.money is not None


def test_log_events_are_the_daily_limit_of_a_month():
    index = dataclasses.replace(TINY.log_index, at_most_daily=times(2_000_000))
    cost = found(tiny(log_index=index), "log-events")
    assert (cost.before, cost.after) == (31_000, 62_000_000)
    assert f"{cost.money[1]:.2f}" == "105.40"


def test_custom_metrics_are_counted_by_tags_and_what_is_not_stated_is_said():
    cost = found(TINY, "custom-metrics")
    assert cost.after == 1 + 1 + 5 + 1 + 1  # two counters, a distribution, two metrics of logs
    assert "tiny payment.paid by method" in cost.unstated
    assert f"{cost.money[1]:.2f}" == "0.45"


def test_each_combination_of_the_stated_values_of_tags_is_a_custom_metric():
    cost = found(tiny(tag_values={"method": 4, "currency": 2, "status": 7}), "custom-metrics")
    assert cost.after == 4 + 4 + 5 * 2 + 7 + 4
    assert cost.unstated == ()


def test_values_of_a_tag_that_no_metric_has_are_refused():
    with pytest.raises(InvalidDeclarationError, match=r"`tag_values`.*'methode' isn't a tag of any"):
        tiny(tag_values={"methode": 4})


def test_a_budget_that_is_exceeded_is_said_with_what_grew():
    less = environment(uptime_executions_per_month=107136)
    stack = stack_of("prod", (TINY,), (oftener(),), old=less, new=less)
    (line,) = [line for line in markdown(Report((stack,))).splitlines() if line.startswith("- executions")]
    assert line == (
        "- executions of checks: 107,136 → 124,992 ($ 53.57 → $ 62.50 by list price), "
        "of a budget of 107,136 — **exceeded**; grew: `tiny health` 17,856 → 35,712 · prod"
    )


def test_a_refused_budget_names_what_grew_and_not_somebody_elses_check(recordings):

    (known,) = (one for one in recordings["prod"].resources if one.type == PRODUCT and one.name == "tikit")
    checks = known.inputs["declares"]["check"]
    before = {"check": {**checks, "api-ready": {**checks["api-ready"], "executions": "1"}}}
    others = [
        {"urn": urn(PRODUCT, one.name), "type": PRODUCT, "inputs": one.inputs}
        for one in recordings["prod"].resources
        if one.type == PRODUCT and one.name != "tikit"
    ]
    state = [*others, {"urn": urn(PRODUCT, "tikit"), "type": PRODUCT, "inputs": {"declares": before}}]
    now = int(checks["api-ready"]["executions"])
    said = "Pulumi.prod.yaml, `uptime-executions-per-month`: 7 is exceeded: …"
    assert list(grown(state, "prod", ROOT, said)) == [
        f"What grew since the last `up`: tikit api-ready 1 -> {now:,} executions of checks a month."
    ]


def test_custom_metrics_that_grew_are_named_beside_their_budget():
    (scope,) = (each for each in scopes("prod", ROOT) if each.product.name == "tikit")
    after = declared(scope)
    product = {**after["product"]["tikit"], "tag_values": "paymentMethod=1, currency=1"}
    state = [
        {
            "urn": urn(PRODUCT, "tikit"),
            "type": PRODUCT,
            "inputs": {"declares": {**after, "product": {"tikit": product}}},
        }
    ]
    (line,) = grown(state, "prod", ROOT, "Pulumi.prod.yaml, `custom-metrics`: 7 is exceeded: …")
    assert "tikit event.capacity.remaining 1 -> 50" in line
    assert "tikit user.registered" not in line
    assert line.endswith(" custom metrics in Datadog a month.")


def test_a_budget_of_each_kind_is_beside_its_quantity():
    limits = {"custom-metrics": "8", "log-events-per-month": "31000"}
    before = {"tiny": declared(scope())}
    found = {cost.what: cost for cost in costs("prod", before, before, limits)}
    assert (found["custom-metrics"].budget, found["custom-metrics"].over) == (8, True)
    assert (found["log-events"].budget, found["log-events"].over) == (31_000, False)


def test_both_sides_of_the_program_count_alike():
    """The rule on what is declared, and the report on what the state says of it."""
    for each in scopes("prod", ROOT):
        said = costs("prod", {}, {each.product.name: declared(each)}, {})
        counted = sum(amount for _, amount in custom_metrics_of(each))
        assert [cost.after for cost in said if cost.what == "custom-metrics"] == ([counted] if counted else [])


def test_products_with_a_monitoring_document_state_how_many_values_their_tags_have():
    documented = [
        each for each in scopes("prod", ROOT) if (ROOT / f"docs/requirements/{each.product.name}.md").exists()
    ]
    assert documented
    said = costs("prod", {}, {each.product.name: declared(each) for each in documented}, {})
    assert [cost.unstated for cost in said if cost.what == "custom-metrics"] == [()]


def test_every_price_says_where_and_when_it_was_read():
    for key, price in prices().items():
        assert price.source.startswith("https://"), key
        assert price.read.startswith("20"), key
        assert price.unit > 0, key
        assert price.why, key


def test_a_check_with_another_name_did_not_grow():
    from tests.review.compared import report, tiny
    from tests.tiny import TINY as PRODUCT

    named = dataclasses.replace(FRONT, name="shop-front", was="front")
    alerts = tuple(
        dataclasses.replace(each, when=dataclasses.replace(each.when, check=named))
        if each.name == "front-down"
        else each
        for each in PRODUCT.alerts
        if each.name != "certificate"
    )
    cost = next(each for each in report((tiny(alerts=alerts),)).stacks[0].costs if each.what == "executions")
    assert (cost.before, cost.grew) == (cost.after, ())
