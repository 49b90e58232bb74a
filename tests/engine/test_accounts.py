"""Two products that tell the same channel and PagerDuty service, on the real engine: in one stack, then in one each."""

import json
import re

import pytest

from tests.engine.sandbox import CHANGED, Sandbox, project

SHOP = '''"""Tells whom Tikit tells."""

from components.vocabulary import *

ON_CALL, ALERTS = PagerDuty("tikit"), Slack("#alerts")
P0 = Severity("P0", "Critical", urgency=1, answer_within=minutes(15), tell=(ON_CALL, ALERTS), rows="SHO-01")
ORDERS = counter("shop.orders", "Orders")
MANY = Count(ORDERS).over(minutes(5)).above(times(9))
SILENT = Absence(ORDERS, over=hours(1))
FATAL = Issues(on=("new",), where=(AtLeast("fatal"),), at_most_every=minutes(5))

PAGE = Dashboard(
    "main",
    "Main",
    (Firing("Now", about="What fires"), Lines("Orders", (Count(ORDERS),), about="Orders")),
    about="Is it up?",
    rows="SHO-05",
)

PRODUCT = Product(
    "shop",
    "Shop",
    "shop-team",
    service="shop",
    telemetry="datadog",
    workspace="tikit",
    urls={"production": {}, "staging": {}},
    severities=(P0,),
    errors=ErrorTracking("node", rows="SHO-02"),
    dashboards=(PAGE,),
    alerts=(
        Alert("too-many", P0, when=MANY, summary="Over {threshold} orders", runbook="Look.", rows="SHO-03"),
        Alert("silent", P0, when=SILENT, summary="No order", runbook="Look.", rows="SHO-03"),
        Alert("fatal", P0, when=FATAL, summary="It crashed", runbook="Look.", rows="SHO-04"),
    ),
)
'''
TIKIT = SHOP.replace("shop", "tikit").replace("Shop", "Tikit").replace("SHO-", "TIK-")
SHARED = {
    "datadog-tikit-pagerduty-tikit": "datadog:pagerduty/serviceObject:ServiceObject",
    "datadog-tikit-slack-alerts": "datadog:slack/channel:Channel",
    "sentry-tikit-pagerduty-tikit": "sentry:index/integrationPagerduty:IntegrationPagerduty",
}
KINDS = "select type, id, urn from resources where type in (?, ?, ?) order by type"


@pytest.fixture(scope="module")
def root(tmp_path_factory, engine):
    made = project(tmp_path_factory)
    for path in (made / "stacks").iterdir():
        if path.is_file() and path.stem not in ("__init__", "tikit"):
            path.unlink()
    (made / "stacks" / "shop.py").write_text(SHOP, encoding="utf-8")
    # Two small products: what they share doesn't depend on what else they declare, and all of it is applied often.
    (made / "stacks" / "tikit.py").write_text(TIKIT, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def prod(root):
    made = Sandbox(root, "prod")
    made.copy.edit("Pulumi.prod.yaml", "    protect: true", "    protect: false")
    return made


@pytest.fixture(scope="module")
def own(root):
    """The stack of one of the products."""
    return Sandbox(root, "prod-shop")


def at_vendors(sandbox):
    return sandbox.at_vendors(KINDS, *SHARED.values())


def told(sandbox, name):
    """The inputs of an alert in the stack's state, as one text."""
    resources = sandbox.state()["deployment"]["resources"]
    (found,) = [each for each in resources if each["urn"].endswith(f"::{name}")]
    return json.dumps(found["inputs"])


def test_1_both_are_declared_with_one_channel_and_one_service_at_each_vendor(prod):
    assert prod.changes("up") >= {*SHARED, "shop-too-many", "shop-fatal", "tikit-too-many"}
    assert sorted(kind for kind, _, _ in at_vendors(prod)) == sorted(SHARED.values())


def test_2_a_second_preview_finds_nothing_to_do(prod):
    printed = prod("preview")
    assert re.search(r"\d+ unchanged", printed)
    assert not CHANGED.search(printed)


def test_3_one_product_left_out_takes_nothing_from_the_other(prod, monkeypatch):
    before = at_vendors(prod)
    prod.copy.edit("Pulumi.prod.yaml", "    protect: false\n", "    protect: false\n    products: [shop]\n")
    monkeypatch.setenv("DELETE", "yes")
    gone = prod.changes("up")
    # The environment is an input of what exists only once, and `products` is part of it.
    assert all(name in ("tikit", "once-per-account") or name.startswith("tikit-") for name in gone)
    assert at_vendors(prod) == before
    for handle in ("@slack-tikit-alerts", "@pagerduty-tikit"):
        assert handle in told(prod, "shop-too-many")
    (service,) = [identity for kind, identity, _ in before if kind.startswith("sentry:")]
    assert f'"serviceId": "{service}"' in told(prod, "shop-fatal")


def test_4_with_one_stack_per_product_a_stack_that_comes_first_is_told_what_to_apply_before(root, prod, own):
    shared = (root / "Pulumi.prod.yaml").read_text(encoding="utf-8")
    alone = shared.replace("owns: [receivers, metric-settings]", "owns: []")
    (root / "Pulumi.prod-shop.yaml").write_text(alone, encoding="utf-8")
    prod.copy.edit("Pulumi.prod.yaml", "products: [shop]", "products: [tikit]")
    prod("destroy")
    assert at_vendors(prod) == []
    own("preview", expect=1)
    assert "is declared by the stack prod, and hasn't been yet" in own.printed[-2]
    for path in (root / ".sandbox" / "state" / ".pulumi" / "stacks" / "monitoring").glob("prod.json*"):
        path.unlink()
    own("preview", expect=1)
    assert "make up STACK=prod" in own.printed[-1]


def test_5_the_owner_declares_for_both_and_the_other_stack_refers_to_it(prod, own):
    assert prod.changes("up") >= {*SHARED, "tikit-too-many"}
    created = own.changes("up")
    assert "shop-fatal" in created
    assert not created & set(SHARED)
    (service,) = [identity for kind, identity, _ in at_vendors(prod) if kind.startswith("sentry:")]
    assert f'"serviceId": "{service}"' in told(own, "shop-fatal")
    assert "@pagerduty-tikit" in told(own, "shop-too-many")


def test_6_a_second_preview_of_either_finds_nothing_to_do(prod, own):
    for sandbox in (prod, own):
        assert not CHANGED.search(sandbox("preview"))


def test_7_the_owner_without_a_product_of_its_own_still_reaches_for_the_other(root, prod, own, monkeypatch):
    before = at_vendors(prod)
    prod.copy.edit("Pulumi.prod.yaml", "products: [tikit]", "products: none")
    monkeypatch.setenv("DELETE", "yes")
    prod("up")
    assert at_vendors(prod) == before
    assert not CHANGED.search(own("preview"))


def test_8_what_two_stacks_would_own_is_refused_before_anything_is_declared(own):
    own.copy.edit("Pulumi.prod-shop.yaml", "owns: []", "owns: [receivers]")
    own("preview", expect=1)
    assert "exists only once" in own.printed[-1]
    own.copy.edit("Pulumi.prod-shop.yaml", "owns: [receivers]", "owns: []")


def test_9_destroy_of_one_leaves_what_is_shared_and_of_both_leaves_nothing(prod, own):
    before = at_vendors(prod)
    own("destroy")
    assert at_vendors(prod) == before
    prod("destroy")
    assert prod.at_vendors() == []
