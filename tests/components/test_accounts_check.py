"""Whose account the credentials open is asked before anything is declared; another than the stack file's is refused."""

import asyncio

import pulumi
import pytest
from pulumi.runtime import run_in_stack, set_mocks
from pulumi.runtime.mocks import Mocks
from pulumi.runtime.settings import set_root_resource

from components.accounts_check import mismatches
from components.vendors import VENDORS, vendors_used
from review import recorder
from tests.refusals import said
from tests.tiny import TELEMETRY, scope

FILE = "Pulumi.test.yaml"
OURS = {"getCurrentUser": {"orgName": "Tiny Org"}, "getDataSource": {"basicAuthUsername": "1"}}
OURS["getOrganization"] = {"slug": "tiny-org"}


class Vendors(Mocks):
    """Answers who it is, or, with a pair of nothing and reasons, that it won't say."""

    def __init__(self, **other):
        self.answers = OURS | other
        self.asked = []

    def call(self, args):
        look_up = args.token.rpartition(":")[2]
        self.asked.append((look_up, args.args))
        return self.answers[look_up]

    def new_resource(self, args):
        raise AssertionError("nothing is declared by asking")


def asked(vendors, *scopes):
    found = []

    async def run():
        set_mocks(vendors, project="monitoring", stack="test", preview=False)
        set_root_resource(None)
        await run_in_stack(lambda: found.extend(mismatches(scopes, FILE)))

    asyncio.run(run())
    return said(found)


def test_credentials_of_the_accounts_that_the_stack_file_names_are_taken():
    vendors = Vendors()
    assert asked(vendors, scope()) == []
    assert [look_up for look_up, _ in vendors.asked] == ["getCurrentUser", "getDataSource", "getOrganization"]
    assert vendors.asked[1][1] == {"uid": "prom"}
    assert vendors.asked[2][1] == {"slug": "tiny-org"}


def test_every_vendor_that_a_product_can_use_is_asked_once_however_many_products_there_are():
    assert set(vendors_used(scope())) == set(VENDORS)
    vendors = Vendors()
    assert asked(vendors, scope(), scope()) == []
    assert len(vendors.asked) == 3


def test_a_vendor_that_nothing_is_declared_at_is_not_asked():
    """Its credentials needn't even be there."""
    without_errors = scope(errors=None, alerts=TELEMETRY)
    vendors = Vendors()
    assert asked(vendors, without_errors) == []
    assert "getOrganization" not in [look_up for look_up, _ in vendors.asked]


@pytest.mark.parametrize(
    ("answers", "ours", "theirs", "credentials"),
    [
        ({"getCurrentUser": {"orgName": "Other"}}, "Tiny Org", "Other", "DD_API_KEY and DD_APP_KEY"),
        ({"getDataSource": {"basicAuthUsername": "7"}}, "1", "7", "GRAFANA_URL and GRAFANA_AUTH"),
        ({"getOrganization": {"slug": "renamed"}}, "tiny-org", "renamed", "SENTRY_AUTH_TOKEN"),
    ],
)
def test_another_account_is_refused_with_both_names(answers, ours, theirs, credentials):
    (key,) = [each.identity for each in VENDORS.values() if " and ".join(each.opened_by) == credentials]
    (problem,) = asked(Vendors(**answers), scope())
    where, instead = problem.split(" -> ")
    assert where.startswith(f"{FILE}, `{key}`: {ours!r} isn't whose account {credentials} open: that is {theirs!r}")
    assert instead == f"nothing here: use {ours}'s credentials; {theirs} only if this stack belongs there"


def test_all_accounts_that_are_wrong_are_said_in_one_run():
    wrong = Vendors(
        getCurrentUser={"orgName": "Other"}, getDataSource={"basicAuthUsername": "7"}, getOrganization={"slug": "other"}
    )
    assert len(asked(wrong, scope())) == 3


def test_a_vendor_that_does_not_say_who_it_is_is_refused_with_what_it_said():
    refusal = ({}, [("slug", "404 Not Found\nThe requested resource")])
    (problem,) = asked(Vendors(getOrganization=refusal), scope())
    assert problem.startswith(f"{FILE}, `sentry-organization`: 'tiny-org' can't be checked, and nothing is declared")
    assert "404 Not Found The requested resource" in problem
    assert "give SENTRY_AUTH_TOKEN that may look up their account (docs/environments.md)" in problem


def test_the_program_stops_at_another_account_before_it_declares_anything(monkeypatch):
    declared = recorder.Recording()
    monkeypatch.setattr(recorder, "Recording", lambda: declared)
    answer = recorder._Answers.call

    def other(self, args):
        return {"orgName": "Somebody Else"} if args.token.endswith(":getCurrentUser") else answer(self, args)

    monkeypatch.setattr(recorder._Answers, "call", other)
    with pytest.raises(pulumi.RunError, match="1 problem found, nothing was declared") as refusal:
        recorder.record("prod")
    assert "'Somebody Else'" in str(refusal.value)
    assert declared.resources == []
