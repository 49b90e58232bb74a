"""Killed, interrupted, refused, full, misconfigured: nothing is lost, nothing doubled, and the next step is said."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torture
from support import ROOT

from sandbox.engine import find_engine
from sandbox.locks import Lock
from sandbox.vendors.store import Store
from tests.commands import Process

FOLDER = "grafana:oss/folder:Folder"
MONITOR = "datadog:index/monitor:Monitor"
POINT = "grafana:alerting/contactPoint:ContactPoint"
MARK = "sandbox-secret-"
FOLDERS = [(FOLDER, f"f{n}", {"title": f"F{n}", "uid": f"f-{n}"}) for n in range(2)]


def monitor(name: str, critical: str = "5") -> tuple[str, str, dict[str, object]]:
    """A monitor that shares its name with all the others, as Datadog allows; it is refused unless critical is 5."""
    query = "avg(last_5m):avg:errors{*} > 5"
    inputs = {"name": "E", "type": "query alert", "message": "x", "query": query}
    return MONITOR, name, {**inputs, "monitorThresholds": {"critical": critical}}


def kill_all(process: Process) -> None:
    """Kill the command, the engine and the stand-ins at once, as a machine does that is switched off."""
    for pid in (process.pid, *torture.children(process.pid)):
        os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=60)


def through(directory: Path, script: str) -> str:
    """Put a shell script in the engine's place; return a PATH on which it is found."""
    directory.mkdir()
    shim = directory / "pulumi"
    shim.write_text(f'#!/bin/sh\n{script}\nexec {find_engine().command} "$@"\n')
    shim.chmod(0o755)
    return f"{directory}{os.pathsep}{os.environ['PATH']}"


def test_a_killed_destroy_followed_by_up_loses_nothing(project):
    project.folders(*range(1, 13))
    assert project.run("up").code == 0
    process = project.start("destroy", SANDBOX_LATENCY="0.2")
    project.wait_for_changes(3)
    kill_all(process)
    left = len(project.vendor_ids())
    assert left < 12
    assert project.run("unlock").code == 0
    up = project.run("up")
    assert up.code == 0, up
    assert "no longer exists in the vendor, so it is dropped from the state" in up.out
    assert f"+ {12 - left} created" in up.out
    assert sorted(project.vendor_ids()) == sorted(f"0:f-{n}" for n in range(1, 13))
    assert "13 unchanged" in project.run("preview").out


def test_a_state_that_was_deleted_doubles_nothing(project):
    project.declare(*FOLDERS, monitor("m"), monitor("n"))
    assert project.run("up").code == 0
    before = sorted(project.vendor_ids())
    project.state.unlink()
    up = project.run("up")
    assert up.code == 0, up
    assert sorted(project.vendor_ids()) == before
    assert "5 unchanged" in project.run("preview").out


def test_a_state_whose_vendors_were_deleted_is_told_and_refresh_is_the_way_out(project):
    project.declare(*FOLDERS, monitor("m"))
    assert project.run("up").code == 0
    state = project.state.read_bytes()
    for file in project.data.glob("vendors.db*"):
        file.unlink()
    for command in ("preview", "up"):
        refused = project.run(command)
        assert refused.code == 1, refused
        assert f"{project.data / 'vendors.db'} has nothing of the stack staging, and the state has 3" in refused.err
        assert "Nothing was changed." in refused.err
        assert "`make refresh STACK=staging`" in refused.err
        assert project.state.read_bytes() == state
    refresh = project.run("refresh")
    assert refresh.code == 0, refresh
    assert "- 3 deleted" in refresh.out
    up = project.run("up")
    assert up.code == 0, up
    assert "+ 3 created" in up.out
    assert "4 unchanged" in project.run("preview").out


def test_a_destroy_that_was_killed_at_its_very_end_is_not_taken_for_lost_data(project):
    project.declare(*FOLDERS)
    assert project.run("up").code == 0
    before = project.state.read_bytes()
    assert project.run("destroy").code == 0
    project.state.write_bytes(before)
    for number in range(2):
        urn = f"urn:pulumi:staging::monitoring::{FOLDER}::f{number}"
        values = (FOLDER, f"0:f-{number}", urn)
        project.sql("INSERT INTO changes (vendor, type, id, urn) VALUES ('grafana', ?, ?, ?)", *values)
    up = project.run("up")
    assert up.code == 0, up
    assert "+ 2 created" in up.out


def test_what_a_killed_up_updated_is_looked_up_and_what_it_made_is_not_left_behind(project):
    project.folders(1, 2)
    assert project.run("up").code == 0
    old = project.state.read_bytes()
    project.declare(
        (FOLDER, "f1", {"title": "Renamed", "uid": "f-1"}), (FOLDER, "f3", {"title": "F3", "uid": "f-3"}), monitor("m")
    )
    assert project.run("up", DELETE="yes").code == 0
    # As a kill just before the engine writes the state leaves it: all is done at the vendors, and nothing is known.
    project.state.write_bytes(old)
    for kind, identity, urn in project.sql("SELECT type, id, urn FROM resources"):
        values = (kind.split(":")[0], kind, identity, urn)
        project.sql("INSERT INTO changes (vendor, type, id, urn) VALUES (?, ?, ?, ?)", *values)
    urn = f"urn:pulumi:staging::monitoring::{FOLDER}::f2"
    project.sql("INSERT INTO changes (vendor, type, id, urn) VALUES ('grafana', ?, '0:f-2', ?)", FOLDER, urn)

    project.folders(1, 2)
    preview = project.run("preview")
    assert preview.code == 0, preview
    assert "Folder::f3 exists in the vendor (id 0:f-3) but isn't in the state, so the next `up` takes it" in preview.out
    up = project.run("up")
    assert up.code == 0, up
    titles = project.sql("SELECT json_extract(inputs, '$.title') FROM resources ORDER BY id")
    assert titles == [("F1",), ("F2",)], "f1 isn't named as declared, f2 isn't there, or what was made is still there"
    assert project.sql("SELECT * FROM changes") == []


def test_an_interrupted_destroy_says_how_much_is_left_and_a_second_ctrl_c_promises_nothing(project):
    project.folders(*range(1, 41))
    assert project.run("up").code == 0
    process = project.start("destroy", SANDBOX_LATENCY="1")
    project.wait_for_changes(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "have been deleted" not in out
    assert f"{len(project.vendor_ids())} resources are left. Run `destroy` again to resume." in err
    assert "operations in progress were finished" in err

    process = project.start("destroy", SANDBOX_LATENCY="2")
    left = len(project.vendor_ids())
    while len(project.vendor_ids()) == left:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "was finished" not in err
    assert "may or may not be done; the next run looks them up" in err

    destroy = project.run("destroy")
    assert destroy.code == 0, destroy
    assert "Everything the stack declared is deleted." in destroy.out
    assert project.vendor_ids() == []


def test_a_create_whose_answer_was_lost_is_taken_over_and_not_made_twice(project):
    project.declare(monitor("a"), monitor("b"), monitor("c"), (FOLDER, "f", {"title": "F", "uid": "f"}))
    lost = project.run("up", SANDBOX_FAULTS="create:lost-answer")
    assert lost.code == 1, lost
    assert lost.out.count("the answer was lost") >= 4
    assert "Run `up` again" in lost.err
    ids = project.vendor_ids()
    assert len(ids) == 4
    up = project.run("up")
    assert up.code == 0, up
    assert up.out.count("so it is taken over") == 4
    assert project.vendor_ids() == ids
    assert "5 unchanged" in project.run("preview").out


def test_the_lock_of_an_engine_that_is_killed_and_not_yet_reaped_is_stale(tmp_path):
    command = tmp_path / "pulumi"
    command.write_bytes(Path("/bin/sleep").read_bytes())
    command.chmod(0o755)
    with subprocess.Popen([command, "60"]) as engine:
        lock = Lock(tmp_path, engine.pid, "me", socket.gethostname(), "now")
        assert not lock.stale
        engine.kill()
        os.waitid(os.P_PID, engine.pid, os.WEXITED | os.WNOWAIT)
        assert lock.stale


def test_a_store_is_not_closed_in_the_middle_of_a_change(tmp_path):
    """Stand-ins whose command was killed end while calls still run: closed under them, SQLite crashed the process."""
    store, within, go_on = Store(tmp_path / "vendors.db"), threading.Event(), threading.Event()
    counted = []

    def change() -> None:
        with store.transaction("datadog") as account:
            within.set()
            go_on.wait(30)
            counted.append(account.token())

    changing, closing = threading.Thread(target=change), threading.Thread(target=store.close)
    changing.start()
    assert within.wait(30)
    closing.start()
    closing.join(0.2)
    assert closing.is_alive(), "it was closed under the change"
    go_on.set()
    closing.join(30)
    changing.join(30)
    assert len(counted) == 1


def test_a_look_ahead_after_an_unfinished_run_compares_with_the_vendors_before_it_says_what_would_be_lost(project):
    project.folders(1, 2, 3)
    assert project.run("up").code == 0
    # As a destroy leaves it that was killed after its first deletion.
    project.sql("DELETE FROM resources WHERE id = '0:f-2'")
    urn = f"urn:pulumi:staging::monitoring::{FOLDER}::f2"
    project.sql("INSERT INTO changes (vendor, type, id, urn) VALUES ('grafana', ?, '0:f-2', ?)", FOLDER, urn)
    project.folders(1)
    refused = project.run("up")
    assert refused.code == 1, refused
    assert "f3 (deleted): what people have saved in it" in refused.err
    assert "f2" not in refused.err
    assert "Nothing was changed." in refused.err
    assert sorted(project.vendor_ids()) == ["0:f-1", "0:f-3"]

    project.folders(1, 3)
    up = project.run("up")
    assert up.code == 0, up
    assert "3 unchanged" in project.run("preview").out


def test_a_refused_deletion_before_a_replacement_ends_the_run_and_nobody_waits_for_ever(project):
    def point(name):
        return (POINT, "point", {"name": name, "emails": [{"addresses": ["a@example.com"]}]})

    project.declare(point("p"))
    assert project.run("up").code == 0
    project.declare(point("q"))
    for answer in ("", "yes"):
        up = project.run("up", SANDBOX_FAULTS="delete:409", DELETE=answer)
        assert up.code == 1, up
        assert "409 Conflict" in up.out
        assert "Run `up` again" in up.err
    assert project.run("up").code == 0
    assert project.sql("SELECT json_extract(inputs, '$.name') FROM resources") == [("q",)]


def test_an_input_that_is_refused_begins_no_replacement(project):
    index = {"name": "main", "filters": [{"query": "*"}], "retentionDays": 7}
    project.declare(("datadog:index/logsIndex:LogsIndex", "index", index), *FOLDERS)
    assert project.run("up").code == 0
    wrong = {**index, "name": "NOT/A NAME"}
    project.declare(("datadog:index/logsIndex:LogsIndex", "index", wrong), *FOLDERS, monitor("m"))
    up = project.run("up")
    assert up.code == 1, up
    assert "index" in up.out
    assert "Nothing was changed" not in up.err
    assert project.sql("SELECT json_extract(inputs, '$.name') FROM resources WHERE type LIKE '%LogsIndex'") == [
        ("main",)
    ]
    assert len(project.vendor_ids()) == 4, up


def test_all_refusals_of_a_run_are_said_and_the_rest_is_done(project):
    folders = [(FOLDER, f"f{n}", {"title": f"F{n}", "uid": f"f-{n}"}) for n in range(4)]
    project.declare(monitor("first", "7"), *folders[:2], monitor("second", "8"), *folders[2:], monitor("good"))
    up = project.run("up", SANDBOX_FAULTS="create:403@f3")
    assert up.code == 1
    for refused in ("first: Alert threshold (7)", "second: Alert threshold (8)", "f3: 403 Forbidden"):
        assert refused in up.out, up
    assert len(project.vendor_ids()) == 4
    assert "What doesn't depend on it was done" in up.err


LOOK_UP = """
import pulumi
arguments = {"organization": "o", "project": "gone"}
pulumi.runtime.invoke_output("sentry:index/getProjectErrorMonitor:getProjectErrorMonitor", arguments,
                             package_ref=register_package(
    base_provider_name="terraform-provider", base_provider_version="1.2.0", base_provider_download_url="",
    package_name="sentry", package_version="0.15.4", base64_parameter="e30="))
"""


def test_what_was_deleted_at_the_vendor_is_said_without_a_traceback(project):
    project.program(f"from pulumi.runtime import register_package\n{LOOK_UP}")
    ran = project.run("preview")
    assert ran.code == 1
    assert "404 Not Found: project 'gone' doesn't exist in 'o'" in ran.err
    assert "run `refresh`" in ran.err


TELLING = """
import os
from pathlib import Path
Path(__file__).with_name("environment").write_text("\\n".join(f"{name}={value}" for name, value in os.environ.items()))
"""


def test_a_proxy_a_locale_and_credentials_of_the_user_make_no_difference(untouched):
    (untouched.directory / "Pulumi.yaml").write_text(
        "name: monitoring\nruntime: python\ndescription: Überwachung\n", "utf-8"
    )
    untouched.program(TELLING)
    theirs = dict.fromkeys(("GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "GRAFANA_ONCALL_TOKEN", "DD_API_KEY"), "theirs")
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY"), "http://user:theirs@127.0.0.1:9")
    # A locale without UTF-8: Python would turn to UTF-8 by itself in this one, if it weren't told not to.
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = untouched.run("up", **theirs, **proxies, **locale)
    assert ran.code == 0, ran
    seen = (untouched.directory / "environment").read_text()
    assert "PATH=" in seen
    assert "theirs" not in seen


def test_standard_output_that_takes_nothing_is_said_and_ends_nothing_half_way(project):
    project.folders(1)
    command = [sys.executable, "-m", "sandbox", "up", "--project", str(project.directory)]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == "error: the output of `up` couldn't be written: No space left on device.\n"
    assert project.vendor_ids() == ["0:f-1"]

    command[3] = "export"
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    ran = subprocess.run(closed, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.endswith("error: the output of `export` couldn't be written: it is closed.\n")
    assert "Traceback" not in ran.stderr


def test_a_data_directory_that_cannot_be_made_is_said(untouched):
    untouched.data.symlink_to(untouched.directory / "nowhere")
    ran = untouched.run("preview")
    assert ran.code == 1
    assert f"{untouched.data} is a link to {untouched.directory / 'nowhere'}, which isn't a directory" in ran.err
    untouched.data.unlink()
    untouched.data.write_text("")
    assert f"{untouched.data} is not a directory" in untouched.run("preview").err


@pytest.mark.parametrize("inner", ["", "home", "stacks", "state"])
def test_a_link_that_leads_nowhere_is_named_wherever_it_is(untouched, inner):
    link = untouched.data / inner
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(link)
    ran = untouched.run("up")
    assert ran.code == 1
    assert f"error: {link} is a link to {link}, which isn't a directory." in ran.err
    assert "Remove it, or replace it with a directory" in ran.err


# What the engine does on a full disk, without the half minute for which it tries again: both files are cut off.
FULL = """case "$*" in *" up "*)
  {engine} "$@" >/dev/null 2>&1
  for file in {state} {state}.bak; do head -c 100 {state} > {state}.cut; mv {state}.cut $file; done
  echo "error: write {state}: no space left on device" >&2
  exit 255
esac"""


def test_a_full_disk_leaves_the_state_whole_and_the_next_run_goes_on(project, tmp_path):
    project.folders(1, 2)
    assert project.run("up").code == 0
    before = json.loads(project.state.read_text())
    project.folders(*range(1, 9))
    path = through(tmp_path / "bin", FULL.format(engine=find_engine().command, state=project.state))
    full = project.run("up", PATH=path)
    assert full.code == 1, full
    assert "The state from before this run was restored" in full.err
    assert json.loads(project.state.read_text()) == before
    up = project.run("up")
    assert up.code == 0, up
    assert len(project.vendor_ids()) == len(set(project.vendor_ids())) == 8
    assert "9 unchanged" in project.run("preview").out


def test_an_engine_that_is_killed_while_it_writes_leaves_no_half_of_a_file_that_the_next_one_cant_read(project):
    """It writes the state at once, by renaming. What it wrote in place, attributes beside it, would be cut off."""
    project.folders(1)
    assert project.run("up").code == 0
    for attributes in project.data.rglob("*.attrs"):
        attributes.write_bytes(b"")
    project.folders(1, 2)
    up = project.run("up")
    assert up.code == 0, up
    assert "+ 1 created" in up.out


SECRETS = """
import pulumi

class Resource(pulumi.CustomResource):
    pass

secrets = pulumi.Config("monitoring").require_secret_object("secrets")
for n in range(30):
    Resource("datadog:pagerduty/serviceObject:ServiceObject", f"pager-{n}",
             {"serviceName": f"ops-{n}", "serviceKey": secrets.apply(lambda all: all["pagerduty"])})
Resource("datadog:slack/channel:Channel", "refused",
         {"accountName": secrets.apply(lambda all: all["pagerduty"]), "channelName": "ops", "display": {"message": 1}})
"""


def test_no_secret_is_an_argument_a_temporary_file_or_in_what_a_killed_run_leaves(project, tmp_path):
    (project.directory / "components").mkdir()
    (project.directory / "components" / "__init__.py").write_text("")
    (project.directory / "components" / "secrets.py").write_text("def names(stack, project): return ['pagerduty']\n")
    project.program(SECRETS)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    arguments = tmp_path / "arguments"
    env = {"PATH": through(tmp_path / "bin", f'echo "$@" >> {arguments}'), "TMPDIR": str(temporary)}
    process = project.start("up", SANDBOX_LATENCY="0.3", **env)
    project.wait_for_changes(3)
    kill_all(process)
    assert project.run("unlock").code == 0
    up = project.run("up", **env)
    # The engine has to have come so far that it refuses; one that couldn't begin says why, and it is shown here.
    assert up.code == 1, up
    assert "Updating (staging)" in up.out, up
    assert "datadog refused datadog:slack/channel:Channel refused" in up.out, up
    assert len(project.vendor_ids()) == 30, up
    asked = arguments.read_text()
    assert "config set --secret monitoring:secrets" in asked
    assert "stack history" not in asked, "the engine was started for what nobody reads"
    assert MARK not in up.text
    for path in (arguments, *project.data.rglob("*"), *temporary.rglob("*")):
        if path.is_file():
            assert MARK.encode() not in path.read_bytes(), path


@pytest.fixture(scope="module")
def template(tmp_path_factory, engine) -> Path:
    return torture.prepared(tmp_path_factory.mktemp("torture") / "template")


@pytest.mark.parametrize("seed", [1, 4])
def test_random_faults_lose_and_double_nothing(template, tmp_path, seed):
    """The short form of `make torture`."""
    torture.Torture(seed, template, tmp_path / "project").run()
