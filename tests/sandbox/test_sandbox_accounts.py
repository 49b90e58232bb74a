"""The stand-ins say that they are the accounts which the stack's file names, so that a program may ask."""

from __future__ import annotations

import pytest
from support import Caller

from sandbox.project import Project
from sandbox.standins import ROOT
from sandbox.vendors import datadog, grafana, sentry
from sandbox.vendors.servicer import StandIn
from sandbox.vendors.store import Store

CURRENT_USER = "datadog:index/getCurrentUser:getCurrentUser"
DATA_SOURCE = "grafana:oss/getDataSource:getDataSource"
ORGANIZATION = "sentry:index/getOrganization:getOrganization"


def test_each_vendor_answers_with_the_name_it_was_given(tmp_path):
    store = Store(tmp_path / "vendors.db", {"datadog": "Acme Inc.", "grafana": "42"})
    user = Caller(StandIn(datadog.VENDOR, store)).invoke(CURRENT_USER, {})
    assert user["orgName"] == "Acme Inc."
    assert user["orgId"] != user["id"]
    source = Caller(StandIn(grafana.VENDOR, store)).invoke(DATA_SOURCE, {"uid": "grafanacloud-prom"})
    assert source["basicAuthUsername"] == "42"
    assert Caller(StandIn(sentry.VENDOR, store)).invoke(ORGANIZATION, {"slug": "acme"})["slug"] == "acme"


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_the_names_are_those_of_the_stacks_file(stack):
    assert Project(ROOT, stack).accounts() == {"datadog": "your-organisation", "grafana": "1"}


def test_a_project_without_such_names_is_served_all_the_same(project):
    assert Project(project.directory, "staging").accounts() == {}
