"""The way to the stand-ins: who is answered, faults on order, and data that can't be used."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub
from support import ROOT, AbortedError, Caller, TinyProject

from sandbox import __main__ as command
from sandbox import standins
from sandbox.errors import SandboxError
from sandbox.locks import unlock
from sandbox.project import Project
from sandbox.standins import StandIns
from sandbox.state import kept_safe, require_readable
from sandbox.unfinished import Unfinished
from sandbox.vendors import datadog, faults
from sandbox.vendors.access import TOKEN
from sandbox.vendors.servicer import StandIn
from sandbox.vendors.store import Store, StoreError, store_error
from sandbox.vendors.values import secret

LOGS_INDEX = "datadog:index/logsIndex:LogsIndex"
PAGER = "datadog:pagerduty/serviceObject:ServiceObject"
MONITOR = "datadog:index/monitor:Monitor"
MONITOR_INPUTS = {"name": "E", "type": "query alert", "message": "x", "query": "avg(last_5m):avg:errors{*} > 5"}
SLO = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
INDEX = {"name": "main", "filters": [{"query": "*"}]}


def caller(tmp_path, rules="", seed="", run=1) -> Caller:
    store = Store(tmp_path / "vendors.db")
    return Caller(StandIn(datadog.VENDOR, store, faults=faults.Faults(faults.parse(rules), seed, run)))


def test_a_fault_that_is_refused_does_nothing_and_one_that_is_lost_is_done(tmp_path):
    for fault, said, done in (
        ("429", "429 Too Many Requests", 0),
        ("timeout", "context deadline exceeded", 0),
        ("lost-answer", "the answer was lost", 1),
    ):
        (tmp_path / fault).mkdir()
        api = caller(tmp_path / fault, f"create:{fault}@LogsIndex")
        with pytest.raises(AbortedError, match=said):
            api.create(LOGS_INDEX, INDEX)
        assert len(api.stand_in.store.changes("urn:")) == done


def test_every_operation_can_be_struck_and_only_where_it_is_said(tmp_path):
    rules = "update:500@datadog,read:502@mine,delete:503@LogsIndex,create:400@grafana,lookup:404@mine"
    api = caller(tmp_path, rules)
    identity, _ = api.create(LOGS_INDEX, INDEX)
    assert api.read(LOGS_INDEX, identity, INDEX)
    with pytest.raises(AbortedError, match="500 Internal Server Error"):
        api.update(LOGS_INDEX, identity, INDEX)
    with pytest.raises(AbortedError, match="503 Service Unavailable"):
        api.delete(LOGS_INDEX, identity)


def struck(seed: str, run: int, order: list[int]) -> set[int]:
    strikes = faults.Faults(faults.parse("create:500@30%"), seed, run)
    urns = {n: Caller.urn(LOGS_INDEX, f"i{n}") for n in order}
    return {n for n in order if strikes.strike("create", "datadog", urns[n])}


def test_a_seed_strikes_the_same_calls_in_any_order_and_another_run_others():
    calls = list(range(200))
    first = struck("7", 1, calls)
    assert 30 < len(first) < 90
    assert struck("7", 1, calls[::-1]) == first
    assert struck("8", 1, calls) != first
    assert struck("7", 2, calls) != first


def test_datadogs_two_updates_a_minute_of_its_log_configuration(monkeypatch):
    now = 1000.0
    monkeypatch.setattr(faults.time, "monotonic", lambda: now)
    strikes = faults.Faults(faults.parse("update:429@LogsIndex@2/min"))
    urn = Caller.urn(LOGS_INDEX, "main")
    assert [bool(strikes.strike("update", "datadog", urn)) for _ in range(4)] == [False, False, True, True]
    assert not strikes.strike("update", "datadog", Caller.urn(PAGER, "main"))
    now += 61
    assert not strikes.strike("update", "datadog", urn)


@pytest.mark.parametrize("rule", ["create", "create:200", "make:500", "create:slow", "create:500@", "create:429@@5%"])
def test_a_rule_that_cannot_be_read_is_shown_with_what_one_looks_like(tmp_path, monkeypatch, rule):
    monkeypatch.setenv("SANDBOX_FAULTS", rule)
    with pytest.raises(SandboxError, match=r"isn't a fault: .* create:429@datadog@5%"):
        StandIns(tmp_path)


@pytest.mark.parametrize("condition", ["150%", "-5%", "2/s", "5 %", "-x"])
def test_a_condition_that_would_match_nothing_is_refused(tmp_path, monkeypatch, condition):
    monkeypatch.setenv("SANDBOX_FAULTS", f"create:429@{condition}")
    with pytest.raises(SandboxError, match=r"isn't a share \(5%, at most 100%\), a rate \(2/min\) or a name"):
        StandIns(tmp_path)


def test_a_rule_that_struck_nothing_is_told_at_the_end_as_it_was_written(tmp_path, monkeypatch, capsys):
    api = caller(tmp_path, "create:500@LogsIndex,delete:503@LogsIndx")
    with pytest.raises(AbortedError, match="500 Internal Server Error"):
        api.create(LOGS_INDEX, INDEX)
    assert api.stand_in.faults.idle == ["delete:503@LogsIndx"]

    monkeypatch.setenv("SANDBOX_FAULTS", " read:500@nobody , delete:409@30%")
    with StandIns(tmp_path):
        pass
    said = capsys.readouterr().err
    assert "the fault read:500@nobody was never injected: no call of this run met all its conditions.\n" in said
    assert "the fault delete:409@30% was never injected" in said

    def refused() -> None:
        with StandIns(tmp_path) as again:
            again.ports()
            raise SandboxError("before anything was asked")

    with pytest.raises(SandboxError):
        refused()
    assert "never injected" not in capsys.readouterr().err


def test_where_the_parent_was_killed_the_stand_ins_end_without_a_word(tmp_path):
    command = [sys.executable, "-m", "sandbox.vendors", "--data", str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, TOKEN: "t"}, text=True, **pipes) as process:
        assert "ports" in json.loads(process.stdout.readline())
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_the_rule_of_an_alert_is_struck_by_the_alerts_name():
    strikes = faults.Faults(faults.parse("read:500@tikit-api-down"))
    rules = "grafana:alerting/ruleGroup:RuleGroup"
    assert strikes.strike("read", "grafana", Caller.urn(rules, "tikit-rule-api-down"))
    assert not strikes.strike("read", "grafana", Caller.urn(rules, "tikit-rule-api-down-late"))


def test_a_latency_that_is_no_number_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("SANDBOX_LATENCY", "fast")
    with pytest.raises(SandboxError, match="SANDBOX_LATENCY=fast isn't a number of seconds"):
        StandIns(tmp_path)


def test_what_an_unfinished_run_made_is_taken_over_with_what_is_wanted_now(tmp_path):
    api = caller(tmp_path)
    store = api.stand_in.store
    identity, _ = api.create("datadog:index/incidentType:IncidentType", {"name": "outage"})
    store.note(orphans=store.changes("urn:"), settled=())
    again, outputs = api.create("datadog:index/incidentType:IncidentType", {"name": "outage", "description": "bad"})
    assert again == identity
    assert outputs["description"] == "bad"
    # The index of the new name can't be the one of the old name, which would be in nobody's state.
    api.create(LOGS_INDEX, INDEX)
    store.note(orphans=store.changes("urn:"), settled=())
    api.create(LOGS_INDEX, {**INDEX, "name": "other"})
    with store.transaction("datadog") as account:
        assert [row.id for row in account.all(LOGS_INDEX)] == ["other"]


def test_what_is_there_and_has_an_owner_is_not_taken_over(tmp_path):
    api = caller(tmp_path)
    api.create(LOGS_INDEX, INDEX)
    with pytest.raises(AbortedError, match="409 Conflict"):
        api.create(LOGS_INDEX, INDEX)


def test_a_refusal_does_not_repeat_a_secret(tmp_path):
    api = caller(tmp_path)
    api.stand_in.go_on = True
    with pytest.raises(AbortedError) as refused:
        api.create(
            "datadog:slack/channel:Channel",
            {"accountName": secret("hidden"), "channelName": secret("hidden"), "display": {}},
        )
    assert "hidden" not in str(refused.value)
    problems = api.check(LOGS_INDEX, {"name": "n", "filters": secret("hidden")})
    assert "hidden" not in str(problems)


ASK = """
import sys, grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub
print(ResourceProviderStub(grpc.insecure_channel("127.0.0.1:" + sys.argv[1])).GetPluginInfo(empty_pb2.Empty()).version)
"""


def test_stand_ins_answer_only_who_has_the_token_of_this_run(tmp_path):
    with StandIns(tmp_path) as stand_ins:
        port = stand_ins.ports()["datadog"]
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError) as refused:
            ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty())
        assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
        for token, code in ((stand_ins.token, 0), ("0" * 32, 1)):
            env = {**os.environ, TOKEN: token}
            asked = subprocess.run([sys.executable, "-c", ASK, str(port)], env=env, capture_output=True, check=False)
            assert asked.returncode == code, asked


def test_data_that_cannot_be_used_are_not_called_damaged(tmp_path):
    def said() -> str:
        with StandIns(tmp_path) as stand_ins, pytest.raises(SandboxError) as problem:
            stand_ins.ports()
        assert "damaged" not in str(problem.value)
        assert "delete" not in str(problem.value)
        return str(problem.value)

    Store(tmp_path / "vendors.db").close()
    other = sqlite3.connect(tmp_path / "vendors.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "is locked by another program (database is locked)" in said()
    other.close()
    (tmp_path / "vendors.db").unlink()
    for leftover in tmp_path.glob("vendors.db-*"):
        leftover.unlink()
    (tmp_path / "vendors.db").mkdir()
    assert "can't be opened for writing (unable to open database file)" in said()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "read-only"),
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_IOERR_WRITE, "unreadable"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "full"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_NOTADB, "damaged"),
    ],
)
def test_sqlites_errors_are_told_apart(code, kind):
    problem = sqlite3.OperationalError("as SQLite says it")
    problem.sqlite_errorcode = code
    assert store_error(problem).kind == kind
    assert kind in standins.UNUSABLE


def test_a_full_disk_at_the_vendor_is_a_refusal_with_advice(tmp_path):
    api = caller(tmp_path)
    api.stand_in.store._db.execute("PRAGMA max_page_count = 1")
    with pytest.raises(AbortedError, match="the disk is full; free some space"):
        api.create(LOGS_INDEX, {**INDEX, "filters": [{"query": "x" * 1_000_000}]})


def test_a_stand_in_that_is_killed_at_its_start_is_not_damage(tmp_path, monkeypatch):
    killed = tmp_path / "python"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(standins.sys, "executable", str(killed))
    with StandIns(tmp_path) as stand_ins, pytest.raises(SandboxError, match="ended by signal 9 before they were ready"):
        stand_ins.ports()


@pytest.fixture
def applied(tmp_path) -> Project:
    """A project with a state, made without the engine."""
    tiny = TinyProject(tmp_path / "project")
    tiny.state.parent.mkdir(parents=True)
    tiny.state.write_text(json.dumps({"checkpoint": {"latest": {"resources": [{"urn": "urn:a"}]}}}))
    project = Project(tiny.directory, "staging")
    project.work.mkdir(parents=True)
    return project


def test_only_a_copy_that_was_read_is_recommended(applied):
    backup = applied.state.with_name("staging.json.bak")
    backup.write_bytes(applied.state.read_bytes())
    applied.state.write_text('{"checkpoint": {"la')
    with pytest.raises(SandboxError) as damaged:
        require_readable(applied)
    assert f"exists (1 resource): restore it with `cp {backup} {applied.state}`" in str(damaged.value)
    backup.write_text('{"checkpoint": {"la')
    with pytest.raises(SandboxError) as damaged:
        require_readable(applied)
    assert "There is no intact copy" in str(damaged.value)
    assert str(backup) not in str(damaged.value)


@pytest.mark.parametrize(
    "content", [None, '{"checkpoint": {}}', '{"checkpoint": {"stack": "a"}}', '{"checkpoint": {"latest": {}}}']
)
def test_a_state_that_knows_of_nothing_is_not_taken_for_a_beginning_while_a_copy_knows_more(applied, content):
    backup = applied.state.with_name("staging.json.bak")
    backup.write_bytes(applied.state.read_bytes())
    if content is None:
        applied.state.unlink()
    else:
        applied.state.write_text(content)
    with pytest.raises(SandboxError) as refused:
        require_readable(applied)
    assert "exists (1 resource)" in str(refused.value)
    assert f"`cp {backup} {applied.state}`, then run this again" in str(refused.value)
    assert "Nothing was changed." in str(refused.value)


@pytest.mark.parametrize("copied", [None, '{"checkpoint": {"stack": "a"}}', '{"checkpoint": {"la'])
def test_without_a_copy_that_knows_more_it_is_a_beginning(applied, copied):
    if copied is not None:
        applied.state.with_name("staging.json.bak").write_text(copied)
    applied.state.unlink()
    require_readable(applied)
    applied.state.write_text('{"checkpoint": {"stack": "organization/monitoring/staging"}}')
    require_readable(applied)


def test_a_state_that_names_no_stack_is_damaged(applied):
    applied.state.write_text('{"checkpoint": {}}')
    with pytest.raises(SandboxError, match=r"is damaged \(KeyError: 'stack'\)"):
        require_readable(applied)


def test_a_directory_in_the_place_of_the_state_is_named_as_that(applied):
    backup = applied.state.with_name("staging.json.bak")
    applied.state.rename(backup)
    applied.state.mkdir()
    with pytest.raises(SandboxError) as damaged:
        require_readable(applied)
    assert "is damaged (it is a directory; move it away first)" in str(damaged.value)
    assert f"`cp {backup} {applied.state}`" in str(damaged.value)
    assert "the right to read" not in str(damaged.value)


def test_without_space_for_a_copy_of_the_state_nothing_is_begun(applied, monkeypatch):
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    before = applied.state.read_bytes()
    monkeypatch.setattr("sandbox.files.os.fsync", full)
    begun = False
    with pytest.raises(OSError, match="No space left"), kept_safe(applied):
        begun = True
    assert not begun
    assert applied.state.read_bytes() == before
    assert list(applied.work.iterdir()) == []


def test_the_half_of_a_lock_that_a_killed_run_left_is_removed_too(applied):
    # The engine counts it as a lock: it lists the directory.
    locks = applied.data / "state" / ".pulumi" / "locks" / "organization" / "monitoring" / "staging"
    locks.mkdir(parents=True)
    (locks / "0.json.18ebbe84a66902ff.tmp").write_text("")
    assert "removed the lock" in unlock(applied)
    assert list(locks.iterdir()) == []


def test_a_second_run_is_refused_before_the_engine_has_locked_anything(applied):
    held = subprocess.Popen(
        ["flock", str(applied.data / "staging.run"), "sh", "-c", "echo held; read line"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert held.stdout.readline() == "held\n"
    arguments = [sys.executable, "-m", "sandbox", "up", "--project", str(applied.directory)]
    second = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    held.communicate("\n")
    assert second.returncode == 1
    assert "Another run is using the stack staging" in second.stderr


def test_what_an_earlier_version_left_pending_in_the_state_is_looked_up(applied):
    urn = f"urn:pulumi:staging::monitoring::{LOGS_INDEX}::main"
    Caller(StandIn(datadog.VENDOR, Store(applied.data / "vendors.db"))).create(LOGS_INDEX, INDEX, name="main")
    with sqlite3.connect(applied.data / "vendors.db") as database:
        database.execute("DELETE FROM changes")
    gone = {"urn": f"{urn}-gone", "type": LOGS_INDEX, "id": "gone"}
    operations = [
        {"type": "creating", "resource": {"urn": urn, "type": LOGS_INDEX}},
        {"type": "deleting", "resource": gone},
    ]
    latest = {"resources": [gone], "pending_operations": operations}
    applied.state.write_text(json.dumps({"checkpoint": {"latest": latest}}))
    unfinished = Unfinished(applied)
    unfinished.look_up(changing=False)
    assert not [*unfinished.told("preview")]
    unfinished.look_up(changing=True)
    said = "\n".join(unfinished.told("up"))
    assert "LogsIndex::main exists in the vendor (id main) but isn't in the state, so it is taken over" in said
    assert "LogsIndex::main-gone no longer exists in the vendor" in said
    assert unfinished.behind
    assert json.loads(applied.state.read_text())["checkpoint"]["latest"] == {"resources": [gone]}


def test_a_component_without_anything_in_it_is_not_missed_at_the_vendors(applied):
    component = {"urn": "urn:a", "type": "monitoring:components:ProductMonitoring"}
    resource = {"urn": "urn:b", "type": LOGS_INDEX, "id": "b"}
    for resources, lost in (([component], 0), ([component, resource], 1)):
        applied.state.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))
        unfinished = Unfinished(applied)
        unfinished.look_up(changing=False)
        assert unfinished.lost == lost


def test_what_nobody_declares_any_more_is_swept_and_what_the_vendor_keeps_is_told(applied):
    store = Store(applied.data / "vendors.db")
    api = Caller(StandIn(datadog.VENDOR, store))
    kept, _ = api.create(MONITOR, MONITOR_INPUTS, name="kept")
    used, _ = api.create(MONITOR, MONITOR_INPUTS, name="used")
    # Each objective holds on to the monitor that was made before it.
    for name, monitor in (("objective", used), ("declared", kept)):
        thresholds = [{"timeframe": "7d", "target": 99}]
        inputs = {"name": name, "type": "monitor", "monitorIds": [int(monitor)], "thresholds": thresholds}
        identity, _ = api.create(SLO, inputs, name=name)
    declared = {"urn": Caller.urn(SLO, "declared"), "type": SLO, "id": identity}
    applied.state.write_text(json.dumps({"checkpoint": {"latest": {"resources": [declared]}}}))
    unfinished = Unfinished(applied)
    unfinished.look_up(changing=True)
    (refusal,) = unfinished.sweep()
    assert refusal.startswith(f"{MONITOR}::kept (id {kept}): ")
    assert "declared" in refusal
    with store.transaction("datadog") as account:
        assert [row.name for kind in (MONITOR, SLO) for row in account.all(kind)] == ["kept", "declared"]
    # What is still there is still nobody's, so the next run doesn't make it twice.
    unfinished.settle()
    assert [note.urn for note in store.changes("urn:")] == [Caller.urn(MONITOR, "kept")]


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.EROFS, "Use a copy of the project"),
        (errno.EACCES, "Get write permission there"),
        (errno.ENOSPC, "free some space"),
    ],
)
def test_what_the_system_refuses_is_one_line_with_what_to_do(tmp_path, capsys, monkeypatch, code, advice):
    def refused(_directory: Path, **_options: object) -> None:
        raise OSError(code, os.strerror(code), str(tmp_path / "project" / ".sandbox"))

    tiny = TinyProject(tmp_path / "project")
    monkeypatch.setattr(Path, "mkdir", refused)
    monkeypatch.setattr(sys, "argv", ["sandbox", "up", "--project", str(tiny.directory)])
    assert command.main() == 1
    said = capsys.readouterr().err
    assert said.startswith(f"error: {tiny.data}: {os.strerror(code)}. ")
    assert advice in said
    assert said.count("\n") == 1


def test_a_store_error_says_what_kind_it_is(tmp_path):
    (tmp_path / "vendors.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError) as damaged:
        Store(tmp_path / "vendors.db")
    assert damaged.value.kind == "damaged"
