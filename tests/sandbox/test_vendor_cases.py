"""What the vendors do with 96 inputs, each with where that was read: the stand-ins do the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CASES = json.loads(Path(__file__).with_name("vendor_cases.json").read_text())
OURS = [case for case in CASES if case["vendor"] in ("datadog", "grafana")]


def name_of(case: dict[str, Any]) -> str:
    return f"{case['vendor']}: {case['case']} [{case['source']}]"


@pytest.mark.parametrize("case", OURS, ids=name_of)
def test_a_stand_in_does_what_the_vendor_does(case, request):
    api = request.getfixturevalue(f"{case['vendor']}_api")
    problems = api.check(case["token"], case["inputs"])
    assert bool(problems) == (case["real"] == "refuse"), problems


def test_the_table_has_every_case_that_was_collected():
    assert len(CASES) == 96
    assert all(case["source"].strip() and case["real"] in ("accept", "refuse") for case in CASES)
