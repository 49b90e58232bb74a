"""Sentry's alerts played through, and that an alert broken on purpose is noticed."""

from dataclasses import replace

import pytest

from proof.sentry.judge import judge

PLAYED = {
    "level": ("tikit", "fatal-error"),
    "tag": ("tikit", "payment-error"),
    "new": ("a-lo-cubano", "new-error"),
    "often": ("clipforge", "database-errors"),
    "count": ("ticketcap", "payment-errors"),
    "share": ("fair-trade-worker", "critical-error-rate"),
}


def of(proof, kind, stack="prod"):
    product, alert = PLAYED[kind]
    (found,) = [each for each in proof.sentry if each.name == f"{product}, {alert}" and each.stack == stack]
    return found


def failures(watched):
    return [failure for case in watched.cases for failure in judge(watched, case)]


@pytest.mark.parametrize("kind", PLAYED)
def test_an_alert_of_each_kind_does_what_the_product_file_says(proof, kind):
    assert failures(of(proof, kind)) == []


def changed(watched, **settings):
    return replace(watched, alert=replace(watched.alert, **settings))


def without(watched, kind):
    return changed(watched, conditions=tuple(each for each in watched.alert.conditions if each[0] != kind))


def condition(watched, kind, **settings):
    conditions = [(name, dict(given) | (settings if name == kind else {})) for name, given in watched.alert.conditions]
    return changed(watched, conditions=tuple(conditions))


def monitored(watched, **settings):
    monitors = {name: replace(each, **settings) for name, each in watched.declared.monitors.items()}
    return replace(watched, declared=replace(watched.declared, monitors=monitors))


def searching(watched, old, new):
    (identity,) = watched.alert.monitors
    return monitored(watched, query=watched.declared.monitors[identity].query.replace(old, new))


BREAKS = {
    "a lower level": ("level", lambda it: condition(it, "level", level=40)),
    "no level": ("level", lambda it: without(it, "level")),
    "another frequency": ("level", lambda it: changed(it, frequency=3600)),
    "no frequency": ("level", lambda it: changed(it, frequency=0)),
    "no filter on the environment": ("level", lambda it: without(it, "taggedEvent")),
    "an environment of its own": ("share", lambda it: changed(it, environment="production")),
    "nothing but new ones": ("level", lambda it: changed(it, triggers=frozenset({"new"}))),
    "any event": ("tag", lambda it: changed(it, triggers=frozenset())),
    "no return": ("tag", lambda it: changed(it, triggers=frozenset({"new"}))),
    "every new one": ("new", lambda it: without(it, "taggedEvent")),
    "another number": ("often", lambda it: condition(it, "eventFrequencyCount", value=2)),
    "a greater number": ("often", lambda it: condition(it, "eventFrequencyCount", value=4)),
    "another interval": ("often", lambda it: condition(it, "eventFrequencyCount", interval="1h")),
    "events that were made to test": ("often", lambda it: without(it, "eventAttribute")),
    "another threshold": ("count", lambda it: monitored(it, levels=(("gt", 8.0, 75), ("lte", 4.0, 0)))),
    "a threshold that is reached": ("count", lambda it: monitored(it, levels=(("gte", 5.0, 75), ("lte", 4.0, 0)))),
    "no recovery": ("count", lambda it: monitored(it, levels=(("gt", 5.0, 75), ("lte", -1.0, 0)))),
    "another window": ("count", lambda it: monitored(it, window=60)),
    "a path that finds nothing": ("count", lambda it: searching(it, "*/api/payment/*", "/api/payments/*")),
    "every error": ("count", lambda it: searching(it, " transaction:*/api/payment/*", "")),
    "another environment's requests": ("share", lambda it: searching(it, " environment:production", "")),
    "all spans": ("share", lambda it: searching(it, "is_transaction:true ", "")),
    "in per cent": ("share", lambda it: monitored(it, levels=(("gt", 5.0, 75), ("lte", 4.0, 0)))),
    "a receiver less": ("level", lambda it: changed(it, receivers=it.alert.receivers - {"#alerts"})),
    "a receiver more": ("level", lambda it: changed(it, receivers=it.alert.receivers | {"team other"})),
    "the errors of another project": ("level", lambda it: changed(it, monitors=("kartis-sentry-project-id",))),
}


@pytest.mark.parametrize("change", BREAKS)
def test_an_alert_broken_on_purpose_is_noticed(proof, change):
    kind, spoil = BREAKS[change]
    assert failures(spoil(of(proof, kind)))


def test_a_pagerduty_service_that_isnt_declared_is_noticed(proof):
    assert "nobody (pagerduty tikit" in str(failures(replace(of(proof, "level"), services={}))[0])
