"""A preview at the vendors: what is told of it, and that nothing is applied that wasn't approved or reviewed."""

import json
import sys

import pytest

from components.catalogue import scopes
from components.declared import declared, of_environment
from pipelines import deploy, drift, live
from pipelines.deploy import refusal
from pipelines.live import LiveError, fingerprint
from review.handed import read_handed
from review.steps import ACCOUNTS, PRODUCT, PlanError, read_plan
from tests.conftest import ROOT
from tests.pipelines.standin import StandIn, pulumi
from tests.review.compared import MONITOR, report, tiny, urn
from tests.tiny import TINY

VENDOR = urn("monitoring:components:DatadogMonitoring", "tikit-datadog")
PROJECT = "sentry:index/project:Project"


def state(kind, name, inputs, **more):
    return {"urn": urn(kind, name), "type": kind, "parent": more.pop("parent", VENDOR), "inputs": inputs, **more}


def monitor(after, op="update"):
    before = state(MONITOR, "tikit-x", {"query": "a > 1"})
    return {"op": op, "urn": before["urn"], "oldState": before, "newState": state(MONITOR, "tikit-x", {"query": after})}


def preview(*steps, errors=()):
    diagnostics = [{"severity": "error", "message": each} for each in errors]
    return json.dumps({"steps": list(steps), **({"diagnostics": diagnostics} if errors else {})})


# As the engine said it when tikit was taken out of prod (3.259.0, in the sandbox).
def protected(kind, name):
    of = urn(f"{PRODUCT}$monitoring:components:SentryMonitoring${kind}", name)
    return of, (
        f'error: Preview failed: resource "{of}" cannot be deleted\n'
        "because it is protected. To unprotect the resource, either remove the `protect` flag from the resource in "
        "your Pulumi program and run `pulumi up`, or use the "
        f"command:\n`pulumi state unprotect '{of}'`\n"
    )


def run(monkeypatch, tmp_path, *arguments):
    monkeypatch.setattr(sys, "argv", ["live", *arguments])
    for name in ("OUTPUT", "STEP_SUMMARY"):
        monkeypatch.setenv(f"GITHUB_{name}", str(tmp_path / name))
    try:
        live.main()
    except SystemExit as ended:
        return ended.code
    return 0


def test_a_report_that_cant_be_written_is_said(monkeypatch, tmp_path, capsys):
    pulumi(tmp_path, monkeypatch, preview=(preview(monitor("a > 2")), 0))
    (tmp_path / "file").write_text("")
    said = run(monkeypatch, tmp_path, "staging", "--out", str(tmp_path / "file"))
    assert said == f"error: {tmp_path / 'file'}: File exists"


@pytest.mark.parametrize("module", [deploy, drift, live])
@pytest.mark.parametrize("arguments", [(), ("a", "b", "c")])
def test_wrong_arguments_are_answered_with_the_right_ones(monkeypatch, capsys, module, arguments):
    monkeypatch.setattr(sys, "argv", ["command", *arguments])
    with pytest.raises(SystemExit) as end:
        module.main()
    assert end.value.code == 2
    assert "usage: " in capsys.readouterr().err


@pytest.mark.parametrize("answer", [{"message": "?"}, [{"id": None}], [5], "x"])
def test_deployments_in_another_form_are_a_line(monkeypatch, answer):
    with StandIn({("GET", "/repos/acme/monitoring/deployments"): answer}).running() as address:
        for name, value in {"REPOSITORY": "acme/monitoring", "TOKEN": "t", "API_URL": address}.items():
            monkeypatch.setenv(f"GITHUB_{name}", value)
        with pytest.raises(LiveError, match="what GitHub says of deployments to staging has another form"):
            deploy._deployed("staging")


def written(tmp_path, name):
    return (tmp_path / name).read_text() if (tmp_path / name).exists() else ""


def test_the_report_is_in_the_summary_and_the_hash_is_an_output(tmp_path, monkeypatch):
    asked = pulumi(tmp_path, monkeypatch, preview=(preview(monitor("a > 2")), 0))
    assert run(monkeypatch, tmp_path, "prod", "--out", str(tmp_path / "data")) == 0
    found = fingerprint(read_plan(preview(monitor("a > 2")), "x"))
    assert written(tmp_path, "OUTPUT") == f"changes={found}\n"
    assert "`a > 1` → `a > 2`" in written(tmp_path, "STEP_SUMMARY")
    assert "--json --show-sames --non-interactive --suppress-outputs --parallel 8 --stack prod" in asked.read_text()
    again = read_handed((tmp_path / "data" / "review.json").read_text())
    assert again.stacks[0].resources[0].step.name == "tikit-x"
    assert (tmp_path / "data" / "review.md").read_text() in written(tmp_path, "STEP_SUMMARY")


def test_what_was_approved_goes_on_and_anything_else_stops(tmp_path, monkeypatch):
    pulumi(tmp_path, monkeypatch, preview=(preview(monitor("a > 2")), 0))
    run(monkeypatch, tmp_path, "prod")
    approved = written(tmp_path, "OUTPUT").strip().removeprefix("changes=")
    assert run(monkeypatch, tmp_path, "prod", "--expect", approved) == 0
    pulumi(tmp_path, monkeypatch, preview=(preview(monitor("a > 3")), 0))
    code = run(monkeypatch, tmp_path, "prod", "--expect", approved)
    assert f"this isn't what was approved (changes={approved})" in code
    assert "Nothing was changed" in code


def test_an_approval_that_names_nothing_stops(tmp_path, monkeypatch):
    """An output that got lost between two jobs is an empty text."""
    pulumi(tmp_path, monkeypatch, preview=(preview(), 0))
    assert "isn't what was approved" in run(monkeypatch, tmp_path, "prod", "--expect", "")


def test_the_hash_is_of_what_would_be_done_to_what():
    one = fingerprint(read_plan(preview(monitor("a > 2")), "x"))
    same = {
        "op": "same",
        "urn": urn(MONITOR, "y"),
        "oldState": state(MONITOR, "y", {}),
        "newState": state(MONITOR, "y", {}),
    }
    assert fingerprint(read_plan(preview(same, monitor("a > 2")), "x")) == one
    other = monitor("a > 2")
    other["oldState"]["inputs"]["query"] = "a > 0"
    assert fingerprint(read_plan(preview(other), "x")) != one
    assert fingerprint(read_plan(preview(monitor("a > 2", "replace")), "x")) != one
    assert fingerprint(read_plan(preview(), "x")) != one


def test_a_preview_that_is_stopped_by_protection_is_a_report_and_no_traceback(tmp_path, monkeypatch):
    of, said = protected(PROJECT, "tikit-sentry-project")
    parent = urn("monitoring:components:SentryMonitoring", "tikit-sentry")
    gone = {"op": "delete", "urn": of, "oldState": {"urn": of, "type": PROJECT, "parent": parent, "protect": True}}
    pulumi(tmp_path, monkeypatch, preview=(preview(gone, errors=(said, "error: preview failed\n")), 255))
    code = run(monkeypatch, tmp_path, "prod", "--out", str(tmp_path / "data"))
    assert "something protected would be deleted" in code
    summary = written(tmp_path, "STEP_SUMMARY")
    assert 'prod: would delete the protected project `"tikit-sentry-project"`, so the preview stopped there' in summary
    assert "**`tikit-sentry-project`** (Sentry project of `tikit`) `there` → `deleted, although protected`" in summary
    assert read_handed((tmp_path / "data" / "review.json").read_text()).stacks[0].stopped == (of,)


def test_what_the_engine_names_only_in_its_refusal_needs_a_yes_too():
    of, said = protected(PROJECT, "tikit-sentry-project")
    plan = read_plan(preview(errors=(said,)), "x")
    assert plan.stopped == (of,)
    (step,) = plan.steps
    assert (step.op, step.protected, step.vendor) == ("delete", True, "Sentry")


def test_a_product_whose_parts_go_goes_although_the_engine_did_not_come_to_it():
    _, said = protected(PROJECT, "tikit-sentry-project")
    product = urn(PRODUCT, "tikit")
    part = urn("monitoring:components:SentryMonitoring", "tikit-sentry")
    gone = {"op": "delete", "urn": part, "oldState": {"urn": part, "type": part.split("::")[2], "parent": product}}
    plan = read_plan(preview(gone, errors=(said,)), "x")
    assert [step.name for step in plan.steps if step.type == PRODUCT] == ["tikit"]


def test_replacements_of_what_is_protected_are_recognised():
    of = urn(PROJECT, "p")
    other = urn(PROJECT, "q")
    for what in (f'"{of}"\n', f'"{of}" as part of replacing "{other}" '):
        said = f"unable to replace resource {what}as it is currently marked for protection. To unprotect the resource"
        assert read_plan(preview(errors=(said,)), "x").stopped == (of,)


def test_another_error_beside_it_is_still_an_error():
    _, said = protected(PROJECT, "p")
    with pytest.raises(PlanError, match="403 Forbidden"):
        read_plan(preview(errors=(said, "403 Forbidden")), "x")
    with pytest.raises(PlanError, match="preview failed"):
        read_plan(preview(errors=("error: preview failed\n",)), "x")


@pytest.mark.parametrize(
    ("printed", "code", "said"),
    [
        ("", 255, "ended with exit code 255 and no preview"),
        ("{", 255, "is not JSON"),
        (preview(), 1, "ended with exit code 1"),
        (preview(errors=("'Acme' isn't whose account that is",)), 255, "isn't whose account"),
    ],
)
def test_a_preview_that_fails_is_said_in_a_line(tmp_path, monkeypatch, printed, code, said):
    pulumi(tmp_path, monkeypatch, preview=(printed, code))
    ended = run(monkeypatch, tmp_path, "prod")
    assert ended.startswith("error: ")
    assert said in ended
    assert not written(tmp_path, "OUTPUT")


def losing(*alerts, stack="staging"):
    return report((tiny(alerts=alerts),), stacks=(stack,))


def test_losses_that_were_reviewed_may_be_applied():
    reviewed = report((tiny(alerts=TINY.alerts[2:]),))
    assert refusal(losing(*TINY.alerts[2:]), reviewed, "staging", "a" * 40, "") == ""
    # Half of it was done by a run that failed.
    assert refusal(losing(*TINY.alerts[1:]), reviewed, "staging", "a" * 40, "") == ""


def test_any_other_loss_stops_and_is_named_with_what_to_do():
    live_one = losing(*TINY.alerts[2:])
    said = refusal(live_one, report((tiny(alerts=TINY.alerts[1:]),)), "staging", "a" * 40, "")
    assert "more would be lost than was reviewed since aaaaaaa" in said
    assert f"  alert {TINY.alerts[1].name} of tiny: " in said
    assert f"alert {TINY.alerts[0].name}" not in said
    assert f"agreed={live_one.agreement()}" in said


def test_somebody_may_agree_by_hand_to_exactly_that():
    live_one, reviewed = losing(*TINY.alerts[2:]), report((TINY,))
    assert refusal(live_one, reviewed, "staging", "a" * 40, live_one.agreement()) == ""
    assert refusal(live_one, reviewed, "staging", "a" * 40, losing(*TINY.alerts[1:]).agreement())


def tikit_without(*names):
    """A preview of the real staging in which alerts of tikit are gone."""
    here = scopes("staging", ROOT)
    (scope,) = (each for each in here if each.product.name == "tikit")
    before = declared(scope)
    after = {**before, "alert": {name: facts for name, facts in before["alert"].items() if name not in names}}
    stack = urn("pulumi:pulumi:Stack", "monitoring-staging", "staging")

    def both(kind, name, old, new):
        at = urn(kind, name, "staging")
        sides = {
            key: {"urn": at, "type": kind, "parent": stack, "inputs": inputs}
            for key, inputs in (("oldState", old), ("newState", new))
        }
        return {"op": "update" if old != new else "same", "urn": at, **sides}

    environment = {"environment": of_environment(scope.environment)}
    return preview(
        both(PRODUCT, "tikit", {"declares": before}, {"declares": after}),
        both(ACCOUNTS, "once-per-account", environment, environment),
    )


def deployed(monkeypatch, tmp_path, printed, compared, agreed=""):
    pulumi(tmp_path, monkeypatch, preview=(printed, 0))
    monkeypatch.setattr(sys, "argv", ["deploy", "staging", "staging"])
    bases = []

    def compare(_root, base, _say):
        bases.append(base)
        return compared, base

    monkeypatch.setattr(deploy, "compare", compare)
    here = "/repos/acme/monitoring/deployments"
    stand_in = StandIn(
        {
            ("GET", here): [{"id": 3, "sha": "c" * 40}, {"id": 2, "sha": "b" * 40}, {"id": 1, "sha": "a" * 40}],
            ("GET", f"{here}/3/statuses"): [{"state": "in_progress"}],
            ("GET", f"{here}/2/statuses"): [{"state": "failure"}, {"state": "in_progress"}],
            ("GET", f"{here}/1/statuses"): [{"state": "inactive"}, {"state": "success"}],
        }
    )
    with stand_in.running() as address:
        values = {
            "GITHUB_REPOSITORY": "acme/monitoring",
            "GITHUB_TOKEN": "t",
            "GITHUB_API_URL": address,
            "AGREED": agreed,
        }
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
        try:
            deploy.main()
        except SystemExit as ended:
            return ended.code, bases
    return 0, bases


def test_staging_is_compared_with_what_was_deployed_last(tmp_path, monkeypatch):
    code, bases = deployed(monkeypatch, tmp_path, tikit_without("data-loss"), report((TINY,), stacks=("staging",)))
    assert bases == ["a" * 40]
    assert "alert data-loss of tikit: " in code


def test_without_a_loss_nothing_is_compared(tmp_path, monkeypatch):
    assert deployed(monkeypatch, tmp_path, tikit_without(), None) == (0, [])


def test_with_the_hash_that_was_named_it_goes_on(tmp_path, monkeypatch):
    compared = report((TINY,), stacks=("staging",))
    code, _ = deployed(monkeypatch, tmp_path, tikit_without("data-loss"), compared)
    named = code.partition("agreed=")[2][:16]
    assert deployed(monkeypatch, tmp_path, tikit_without("data-loss"), compared, named)[0] == 0
