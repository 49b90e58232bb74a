"""The command as a person runs it: Pulumi's real engine, on projects of a few resources."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
from pathlib import Path

import pytest
import torture

FOLDER = "grafana:oss/folder:Folder"
MONITOR = "datadog:index/monitor:Monitor"

PROJECT = "sentry:index/project:Project"
MANY = 80  # so many seconds' work that an interrupt is heard in the middle of it, on a busy machine too
REST = (
    (FOLDER, "folder", {"title": "F", "uid": "f"}),
    (PROJECT, "shop", {"name": "Shop", "slug": "shop", "organization": "o", "teams": ["t"]}),
)

MONITOR_INPUTS = {
    "name": "Errors",
    "type": "query alert",
    "message": "Too many @slack-alerts",
    "query": "avg(last_5m):avg:errors{*} > 5",
    "monitorThresholds": {"critical": "5"},
}


def test_everything_from_preview_to_destroy(untouched):
    untouched.declare(*REST, (MONITOR, "errors", MONITOR_INPUTS))

    tracked = files(untouched.directory)

    preview = untouched.run("preview")
    assert preview.code == 0, preview
    assert preview.out.startswith("engine:  Pulumi ")
    assert f"{untouched.data}/vendors.db" in preview.out
    assert "grafana:oss:Folder folder create" in preview.out
    assert "datadog:index:Monitor errors create" in preview.out
    assert "sentry:index:Project shop create" in preview.out
    assert untouched.vendor_ids() == []

    up = untouched.run("up")
    assert up.code == 0, up
    assert "+ 4 created" in up.out
    assert len(untouched.vendor_ids()) == 3

    again = untouched.run("preview")
    assert again.code == 0
    assert "4 unchanged" in again.out
    assert "to update" not in again.out

    changed = {**MONITOR_INPUTS, "query": "avg(last_5m):avg:errors{*} > 6", "monitorThresholds": {"critical": "6"}}
    untouched.declare(*REST, (MONITOR, "errors", changed))
    update = untouched.run("up")
    assert update.code == 0, update
    assert "~ 1 updated" in update.out
    assert "3 unchanged" in update.out

    tracked["resources.json"] = (untouched.directory / "resources.json").read_bytes()
    untouched.sql("DELETE FROM resources WHERE vendor = 'datadog'")
    untouched.sql("UPDATE resources SET inputs = json_set(inputs, '$.title', 'by hand') WHERE vendor = 'grafana'")
    refresh = untouched.run("refresh")
    assert refresh.code == 0, refresh
    assert "- 1 deleted" in refresh.out
    assert "~ 1 updated" in refresh.out
    assert "datadog:index:Monitor errors" in refresh.out

    restored = untouched.run("up")
    assert restored.code == 0, restored
    assert "+ 1 created" in restored.out
    assert "~ 1 updated" in restored.out
    assert len(untouched.vendor_ids()) == 3
    assert untouched.sql("SELECT json_extract(inputs, '$.title') FROM resources WHERE vendor = 'grafana'") == [("F",)]

    destroy = untouched.run("destroy")
    assert destroy.code == 0, destroy
    assert untouched.vendor_ids() == []
    export = untouched.run("export")
    assert json.loads(export.out)["deployment"].get("resources", []) == []
    assert files(untouched.directory) == tracked, "a file outside .sandbox/ was written to"


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


SECRETS_PROGRAM = """
import pulumi

class Resource(pulumi.CustomResource):
    pass

secrets = pulumi.Config("monitoring").require_secret_object("secrets")
slack = secrets.apply(lambda all: all["ops-slack"])
Resource("grafana:alerting/contactPoint:ContactPoint", "ops", {"name": "ops", "slacks": [{"url": slack}]})
Resource("datadog:pagerduty/serviceObject:ServiceObject", "pager",
         {"serviceName": "ops", "serviceKey": secrets.apply(lambda all: all["pagerduty"])})
pulumi.export("webhook", slack)
"""


def test_no_secret_is_in_output_state_vendor_data_or_logs(project):
    components = project.directory / "components"
    components.mkdir()
    (components / "__init__.py").write_text("")
    (components / "secrets.py").write_text("def names(stack, project): return ['ops-slack', 'pagerduty']\n")
    project.program(SECRETS_PROGRAM)
    up = project.run("up")
    assert up.code == 0, up
    again = project.run("preview")
    assert "3 unchanged" in again.out, again
    export = project.run("export")
    assert json.loads(export.out)["deployment"]["secrets_providers"]["type"] == "passphrase"
    refresh = project.run("refresh")
    assert "3 unchanged" in refresh.out, refresh
    marker = "sandbox-secret-"
    for ran in (up, again, export, refresh):
        assert marker not in ran.text
    encoded = base64.b64encode(marker.encode())[:-2]
    for path in project.data.rglob("*"):
        if path.is_file():
            assert marker.encode() not in path.read_bytes(), path
            assert encoded not in path.read_bytes(), path


def test_the_engine_keeps_no_logs_and_those_of_an_earlier_version_are_removed(untouched):
    # They are compressed and begin without encryption: what is in them, nobody would find by searching.
    logs = untouched.data / "home" / "logs"
    logs.mkdir(parents=True)
    (logs / "pulumi-preview.log").write_text("of an earlier version")
    untouched.folders(1)
    preview = untouched.run("preview")
    assert preview.code == 0, preview
    assert "log" not in preview.err, preview
    assert logs.is_file()
    assert [path for path in untouched.data.rglob("*.log") if path.is_file()] == []


def test_ctrl_c_in_mid_up_loses_nothing_and_running_again_completes(project):
    project.folders(1)
    assert project.run("up").code == 0
    project.folders(*range(1, MANY + 1))
    process = project.start("up", SANDBOX_LATENCY="1")
    project.wait_for_changes(2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Run `up` again to resume" in err
    assert "Traceback" not in out + err
    begun = project.vendor_ids()
    assert 1 < len(begun) < MANY
    latest = json.loads(project.state.read_text())["checkpoint"]["latest"]
    assert sorted(r["id"] for r in latest["resources"] if r["type"] == FOLDER) == sorted(begun)
    assert not latest.get("pending_operations")
    assert project.locks() == []

    again = project.run("up")
    assert again.code == 0, again
    assert f"+ {MANY - len(begun)} created" in again.out
    assert len(project.vendor_ids()) == len(set(project.vendor_ids())) == MANY


def test_a_second_run_is_told_who_holds_the_lock_and_changes_nothing(project):
    project.folders(1)
    process = project.start("up", SANDBOX_LATENCY="4")
    project.wait_for_lock()
    # Stopped, so that it is still there when the second run has ended, on a busy machine too.
    running = torture.children(process.pid)
    for pid in running:
        os.kill(pid, signal.SIGSTOP)
    try:
        second = project.run("up")
        assert second.code == 1
        assert "Another run holds the lock on the stack staging" in second.err
        assert "process" in second.err
        unlock = project.run("unlock")
        assert unlock.code == 1
        assert "still runs" in unlock.err
    finally:
        for pid in running:
            os.kill(pid, signal.SIGCONT)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_killed_run_leaves_a_stale_lock_that_unlock_removes_and_up_goes_on(project):
    project.folders(1, 2, 3)
    process = project.start("up", SANDBOX_LATENCY="1")
    project.wait_for_lock()
    engine = json.loads(project.locks()[0].read_text())["pid"]
    os.kill(engine, signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, out + err
    assert "the engine was killed by SIGKILL" in err
    assert "Run `make unlock STACK=staging`, then `up` again" in err

    blocked = project.run("up")
    assert blocked.code == 1
    assert "stale" in blocked.err
    assert "make unlock STACK=staging" in blocked.err

    unlock = project.run("unlock")
    assert unlock.code == 0, unlock
    assert "removed the lock" in unlock.out

    # One of the three came into being though nobody was told; the others didn't.
    project.sql("DELETE FROM resources")
    project.sql("DELETE FROM changes")
    urn = f"urn:pulumi:staging::monitoring::{FOLDER}::f2"
    row = ("grafana", FOLDER, "0:f-2", urn, '{"title":"F2","uid":"f-2"}', "{}")
    project.sql("INSERT INTO resources (vendor, type, id, urn, inputs, outputs) VALUES (?, ?, ?, ?, ?, ?)", *row)
    project.sql("INSERT INTO changes (vendor, type, id, urn) VALUES (?, ?, ?, ?)", *row[:4])
    up = project.run("up")
    assert up.code == 0, up
    assert "Folder::f2 exists in the vendor (id 0:f-2) but isn't in the state, so it is taken over" in up.out
    assert "Folder::f1" not in up.out
    assert sorted(project.vendor_ids()) == ["0:f-1", "0:f-2", "0:f-3"]
    assert "4 unchanged" in project.run("preview").out


def test_a_wrong_passphrase_is_named_with_the_variable_to_set(untouched):
    untouched.folders(1)
    assert untouched.run("up", PULUMI_CONFIG_PASSPHRASE="first").code == 0
    before = untouched.state.read_bytes()
    wrong = untouched.run("up", PULUMI_CONFIG_PASSPHRASE="second")
    assert wrong.code == 1
    assert "PULUMI_CONFIG_PASSPHRASE is set in your environment" in wrong.err
    unset = untouched.run("preview")
    assert unset.code == 1
    assert "PULUMI_CONFIG_PASSPHRASE isn't set" in unset.err
    assert untouched.state.read_bytes() == before
    assert untouched.run("preview", PULUMI_CONFIG_PASSPHRASE="first").code == 0


def test_damaged_data_are_named_and_left_alone_and_without_them_all_starts_afresh(project):
    project.folders(1)
    assert project.run("up").code == 0
    whole = project.state.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"\x00\xff garbage", b"[]"):
        project.state.write_bytes(damaged)
        ran = project.run("up")
        assert ran.code == 1, ran
        assert f"{project.state} is damaged" in ran.err
        assert project.state.read_bytes() == damaged
    project.state.write_bytes(whole)

    project.sql("UPDATE resources SET inputs = '{'")
    ran = project.run("up")
    assert ran.code == 1
    assert f"{FOLDER} 0:f-1 are no JSON" in ran.err

    database = project.data / "vendors.db"
    for leftover in project.data.glob("vendors.db-*"):
        leftover.unlink()
    garbage = b"this is no database" * 100
    database.write_bytes(garbage)
    ran = project.run("up")
    assert ran.code == 1
    assert f"{database} is damaged" in ran.err
    assert database.read_bytes() == garbage

    # Without its data it is a fresh start: what was applied is forgotten, at the stand-ins too.
    shutil.rmtree(project.data)
    up = project.run("up")
    assert up.code == 0, up
    assert "+ 2 created" in up.out


def test_what_the_program_refuses_reaches_the_user_as_it_is(project):
    message = "2 problems:\n\n- tikit, alert a: `5` has no unit\n- tikit, alert b: no receiver"
    project.program(f"import pulumi\nraise pulumi.RunError({message!r})\n")
    ran = project.run("preview")
    assert ran.code == 1
    assert f"error: {message}\n" in ran.err


def test_secrets_that_cannot_be_listed_leave_it_to_the_program_to_say_why(project):
    (project.directory / "components").mkdir()
    (project.directory / "components" / "secrets.py").write_text("this is no Python\n")
    project.program("import pulumi\nraise pulumi.RunError('components/secrets.py is no Python')\n")
    ran = project.run("preview")
    assert ran.code == 1
    assert ran.err.endswith("error: components/secrets.py is no Python\n")


def test_what_a_stand_in_refuses_names_the_resource_and_fails_the_run(project):
    project.declare((MONITOR, "errors", {**MONITOR_INPUTS, "monitorThresholds": {"critical": "7"}}))
    ran = project.run("preview")
    assert ran.code == 1
    assert "datadog:index/monitor:Monitor resource 'errors'" in ran.out
    assert "Alert threshold (7) does not match that used in the query (5)." in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("preview", "--stack", "pord"), "There is no stack 'pord'"),
        (("preview", "--project", "/"), "isn't a project"),
    ],
)
def test_an_unknown_stack_or_project_is_said_clearly(project, arguments, said):
    ran = project.run(arguments[0], *arguments[1:])
    assert ran.code == 1
    assert said in ran.err
