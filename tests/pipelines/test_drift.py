"""Drift: what a refresh finds, apart from what never comes back, in one issue per stack."""

import json
import sys

import pytest

from pipelines import drift
from pipelines.drift import LABEL, body, drifted, tell
from pipelines.github import BOT, GitHub
from review.steps import read_plan
from tests.pipelines import vendors
from tests.pipelines.standin import StandIn, pulumi
from tests.pipelines.test_unmanaged import at_vendors
from tests.review.compared import MONITOR, urn

HERE = "/repos/acme/monitoring"
PARENT = urn("monitoring:components:DatadogMonitoring", "tikit-datadog")
CONTACT = "grafana:alerting/contactPoint:ContactPoint"


def state(kind, name, inputs):
    return {"urn": urn(kind, name), "type": kind, "parent": PARENT, "inputs": inputs, "outputs": inputs}


def step(op, kind, name, before, after=None):
    sides = {
        "oldState": state(kind, name, before),
        **({"newState": state(kind, name, after)} if after is not None else {}),
    }
    return {"op": op, "urn": urn(kind, name), **sides, "detailedDiff": None}


# As `pulumi refresh --preview-only --json` of 3.259.0 prints it (seen in the sandbox).
REFRESH = {
    "steps": [
        step("refresh", MONITOR, "tikit-same", {"name": "x"}, {"name": "x"}),
        step("update", MONITOR, "tikit-slow", {"query": "a > 1", "tags": ["b"]}, {"query": "a > 99", "tags": ["b"]}),
        step("delete", MONITOR, "tikit-gone", {"query": "a > 1"}),
        step("update", MONITOR, "tikit-default", {"onMissingData": "default"}, {}),
        step("update", MONITOR, "tikit-resolve", {"onMissingData": "resolve"}, {}),
        step("update", CONTACT, "tikit-p0", {"slacks": [{"url": "[secret]"}]}, {"slacks": [{"url": "[REDACTED]"}]}),
        step("update", MONITOR, "tikit-modified", {"name": "x"}, {"name": "x"}),
    ],
    "changeSummary": {"same": 1, "update": 5, "delete": 1},
}


def said(refresh=REFRESH, there=(), failed=()):
    return body("prod", drifted(read_plan(json.dumps(refresh), "x")), list(there), list(failed))


def section(text, title):
    return text.partition(f"#### {title}")[2].partition("####")[0]


def test_what_was_changed_or_deleted_by_hand_is_told_with_both_values():
    text = said()
    assert "- Datadog monitor `tikit-gone` of `tikit`" in section(text, "Deleted by hand (1)")
    changed = section(text, "Changed by hand (2)")
    assert "- Datadog monitor `tikit-slow` of `tikit`: `query` `a > 1` → `a > 99`" in changed
    assert "`tikit-resolve` of `tikit`: `onMissingData` `resolve` → none" in changed


def test_what_vendors_never_give_back_is_apart_and_no_drift():
    aside = section(said(), "No drift")
    assert "`tikit-default` of `tikit`: `onMissingData` `default` → none" in aside
    assert "`tikit-p0`" in aside
    assert "`tikit-modified` of `tikit`: only what the vendor computes" in aside
    assert "tikit-same" not in said()


def test_only_what_never_comes_back_is_no_drift_at_all():
    refresh = {"steps": [one for one in REFRESH["steps"] if one["urn"].endswith(("default", "p0", "same", "modified"))]}
    assert said(refresh) == ""


def test_what_is_not_in_code_is_listed_and_what_could_not_be_listed_is_said():
    text = said({"steps": []}, [("Datadog monitor", "<b>@all | x (7)")], ["Sentry: SENTRY_AUTH_TOKEN must be set"])
    assert "- Datadog monitor: `<b>@all | x (7)`" in section(text, "In the project's name, but not in code (1)")
    assert "- `Sentry: SENTRY_AUTH_TOKEN must be set`" in section(text, "Could not be listed")


def test_a_thousand_of_them_fit_into_an_issue():
    steps = [step("delete", MONITOR, f"tikit-{n}-{'x' * 80}", {}) for n in range(2000)]
    text = said({"steps": steps})
    assert len(text) < 62_000
    assert "more, left out for length: `pulumi refresh --preview-only --diff` shows all" in text


class Issues:
    def __init__(self, *bodies):
        self.issues = [
            {"number": 10 + n, "body": text, "user": {"login": BOT}, "state": "open"} for n, text in enumerate(bodies)
        ]
        self.comments = []
        self.stand_in = StandIn(
            {
                ("GET", f"{HERE}/issues"): self._listed,
                ("POST", f"{HERE}/issues"): self._opened,
                **{("PATCH", f"{HERE}/issues/{n}"): self._edited for n in range(10, 14)},
                **{("POST", f"{HERE}/issues/{n}/comments"): self._commented for n in range(10, 14)},
            }
        )

    def _listed(self, asked):
        assert (asked.query["labels"], asked.query["creator"], asked.query["state"]) == (LABEL, BOT, "open")
        return 200, {}, [one for one in self.issues if one["state"] == "open"]

    def _opened(self, asked):
        assert asked.body["labels"] == [LABEL]
        self.issues.append({"number": 10 + len(self.issues), "state": "open", **asked.body})
        return 201, {}, self.issues[-1]

    def _edited(self, asked):
        (one,) = [each for each in self.issues if asked.path.endswith(f"/{each['number']}")]
        one.update(asked.body)
        return 200, {}, one

    def _commented(self, asked):
        self.comments.append(asked.body["body"])
        return 201, {}, {}

    def tell(self, text, stack="prod"):
        with self.stand_in.running() as address:
            return tell(GitHub("acme/monitoring", "t", address), stack, text)


def test_one_issue_is_opened_updated_and_closed():
    issues = Issues()
    assert issues.tell(said()) == "prod: #10 is opened"
    assert issues.issues[0]["title"] == "Drift: prod"
    assert issues.tell(said()) == "prod: the same as #10 says"
    assert issues.comments == []
    assert issues.tell(said(there=[("Datadog monitor", "new (1)")])) == "prod: #10 is updated"
    assert issues.comments == ["New since the last run:\n\n- Datadog monitor: `new (1)`"]
    assert issues.tell("") == "prod: nothing differs any more; #10 is closed"
    assert issues.issues[0]["state"] == "closed"
    assert issues.tell("") == "prod: nothing differs"
    assert len(issues.issues) == 1


def test_an_issue_of_another_stack_is_left_alone():
    issues = Issues("<!-- monitoring-drift stack=staging -->\nx")
    assert issues.tell("") == "prod: nothing differs"
    assert issues.tell(said()) == "prod: #11 is opened"
    assert issues.issues[0]["state"] == "open"


def test_a_double_is_closed():
    issues = Issues(said(), said())
    issues.tell(said())
    assert [one["state"] for one in issues.issues] == ["open", "closed"]


def run(monkeypatch, issues, stack="prod"):
    monkeypatch.setattr(sys, "argv", ["drift", stack])
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/monitoring")
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    with issues.stand_in.running() as address:
        monkeypatch.setenv("GITHUB_API_URL", address)
        with pytest.raises(SystemExit) as ended:
            drift.main()
    return ended.value.code


STATE = json.dumps({"version": 3, "deployment": {"resources": vendors.STATE}})


def test_the_command_looks_at_the_program_first_then_at_the_vendors(tmp_path, monkeypatch, capsys):
    asked = pulumi(
        tmp_path, monkeypatch, preview=('{"steps": []}', 0), refresh=(json.dumps(REFRESH), 0), stack=(STATE, 0)
    )
    issues = Issues()
    organization = vendors.sentry("your-organisation")
    with at_vendors(monkeypatch, sentry=organization):
        assert run(monkeypatch, issues) == 0
    assert [line.split()[0] for line in asked.read_text().splitlines()] == ["preview", "refresh", "stack"]
    assert "--preview-only" in asked.read_text()
    assert "Changed by hand (2)" in issues.issues[0]["body"]
    assert capsys.readouterr().out == "prod: #10 is opened\n"


def test_another_account_is_not_taken_for_one_in_which_everything_was_deleted(tmp_path, monkeypatch):
    message = {
        "diagnostics": [{"severity": "error", "message": "'Acme' isn't whose account DD_API_KEY opens"}],
        "steps": [],
    }
    asked = pulumi(tmp_path, monkeypatch, preview=(json.dumps(message), 1))
    issues = Issues()
    code = run(monkeypatch, issues)
    assert "isn't whose account" in code
    assert issues.issues == []
    assert len(asked.read_text().splitlines()) == 1


def test_a_refresh_that_fails_is_said_and_leaves_the_issue_as_it_is(tmp_path, monkeypatch):
    failed = json.dumps({"steps": [], "diagnostics": [{"severity": "error", "message": "401 Unauthorized\n"}]})
    pulumi(tmp_path, monkeypatch, preview=('{"steps": []}', 0), refresh=(failed, 255))
    issues = Issues("<!-- monitoring-drift stack=prod -->\nx")
    code = run(monkeypatch, issues)
    assert "exit code 255\n401 Unauthorized" in code
    assert issues.issues[0]["body"].endswith("x")


def test_a_list_that_can_not_be_had_keeps_the_issue_open_and_fails(tmp_path, monkeypatch, capsys):
    pulumi(tmp_path, monkeypatch, preview=('{"steps": []}', 0), refresh=('{"steps": []}', 0), stack=(STATE, 0))
    issues = Issues("<!-- monitoring-drift stack=prod -->\nx")
    refused = {("GET", "/api/v1/check/list"): lambda _: (401, {}, {})}
    with at_vendors(monkeypatch, synthetics=refused, sentry=vendors.sentry("your-organisation")):
        assert run(monkeypatch, issues) == 1
    assert issues.issues[0]["state"] == "open"
    assert "Could not be listed" in issues.issues[0]["body"]
    assert "error: Grafana: the checks could not be listed" in capsys.readouterr().err


def test_without_pulumi_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(monkeypatch, Issues()) == "error: pulumi can't be run: No such file or directory"


def test_every_field_that_never_comes_back_says_where_that_was_read():
    for one in drift._fields():
        assert set(one) <= {"type", "path", "before", "source"}
        assert len(one["source"]) > 20
