"""What an `up` takes along is said first, and done only once somebody has agreed."""

from __future__ import annotations

import shutil

import pytest

from tests.sandbox.support import TinyProject

MONITOR = "datadog:index/monitor:Monitor"
INDEX = "datadog:index/logsIndex:LogsIndex"
PROJECT = "sentry:index/project:Project"
FOLDER = "grafana:oss/folder:Folder"
CHANNEL = "datadog:slack/channel:Channel"

COMPONENTS = """
import json
from pathlib import Path
import pulumi

class Resource(pulumi.CustomResource):
    pass

class Product(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("monitoring:components:ProductMonitoring", name)

declared = json.loads(Path(__file__).with_name("resources.json").read_text())
products = {name: Product(name) for name in dict.fromkeys(name.partition("-")[0] for _, name, _ in declared)}
for kind, name, props in declared:
    protect = props.pop("protect", None)
    opts = pulumi.ResourceOptions(parent=products[name.partition("-")[0]], protect=protect)
    Resource(kind, name, props, opts)
"""


def monitor(name, **other):
    given = {"name": name, "type": "query alert", "message": "Many", "query": "avg(last_5m):avg:errors{*} > 5"}
    return MONITOR, name, {**given, "monitorThresholds": {"critical": "5"}, **other}


def index(product, **other):
    return INDEX, f"{product}-log-index", {"name": product, "filters": [{"query": "*"}], "retentionDays": 7, **other}


CHANNEL_OF_SHOP = (
    CHANNEL,
    "shop-channel",
    {"accountName": "a", "channelName": "#a", "display": {"message": True}},
)
SHOP = (index("shop"), monitor("shop-slow"), monitor("shop-slow-traffic"), monitor("shop-down"), CHANNEL_OF_SHOP)
REST = (monitor("tikit-slow"),)


@pytest.fixture(scope="module")
def template(tmp_path_factory, engine):
    """Two products, of which one may be deleted: applied once."""
    project = TinyProject(tmp_path_factory.mktemp("losses") / "project")
    project.program(COMPONENTS)
    project.declare(*SHOP, *REST)
    up = project.run("up")
    assert up.code == 0, up
    return project.directory


@pytest.fixture
def applied(template, tmp_path):
    """A copy of it for each test."""
    shutil.copytree(template, tmp_path / "project")
    return TinyProject.at(tmp_path / "project")


def refused(ran):
    """What an `up` said that changed nothing."""
    assert ran.code == 1, ran
    assert "Nothing was changed." in ran.err
    assert "make up STACK=staging DELETE=yes" in ran.err
    return ran.err


def test_a_product_that_is_left_out_is_listed_and_goes_once_somebody_has_agreed(applied):
    before = applied.vendor_ids()
    applied.declare(*REST)
    said = refused(applied.run("up"))
    assert "  shop\n" in said
    assert "Datadog: shop-log-index (deleted): its logs, and its name can't be used again" in said
    assert "Datadog: 2 alerts (shop-down, shop-slow): when they fired" in said
    assert "tikit" not in said
    assert applied.vendor_ids() == before

    agreed = applied.run("up", DELETE="yes")
    assert agreed.code == 0, agreed
    assert len(applied.vendor_ids()) == 1


@pytest.mark.parametrize("answer", ["", "no", "1", "YES"])
def test_no_other_word_than_yes_is_an_agreement(applied, answer):
    applied.declare(*REST)
    refused(applied.run("up", DELETE=answer))


def test_a_preview_says_it_as_well_and_succeeds(applied):
    applied.declare(*REST)
    ran = applied.run("preview")
    assert ran.code == 0, ran
    assert "shop-log-index (deleted): its logs" in ran.err
    assert "`up` does it only with DELETE=yes" in ran.err


def test_a_changed_name_that_replaces_what_holds_history_is_asked_about(applied):
    applied.declare(index("shop", name="shop-live"), *SHOP[1:], *REST)
    said = refused(applied.run("up"))
    assert "shop-log-index (replaced): its logs" in said


def test_one_alert_with_its_part_is_normal_work(applied):
    applied.declare(*(each for each in SHOP if not each[1].startswith("shop-slow")), *REST)
    ran = applied.run("up")
    assert ran.code == 0, ran
    assert "- 2 deleted" in ran.out


def test_several_alerts_at_once_are_asked_about(applied):
    applied.declare(SHOP[0], *SHOP[-1:], *REST)
    assert "2 alerts (shop-down, shop-slow): when they fired" in refused(applied.run("up"))


def test_what_has_no_history_is_not_asked_about(applied):
    applied.declare(*SHOP[:-1], *REST)
    ran = applied.run("up")
    assert ran.code == 0, ran
    assert "- 1 deleted" in ran.out


def test_what_is_protected_is_listed_too_and_agreeing_takes_the_protection_off(project):
    project.program(COMPONENTS)
    project.declare(index("shop", protect=True), *REST)
    assert project.run("up").code == 0
    project.declare(*REST)
    assert "shop-log-index (deleted, protected): its logs" in refused(project.run("up"))
    agreed = project.run("up", DELETE="yes")
    assert agreed.code == 0, agreed
    assert "Protection was removed" in agreed.out
    assert len(project.vendor_ids()) == 1


def test_a_program_that_is_refused_is_told_as_ever(applied):
    applied.program("import pulumi\nraise pulumi.RunError('1 problem: none')\n")
    ran = applied.run("up")
    assert ran.code == 1
    assert "error: 1 problem: none" in ran.err
    assert "DELETE=yes" not in ran.err


def test_rules_that_leave_a_group_are_alerts_that_go(project):
    def group(*uids):
        rules = [{"uid": uid, "name": uid, "condition": "A", "datas": [data()]} for uid in uids]
        return (
            "grafana:alerting/ruleGroup:RuleGroup",
            "shop-rules",
            {"name": "shop", "folderUid": "shop", "intervalSeconds": 60, "rules": rules},
        )

    def data():
        time = {"from": 600, "to": 0}
        return {"refId": "A", "datasourceUid": "prom", "relativeTimeRange": time, "model": '{"refId":"A"}'}

    folder = (FOLDER, "shop-folder", {"title": "Shop", "uid": "shop"})
    project.program(COMPONENTS)
    project.declare(folder)
    assert project.run("up").code == 0
    project.declare(folder, group("a", "b", "c"))
    up = project.run("up")
    assert up.code == 0, up
    project.declare(folder, group("a"))
    assert "Grafana: 2 alerts (b, c): when they fired" in refused(project.run("up"))
    project.declare(folder, group("a", "b"))
    assert project.run("up").code == 0
