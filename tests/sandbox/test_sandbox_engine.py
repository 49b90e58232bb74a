"""Finding the engine: on PATH, had before, installed, built; one at a time, and never half of one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sandbox import engine, engine_build
from sandbox.errors import SandboxError

ROOT = Path(__file__).resolve().parents[2]
PULUMI = "#!/bin/sh\necho {version}\n"
# A `go` that answers `go build ... -o FILE ...` by writing a pulumi there, after saying what it does.
GO = """#!/bin/sh
echo "go: downloading example.com/module v1.0.0"
echo example.com/module/package
while [ "$1" != "-o" ]; do shift; done
{slowly}
printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"
/bin/chmod +x "$2"
echo built >> {log}
"""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with an empty cache, nothing on PATH, and no network to Pulumi's installer."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(engine_build, "INSTALL", "import sys; sys.exit('URLError: no network')")
    return tmp_path


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def with_go(machine: Path, slowly: str = "") -> None:
    put(machine / "bin" / "go", GO.format(log=machine / "log", slowly=slowly))


def find() -> tuple[engine.Engine, list[str]]:
    said: list[str] = []
    return engine.find_engine(said.append), said


def test_the_cli_on_path_is_used(machine):
    put(machine / "bin" / "pulumi", PULUMI.format(version="v3.250.1"))
    found, said = find()
    assert str(found) == f"Pulumi 3.250.1 (on PATH: {machine / 'bin' / 'pulumi'})"
    assert said == []


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (PULUMI.format(version="v3.100.0"), "is 3.100.0, too old; 3.200.0 or newer is needed"),
        ("#!/bin/sh\nexit 1\n", "doesn't answer `pulumi version`"),
        (PULUMI.format(version="something else"), "doesn't answer `pulumi version`"),
    ],
)
def test_a_cli_on_path_that_cannot_be_used_is_named_and_passed_over(machine, script, why):
    put(machine / "bin" / "pulumi", script)
    with_go(machine)
    found, said = find()
    assert found.source == "built with Go from tools/go.mod"
    assert why in said[0]


def test_the_release_that_go_mod_names_is_found_again_also_beside_a_newer_one(machine):
    had(machine, "3.201.0", "3.259.0", "3.1000.0")
    found, said = find()
    assert found.version == (3, 259, 0)
    assert found.source == "had before"
    assert said == []


def test_the_release_that_go_mod_names_is_not_asked_for_its_version_again(machine):
    asked = machine / "asked"
    script = f"#!/bin/sh\necho asked >> {asked}\necho v3.259.0\n"
    put(machine / "cache" / "monitoring-as-code" / "pulumi-3.259.0" / "bin" / "pulumi", script)
    for _ in range(3):
        assert str(find()[0]).startswith("Pulumi 3.259.0 (had before: ")
    assert asked.read_text() == "asked\n"


@pytest.mark.parametrize("damage", ["", "\x7fELF", "#!/bin/sh\nexit 1\n"])
def test_an_engine_from_before_that_no_longer_answers_is_replaced(machine, damage):
    with_go(machine)
    command = find()[0].command
    assert find()[0].source == "had before"
    put(command, damage)
    assert find()[0].source == "built with Go from tools/go.mod"
    assert find()[0].source == "had before"


def test_another_release_from_before_is_used_only_where_that_one_cannot_be_had(machine):
    had(machine, "3.201.0", "3.1000.0", "3.99.0")
    found, said = find()
    assert found.version == (3, 1000, 0)
    assert said[-1] == "engine: v3.259.0 isn't available; using the newest version installed before."
    with_go(machine)
    assert find()[0].version == (3, 259, 0)


def had(machine, *versions):
    cache = machine / "cache" / "monitoring-as-code"
    for version in versions:
        put(cache / f"pulumi-{version}" / "bin" / "pulumi", PULUMI.format(version=f"v{version}"))


def test_pulumis_installer_is_tried_before_building(machine, monkeypatch):
    with_go(machine)
    install = (
        "import pathlib, sys\np = pathlib.Path(sys.argv[1], 'bin', 'pulumi'); p.parent.mkdir(parents=True)\n"
        "p.write_text(f'#!/bin/sh\\necho v{sys.argv[2]}\\n'); p.chmod(0o755)\n"
    )
    monkeypatch.setattr(engine_build, "INSTALL", install)
    found, _ = find()
    assert found.source == "installed by Pulumi's installer"
    assert found.command == machine / "cache" / "monitoring-as-code" / "pulumi-3.259.0" / "bin" / "pulumi"
    assert find()[0].source == "had before"


def test_an_installer_that_hangs_is_given_up(machine, monkeypatch):
    with_go(machine)
    monkeypatch.setattr(engine_build, "INSTALL", "import time; time.sleep(60)")
    monkeypatch.setattr(engine_build, "INSTALLER_SECONDS", 0.2)
    monkeypatch.setattr(engine_build, "QUIET_SECONDS", 0.2)
    found, said = find()
    assert found.source == "built with Go from tools/go.mod"
    assert any("can't be used here: no end after" in line for line in said)


def test_building_is_told_with_progress_and_kept_for_the_next_run(machine, monkeypatch):
    monkeypatch.setattr(engine_build, "QUIET_SECONDS", 0.1)
    with_go(machine, slowly="/bin/sleep 0.4")
    found, said = find()
    assert found.version == (3, 259, 0)
    assert any("building Pulumi v3.259.0 with" in line for line in said)
    assert any("1 modules fetched, 1 packages compiled, last: example.com/module/package" in line for line in said)
    assert find()[0].source == "had before"
    assert (machine / "log").read_text() == "built\n"


def test_two_builds_at_once_make_one_engine_and_the_second_says_that_it_waits(machine):
    with_go(machine, slowly="/bin/sleep 0.6")
    results: list[tuple[engine.Engine, list[str]]] = []
    threads = [threading.Thread(target=lambda: results.append(find())) for _ in range(2)]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert (machine / "log").read_text() == "built\n"
    assert any("another run is installing the engine; waiting" in line for _, said in results for line in said)


def test_a_failed_build_leaves_nothing_and_is_told_with_all_three_ways(machine):
    put(machine / "bin" / "go", "#!/bin/sh\necho 'go: module lookup disabled'\nexit 1\n")
    with pytest.raises(SandboxError) as refused:
        find()
    message = str(refused.value)
    assert "the Pulumi CLI, 3.200.0 or newer, as `pulumi` on PATH" in message
    assert (
        "network access to Pulumi's installer (Pulumi's installer can't be used here: URLError: no network)" in message
    )
    assert (
        "Go, with access to Go modules, to build it from tools/go.mod (`go build` failed: go: module lookup" in message
    )
    assert [path.name for path in (machine / "cache" / "monitoring-as-code").iterdir()] == ["lock"]


def test_without_go_the_message_says_so(machine):
    with pytest.raises(SandboxError, match="there is no `go` on PATH"):
        find()


def test_an_interrupted_build_leaves_nothing_broken_and_the_next_one_works(machine):
    with_go(machine, slowly="/bin/sleep 30")
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from sandbox import engine, engine_build\n"
    script += "engine_build.INSTALL = 'import sys; sys.exit(1)'\nengine.find_engine()\n"
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "building Pulumi" in line:
            break
    time.sleep(0.3)
    process.kill()
    process.communicate()
    with_go(machine)
    found, _ = find()
    assert found.version == (3, 259, 0)
    assert sorted(path.name for path in (machine / "cache" / "monitoring-as-code").iterdir()) == [
        "lock",
        "pulumi-3.259.0",
    ]
