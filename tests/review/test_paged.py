"""A report says whom recorded data would have woken, before and after."""

import dataclasses
import sys

import pytest

from review import review
from review.html import html
from review.markdown import markdown
from review.paged import Paged
from tests.review.compared import plain, replaced, report, tiny

PAGED = Paged(
    "prod",
    "2026-11-01 00:00 to 2026-11-15 00:00 UTC: 23 of 86 alerts have data",
    (("tiny, errors", "silent", "fires 3 times, 30 min in total"), ("tiny, down", None, "silent")),
    (("PagerDuty tiny", 0.5, 1.5), ("SMS | <b>", 40.0, 40.0)),
    28,
)


@pytest.fixture
def changed():
    """A report in which something changes: without a change nothing is said."""
    before = tiny()
    alerts = replaced(before.alerts, "errors", runbook="Look at something else first.")
    return report((dataclasses.replace(before, alerts=alerts),))


def section(paged, changed):
    text = markdown(dataclasses.replace(changed, paged=(paged,)))
    return [plain(line) for line in text.split("Pages on recorded data")[1].split("\n\n")[1].splitlines()]


def test_each_receiver_and_each_alert_that_fires_otherwise_has_a_line_with_before_and_after(changed):
    assert section(PAGED, changed) == [
        "- PagerDuty tiny woken: 0.5 → 1.5 pages a week, of 28 · prod",
        "- SMS | <b> woken as often: 40.0 → 40.0 pages a week, of 28 — more than the budget · prod",
        "- tiny, errors silent → fires 3 times, 30 min in total · prod",
        "- tiny, down not declared → silent · prod",
        "- 2026-11-01 00:00 to 2026-11-15 00:00 UTC: 23 of 86 alerts have data · prod",
    ]


def test_that_nothing_fires_otherwise_is_said(changed):
    (line,) = section(dataclasses.replace(PAGED, alerts=(), receivers=()), changed)
    assert line.endswith("23 of 86 alerts have data; no alert fires differently · prod")


def test_the_page_says_the_same_and_names_stay_text(changed):
    page = html(dataclasses.replace(changed, paged=(PAGED,)))
    assert "Pages on recorded data" in page
    assert "SMS | &lt;b&gt;" in page
    assert "SMS | <b>" not in page


def test_without_data_there_is_no_such_section(changed):
    assert "recorded data" not in markdown(changed)


def test_a_preview_has_no_rules_of_before(monkeypatch, tmp_path):
    arguments = ["review", "--plan", "plan.json", "--data", "folder", "--out", str(tmp_path / "review.md")]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit, match="DATA= goes with BASE=, not with PLAN="):
        review.main()
