"""Every refusal says where it was read: in a table without exceptions, and in what a person sees."""

from __future__ import annotations

import pytest

from sandbox.vendors import datadog, grafana, sentry
from sandbox.vendors.model import Refusing, evidenced, one_of, read_in

VENDORS = (datadog.VENDOR, grafana.VENDOR, sentry.VENDOR)
KINDS = [(vendor, token, kind) for vendor in VENDORS for token, kind in vendor.types.items()]


@pytest.mark.parametrize(("vendor", "token", "kind"), KINDS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_rule_of_every_type_has_its_evidence(vendor, token, kind):
    rules = [*kind.rules, *kind.account_rules, *kind.delete_rules]
    assert all(isinstance(rule, Refusing) and rule.read.strip() for rule in rules)
    assert all(read.strip() for read in kind.unique.values())
    assert vendor.schema.strip()


def test_a_refusal_without_evidence_cannot_be_made():
    with pytest.raises(ValueError, match="no refusal without evidence"):
        read_in(" ", one_of("type", "a"))
    with pytest.raises(ValueError, match="no refusal without evidence: name is taken"):
        evidenced("name is taken", "")


def test_what_a_person_sees_ends_in_where_it_was_read(datadog_api):
    monitor = {"name": " n", "message": "m", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1"}
    (said,) = datadog_api.check("datadog:index/monitor:Monitor", monitor)
    assert said.startswith("name cannot start with a space [grosser/kennel: lib/kennel/models/monitor.rb")
    (missing,) = datadog_api.check("datadog:index/monitor:Monitor", {**monitor, "message": None})
    assert missing.endswith("[the schema of pulumi-datadog 5.17.0]")
