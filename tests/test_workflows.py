"""What the pipelines promise: who may do what, what waits for what, and that nothing leaks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sandbox.engine import TOOLS
from sandbox.engine_build import wanted_version
from tests.conftest import ROOT, STACKS

FILES = {path.stem: path for path in (ROOT / ".github" / "workflows").glob("*.yml")}
WORKFLOWS = {name: yaml.safe_load(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
JOBS = {(name, job): spec for name, workflow in WORKFLOWS.items() for job, spec in workflow["jobs"].items()}
PREVIEW, DEPLOY = WORKFLOWS["preview"]["jobs"], WORKFLOWS["deploy"]["jobs"]
# PyYAML reads YAML 1.1, where `on` means true.
TRIGGERS = {name: workflow[True] for name, workflow in WORKFLOWS.items()}


def steps():
    for (workflow, job), spec in JOBS.items():
        for step in spec["steps"]:
            yield f"{workflow}, {job}", step


def secrets(value):
    """The names of the secrets that a part of a workflow uses."""
    return set(re.findall(r"\bsecrets\.(\w+)", yaml.safe_dump(value, width=10_000)))


def pulumi_steps():
    return [(where, step) for where, step in steps() if step.get("uses", "").startswith("pulumi/actions@")]


def running(job):
    """The one step of a job that runs Pulumi."""
    (step,) = [each for each in job["steps"] if each.get("uses", "").startswith("pulumi/actions@")]
    return step


def stack_of(job):
    """The stack that a job's Pulumi works on."""
    return running(job)["with"]["stack-name"]


def test_there_are_these_workflows_and_triggers():
    assert TRIGGERS == {"preview": "pull_request", "deploy": {"push": {"branches": ["main"]}}}


def test_every_action_is_pinned_by_commit_with_its_version_beside_it():
    uses = [
        line.strip().removeprefix("- ")
        for path in FILES.values()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"\s*(- )?uses:", line)
    ]
    assert len(uses) == sum("uses" in step for _, step in steps())
    pins = {}
    for line in uses:
        pinned = re.fullmatch(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", line)
        assert pinned, line
        pins.setdefault(pinned[1], set()).add((pinned[2], pinned[3]))
    assert all(len(versions) == 1 for versions in pins.values()), pins


def test_nothing_is_permitted_that_a_job_does_not_state():
    assert all(workflow["permissions"] == {} for workflow in WORKFLOWS.values())


def test_jobs_may_read_the_code_and_only_the_preview_may_comment():
    for where, job in JOBS.items():
        comment = {"pull-requests": "write"} if where == ("preview", "preview") else {}
        assert job["permissions"] == {"contents": "read", **comment}, where


def test_the_checkout_leaves_no_token_behind():
    for where, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": False}, where


def test_only_the_repositorys_own_people_get_the_preview_with_secrets():
    own, person = PREVIEW["preview"]["if"].split(" && ")
    assert own == "github.event.pull_request.head.repo.full_name == github.repository"
    # Who opened the pull request; `github.actor` is whoever caused this run, which may be somebody else.
    assert person == "github.event.pull_request.user.login != 'dependabot[bot]'"
    assert not any("github.actor" in path.read_text(encoding="utf-8") for path in FILES.values())


def test_no_job_that_runs_for_forks_uses_a_secret_or_an_environment():
    for name in ("check", "sandbox"):
        assert "if" not in PREVIEW[name], name
        assert not secrets(PREVIEW[name]), name
        assert "environment" not in PREVIEW[name], name


def test_a_branch_that_anybody_can_push_gets_no_environment_that_opens_production():
    """GitHub runs the workflow of the branch itself, so what a pull request's jobs may use, its author has."""
    used = {job["environment"] for job in PREVIEW.values() if "environment" in job}
    opens_production = {job["environment"] for job in DEPLOY.values() if secrets(job) and stack_of(job) == "prod"}
    assert used == {"preview"}
    assert opens_production == {"production", "production-preview"}
    assert stack_of(PREVIEW["preview"]) == "staging"


def test_every_environment_has_one_stack_whose_passphrase_it_may_hold():
    stacks = {}
    for job in JOBS.values():
        if "environment" in job:
            stacks.setdefault(job["environment"], set()).add(stack_of(job))
    assert all(len(each) == 1 for each in stacks.values()), stacks
    table = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8").split("| Environment |")[1].split("\n\n")[0]
    documented = dict(re.findall(r"^\s*\| `([\w-]+)` \| `(\w+)` \|", table, re.MULTILINE))
    assert documented == {environment: next(iter(stack)) for environment, stack in stacks.items()}


def test_secrets_reach_only_the_step_that_runs_pulumi():
    for where, step in steps():
        if secrets(step):
            assert step["uses"].startswith("pulumi/actions@"), where
            assert secrets(step) == secrets(step["env"]), where
    for where, job in JOBS.items():
        assert not secrets({key: value for key, value in job.items() if key != "steps"}), where


def test_secrets_are_called_like_the_variables_they_become():
    for _, step in steps():
        for variable, value in step.get("env", {}).items():
            assert secrets(value) <= {variable}


def test_every_job_that_runs_pulumi_has_the_same_credentials():
    given = {where: running(job)["env"] for where, job in JOBS.items() if secrets(job)}
    assert set(given) == {
        ("preview", "preview"),
        ("deploy", "staging"),
        ("deploy", "prod-preview"),
        ("deploy", "prod"),
    }
    assert all(environment == given["preview", "preview"] for environment in given.values())


def test_the_documented_secrets_are_exactly_those_used():
    documented = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
    table = documented.split("## Secrets")[1].split("\n## ")[0]
    named = {name for line in table.splitlines() if line.startswith("| `") for name in re.findall(r"`([A-Z_]+)`", line)}
    assert named == secrets(WORKFLOWS)


def test_the_vendors_secrets_are_the_variables_that_the_page_on_going_live_names():
    going_live = (ROOT / "docs" / "going-live.md").read_text(encoding="utf-8")
    variables = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", going_live))
    assert secrets(WORKFLOWS) - {"PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"} == variables


def test_no_cache_is_restored_in_a_job_with_secrets():
    for where, job in JOBS.items():
        if secrets(job):
            for step in job["steps"]:
                assert not step.get("uses", "").startswith(("actions/cache", "./")), where
                assert "cache" not in step.get("with", {}), where


def test_both_stacks_are_previewed_on_stand_ins_and_at_the_vendors():
    assert set(PREVIEW["sandbox"]["strategy"]["matrix"]["stack"]) == set(STACKS)
    assert PREVIEW["sandbox"]["needs"] == PREVIEW["preview"]["needs"] == "check"
    previewed = {stack_of(job) for job in (PREVIEW["preview"], DEPLOY["prod-preview"])}
    assert previewed == set(STACKS)


def test_who_approves_production_sees_what_will_change():
    given = running(DEPLOY["prod-preview"])["with"]
    assert given["command"] == "preview"
    assert given["diff"] is given["comment-on-summary"] is True
    assert DEPLOY["prod"]["needs"] == "prod-preview"


def test_the_comment_is_edited_in_place_and_shows_no_outputs():
    given = running(PREVIEW["preview"])["with"]
    assert given["command"] == "preview"
    assert given["comment-on-pr"] is given["edit-pr-comment"] is given["suppress-outputs"] is True


def test_outputs_stay_out_of_every_log():
    for where, step in pulumi_steps():
        if "command" in step["with"]:
            assert step["with"]["suppress-outputs"] is True, where


def test_staging_is_applied_before_prod_and_both_after_the_checks():
    assert DEPLOY["staging"]["needs"] == "check"
    assert DEPLOY["prod-preview"]["needs"] == "staging"
    assert [running(DEPLOY[stack])["with"]["stack-name"] for stack in STACKS] == list(STACKS)
    assert all(running(DEPLOY[stack])["with"]["command"] == "up" for stack in STACKS)
    assert not any("if" in job or "continue-on-error" in job for job in DEPLOY.values())


def test_prod_waits_for_the_approval_of_its_environment():
    assert DEPLOY["prod"]["environment"] == "production"
    assert DEPLOY["staging"]["environment"] == "staging"


def test_a_stack_is_updated_by_one_run_at_a_time_that_is_never_cancelled():
    assert "concurrency" not in WORKFLOWS["deploy"]
    for stack in STACKS:
        assert DEPLOY[stack]["concurrency"] == {"group": f"pulumi-{stack}", "cancel-in-progress": False}


def test_every_job_has_a_time_limit_and_an_update_a_generous_one():
    assert all(job["timeout-minutes"] <= 120 for job in JOBS.values())
    assert all(DEPLOY[stack]["timeout-minutes"] >= 60 for stack in STACKS)


def test_the_pulumi_cli_is_the_version_that_the_sandbox_builds():
    assert len(pulumi_steps()) == 7
    for where, step in pulumi_steps():
        assert f"v{step['with']['pulumi-version']}" == wanted_version(TOOLS), where


def test_no_expression_is_pasted_into_a_shell():
    for where, step in steps():
        assert "${{" not in step.get("run", ""), where
        assert "github-script" not in step.get("uses", ""), where


def test_every_make_target_that_a_workflow_names_exists():
    rules = re.findall(r"^([\w./ -]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    targets = {target for rule in rules for target in rule.split()}
    named = {target for _, step in steps() for target in re.findall(r"\bmake ([\w./-]+)", step.get("run", ""))}
    assert named == {"check", "preview", ".venv/ready"}
    assert named <= targets


def test_workflows_run_make_and_nothing_else_of_this_repository():
    commands = [step["run"] for _, step in steps() if "run" in step]
    others = [command for command in commands if not re.fullmatch(r"make [\w./-]+", command)]
    assert len(others) == 1  # the sandbox's summary, run below


@pytest.mark.parametrize("code", [0, 2])
def test_the_sandbox_preview_is_in_the_summary_whether_it_fails_or_not(tmp_path, code):
    (step,) = [each for each in PREVIEW["sandbox"]["steps"] if "preview.txt" in each.get("run", "")]
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "called: $*"\necho "said" >&2\nexit {code}\n', encoding="utf-8")
    make.chmod(0o755)
    summary = tmp_path / "summary.md"
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(summary),
        "STACK": "prod",
    }
    # How GitHub runs `shell: bash`.
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    ran = subprocess.run(bash, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert ran.returncode == code
    assert "called: preview STACK=prod" in ran.stdout
    expected = "### Sandbox preview of prod\n````\ncalled: preview STACK=prod\nsaid\n````\n"
    assert summary.read_text(encoding="utf-8") == expected


def test_both_linters_are_pinned_and_part_of_make_check():
    module = (ROOT / "tools" / "lint" / "go.mod").read_text(encoding="utf-8")
    assert "tool github.com/rhysd/actionlint/cmd/actionlint" in module
    assert re.search(r"github\.com/rhysd/actionlint v\d+\.\d+\.\d+", module)
    assert re.search(r"^zizmor==[\d.]+$", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "lint-workflows" in rules.split("\ncheck:")[1].split("\n\n")[0]
    lint = rules.split("\nlint-workflows:")[1].split("\n\n")[0]
    assert "zizmor --offline" in lint
    assert "actionlint" in lint


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "user.login != 'dependabot[bot]'",
            "user.login != 'dependabot[bot]' || github.actor == 'dependabot[bot]'",
            "bot",
        ),
        ("persist-credentials: false", "fetch-depth: 1", "artipacked"),
        ("runs-on: ubuntu-24.04", "runs_on: ubuntu-24.04", "runs_on"),
    ],
)
def test_the_lint_fails_on_what_either_linter_finds(tmp_path, old, new, said):
    for part in ("Makefile", "tools", ".github"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / part)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    preview = tmp_path / ".github" / "workflows" / "preview.yml"
    preview.write_text(preview.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    ran = subprocess.run(
        ["make", "-o", ".venv/ready", "lint-workflows"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 2
    assert said in ran.stdout + ran.stderr


def test_without_go_the_lint_says_so_and_fails(tmp_path):
    (tmp_path / "make").symlink_to(shutil.which("make"))
    command = ["make", "-o", ".venv/ready", "lint-workflows"]
    ran = subprocess.run(
        command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=20, check=False
    )
    assert ran.returncode == 2
    assert "make lint-workflows needs Go 1.25 or newer, and there is no go on PATH" in ran.stderr
