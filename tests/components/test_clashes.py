"""Names that would fall together at a vendor are refused where they are written, across products and environments."""

import dataclasses

import pytest

from components.clashes import clashes
from components.vocabulary import (
    Absence,
    BudgetBurns,
    Check,
    Dashboard,
    ErrorTracking,
    Maintenance,
    Severity,
    Slack,
    hours,
    minutes,
    percent,
    times,
)
from tests.refusals import said
from tests.tiny import CORRECT, DASHBOARD, FAILING, ON_CALL, QUIET, ROW, TEAM, TELEMETRY, TINY, WAKES, alert, product

SMALL = {
    "alerts": (),
    "objectives": (),
    "dashboards": (),
    "errors": None,
    "log_metrics": (),
    "log_index": None,
    "severities": (),
}
SLOW = TELEMETRY[2].when


def empty(name, **other):
    """A product of which nothing is declared but what a test gives it."""
    return product(**({"name": name, "title": name, "service": name, "workspace": name} | SMALL | other))


def alerts(name, *made):
    """A product with these alerts, which aren't looked at any further."""
    severities = tuple(dict.fromkeys(each.severity for each in made))
    return empty(name, alerts=made, severities=severities, objectives=TINY.objectives)


def found(*products, suffixes=("",)):
    return said(clashes(products, suffixes))


def test_products_that_share_nothing_are_apart():
    assert found(empty("shop"), empty("shop-main"), product(), suffixes=("", "-staging", "-demo")) == []


def test_a_product_and_an_alert_that_join_to_one_name():
    shop = alerts("shop", alert("main-down", SLOW))
    main = alerts("shop-main", alert("down", SLOW))
    assert (
        "shop-main, alert 'down', `name`: 'down' becomes the alert 'shop-main-down', and so does alert 'main-down' "
        "of shop: one would replace the other. -> another name"
    ) in found(shop, main)


LATE = Severity(
    "Late",
    "Late",
    urgency=2,
    answer_within=hours(1),
    tell=(TEAM,),
    rows=ROW,
    escalate_after=hours(1),
    escalate_to=(ON_CALL,),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (alert("errors", FAILING.above(percent(5))), "errors-traffic"),
        (alert("errors", FAILING.above(percent(5))), "errors-ratio"),
        (alert("burns", BudgetBurns(CORRECT, spending=percent(2), within=hours(1), at_least=times(9))), "burns-burn"),
        (alert("slow", SLOW, LATE), "slow-late"),
    ],
)
def test_an_alert_and_what_is_declared_beside_another(one, other):
    texts = found(alerts("shop", one, alert(other, SLOW)))
    assert [text.partition(",")[0] for text in texts] == ["shop"]
    assert f"alert '{other}', `name`: '{other}' becomes the alert 'shop-{other}'" in texts[0]
    assert f"alert '{one.name}' of shop" in texts[0]


@pytest.mark.parametrize(
    ("field", "items", "label"),
    [
        ("dashboards", ("main", "main-staging"), "dashboard"),
        ("maintenance", ("night", "night-staging"), "maintenance"),
    ],
)
def test_a_name_that_ends_like_another_environment(field, items, label):
    make = {
        "dashboards": lambda name: Dashboard(name, name, DASHBOARD.widgets[:1], about="x", rows=ROW),
        "maintenance": lambda name: Maintenance(name, ("sunday",), "03:00", "04:00", timezone="UTC", rows=ROW),
    }[field]
    made = empty("shop", **{field: tuple(make(name) for name in items)})
    assert found(made) == []
    (text,) = found(made, suffixes=("", "-staging"))
    assert f"becomes the {label} 'shop-{items[1]}', and so does {label} '{items[1]}' of shop" in text


def test_a_check_whose_name_ends_like_another_environment():
    checks = tuple(Check(name, "api", "/", every=minutes(1), rows=ROW) for name in ("up", "up-staging"))
    made = alerts("shop", alert("unprobed", Absence(checks, over=hours(1))))
    (text,) = found(made, suffixes=("", "-staging"))
    assert "becomes the check 'shop-up-staging', and so does check 'up-staging' of shop" in text


def test_a_product_that_is_called_like_another_in_another_environment():
    (text,) = found(empty("shop"), empty("shop-staging"), suffixes=("", "-staging"))
    assert "becomes the product 'shop-staging'" in text


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("title", "SHOP", "title"),
        ("service", "shop", "service"),
        ("errors", ErrorTracking("node", rows=ROW, project="shop"), "project of errors"),
    ],
)
def test_two_products_of_one_title_service_or_project(field, value, kind):
    shop = empty("shop", errors=ErrorTracking("node", rows=ROW))
    (text,) = found(shop, empty("plaza", **{field: value}))
    assert text.startswith("plaza, `")
    assert f"becomes the {kind} " in text
    assert "the product of shop" in text


def test_two_products_may_tell_the_same_receivers():
    """They belong to the account: components/ownership.py says who declares them."""
    told = {"severities": (dataclasses.replace(WAKES, tell=(Slack("#alerts"), ON_CALL)),)}
    shop, plaza = (empty(name, workspace="one", **told) for name in ("shop", "plaza"))
    assert found(shop, plaza) == []


def test_severities_of_one_name_belong_to_their_products():
    people = {"severities": (WAKES, QUIET), "telemetry": "grafana"}
    assert found(empty("shop", **people), empty("shop-main", **people)) == []
