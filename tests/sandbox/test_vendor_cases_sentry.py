"""What the real Sentry takes and refuses, case by case, with where that was read: the stand-in does the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.vendors import sentry
from sandbox.vendors.model import Refusing

TABLE = Path(__file__).with_name("vendor_cases_sentry.json")


def whole(value: Any) -> Any:
    """A long text is written as its beginning, and how often its end repeats."""
    if isinstance(value, dict) and set(value) == {"text", "then", "times"}:
        return value["text"] + value["then"] * value["times"]
    if isinstance(value, dict):
        return {key: whole(each) for key, each in value.items()}
    return [whole(each) for each in value] if isinstance(value, list) else value


CASES = [
    pytest.param(each["token"], whole(each["inputs"]), each["real"], id=f"{each['case']} [{each['source']}]")
    for each in json.loads(TABLE.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("token", "inputs", "real"), CASES)
def test_the_stand_in_does_as_the_real_sentry(sentry_api, token, inputs, real):
    said = sentry_api.check(token, inputs)
    assert ("refuse" if said else "accept") == real, said


def test_every_refusal_says_where_it_was_read():
    for token, kind in sentry.TYPES.items():
        for rule in (*kind.rules, *kind.account_rules, *kind.delete_rules):
            assert isinstance(rule, Refusing), (token, rule)
            assert rule.read.strip()
