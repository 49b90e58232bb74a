"""What the pipelines promise: who may do what, what waits for what, and that nothing leaks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines.agreement import CONTEXT, LABEL
from pipelines.comment import LIVE
from sandbox.engine import TOOLS
from sandbox.engine_build import wanted_version
from tests.conftest import ROOT, STACKS

FILES = {path.stem: path for path in (ROOT / ".github" / "workflows").glob("*.yml")}
WORKFLOWS = {name: yaml.safe_load(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
JOBS = {(name, job): spec for name, workflow in WORKFLOWS.items() for job, spec in workflow["jobs"].items()}
PREVIEW, DEPLOY, DRIFT = (WORKFLOWS[name]["jobs"] for name in ("preview", "deploy", "drift"))
REVIEW = WORKFLOWS["review"]["jobs"]["comment"]
# What runs Pulumi at the vendors: the action, or one of our commands, which are told the stack.
OURS = re.compile(r"\.venv/bin/python -m pipelines\.(live|deploy|drift) (staging|prod)\b")
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
    """The steps of a job that run Pulumi at the vendors."""
    return [
        step
        for step in job["steps"]
        if OURS.match(step.get("run", ""))
        or (step.get("uses", "").startswith("pulumi/actions@") and "command" in step["with"])
    ]


def stack_of(job):
    """The one stack that a job's Pulumi works on."""
    found = {OURS.match(step["run"])[2] if "run" in step else step["with"]["stack-name"] for step in running(job)}
    (stack,) = found
    return stack


def test_there_are_these_workflows_and_triggers():
    assert set(TRIGGERS) == {"preview", "review", "deploy", "drift", "mutants"}
    assert TRIGGERS["preview"] == "pull_request"
    assert TRIGGERS["deploy"]["push"] == {"branches": ["main"]}
    assert set(TRIGGERS["deploy"]) == {"push", "workflow_dispatch"}
    assert set(TRIGGERS["drift"]) == {"schedule", "workflow_dispatch"}
    assert set(TRIGGERS["mutants"]) == {"schedule", "workflow_dispatch"}
    assert TRIGGERS["review"] == {
        "workflow_run": {"workflows": [WORKFLOWS["preview"]["name"]], "types": ["completed"]},
        "pull_request_target": {"types": ["labeled", "unlabeled"]},
    }


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


def test_jobs_may_read_the_code_and_only_those_that_need_it_may_write():
    more = {
        ("review", "comment"): {"actions": "read", "pull-requests": "write", "statuses": "write"},
        ("deploy", "staging"): {"deployments": "read"},
        ("drift", "staging"): {"issues": "write"},
        ("drift", "prod"): {"issues": "write"},
    }
    for where, job in JOBS.items():
        assert job["permissions"] == {"contents": "read", **more.get(where, {})}, where


def test_the_checkout_leaves_no_token_behind():
    for where, step in steps():
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False, where
            # Neither another branch nor another repository.
            assert set(step["with"]) <= {"persist-credentials", "fetch-depth"}, where


def go_of(module):
    """The Go that a module needs."""
    needed = re.search(r"^go (\d+)\.(\d+)\.(\d+)$", module.read_text(encoding="utf-8"), re.MULTILINE)
    return tuple(map(int, needed.groups()))


def test_the_go_that_is_set_up_builds_every_tool_and_is_set_up_wherever_the_query_engine_is_needed():
    """The action lets Go fetch no newer one: GOTOOLCHAIN=local (actions/setup-go v7.0.0, src/main.ts)."""
    newest = max(map(go_of, TOOLS.rglob("go.mod")))
    builds = re.compile(r"make (check|mutate|review)\b")
    jobs = {where: job for where, job in JOBS.items() if builds.search("".join(s.get("run", "") for s in job["steps"]))}
    assert {name for _, name in jobs} == {"check", "review", "mutate"}
    for where, job in jobs.items():
        (given,) = [s["with"] for s in job["steps"] if s.get("uses", "").startswith("actions/setup-go@")]
        assert go_of(ROOT / given["go-version-file"]) == newest, where
        assert "tools/query/go.sum" in given["cache-dependency-path"].split(), where


def test_what_may_write_runs_nothing_of_a_pull_request_and_has_no_secret():
    """It runs for forks, with a token that may write: of the default branch's program, on what is installed anyway."""
    assert [step.get("uses", "").partition("@")[0] or step["run"] for step in REVIEW["steps"]] == [
        "actions/checkout",
        "actions/setup-python",
        "python -m pipelines.comment",
    ]
    assert REVIEW["steps"][0]["with"] == {"persist-credentials": False}
    assert set(REVIEW["steps"][1]["with"]) == {"python-version"}
    assert not secrets(REVIEW)
    assert "environment" not in REVIEW
    assert REVIEW["steps"][2]["env"] == {"GITHUB_TOKEN": "${{ github.token }}"}
    assert REVIEW["if"].split(" || ") == [
        f"github.event.label.name == '{LABEL}'",
        "github.event.workflow_run.event == 'pull_request'",
    ]


def test_only_that_gets_the_token_of_the_repository_beside_those_that_run_on_main():
    given = {where for where, job in JOBS.items() if "github.token" in yaml.safe_dump(job, width=10_000)}
    assert given == {("review", "comment"), ("deploy", "staging"), ("drift", "staging"), ("drift", "prod")}


def test_the_report_reaches_it_under_the_names_that_it_reads():
    uploads = {
        step["with"]["name"]: step["with"]
        for job in PREVIEW.values()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact@")
    }
    assert set(uploads) == {"monitoring-review", f"{CONTEXT}-data", f"{LIVE}-data"}
    assert uploads["monitoring-review"]["path"].split() == ["review.md", "review.html"]
    assert all(each["if-no-files-found"] == "error" for each in uploads.values())


def test_only_the_repositorys_own_people_get_the_preview_with_secrets():
    own, person = PREVIEW["preview"]["if"].split(" && ")
    assert own == "github.event.pull_request.head.repo.full_name == github.repository"
    # Who opened the pull request; `github.actor` is whoever caused this run, which may be somebody else.
    assert person == "github.event.pull_request.user.login != 'dependabot[bot]'"
    assert not any("github.actor" in path.read_text(encoding="utf-8") for path in FILES.values())


def test_no_job_that_runs_for_forks_uses_a_secret_or_an_environment():
    for name in ("check", "review"):
        assert "if" not in PREVIEW[name], name
        assert not secrets(PREVIEW[name]), name
        assert "environment" not in PREVIEW[name], name


def test_a_branch_that_anybody_can_push_gets_no_environment_that_opens_production():
    """GitHub runs the workflow of the branch itself, so what a pull request's jobs may use, its author has."""
    used = {job["environment"] for job in PREVIEW.values() if "environment" in job}
    opens_production = {job["environment"] for job in DEPLOY.values() if secrets(job) and stack_of(job) == "prod"}
    assert used == {"preview"}
    # From the default branch alone, as the environment is open to all of them.
    for job in DRIFT.values():
        assert "github.ref_name == github.event.repository.default_branch" in job["if"]
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


def test_secrets_reach_only_the_steps_that_run_pulumi():
    for where, job in JOBS.items():
        for step in job["steps"]:
            if secrets(step):
                assert step in running(job), where
                assert secrets(step) == secrets(step["env"]), where
    for where, job in JOBS.items():
        assert not secrets({key: value for key, value in job.items() if key != "steps"}), where


def test_secrets_are_called_like_the_variables_they_become():
    for _, step in steps():
        for variable, value in step.get("env", {}).items():
            assert secrets(value) <= {variable}


def test_every_step_that_runs_pulumi_has_the_same_credentials():
    assert {where for where, job in JOBS.items() if secrets(job)} == {
        ("preview", "preview"),
        ("deploy", "staging"),
        ("deploy", "prod-preview"),
        ("deploy", "prod"),
        ("drift", "staging"),
        ("drift", "prod"),
    }
    given = [
        {name: value for name, value in step["env"].items() if secrets(value)}
        for job in JOBS.values()
        for step in running(job)
    ]
    assert len(given) == 8
    assert all(environment == given[0] for environment in given)


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


def test_staging_is_previewed_at_the_vendors_before_the_merge_and_prod_after_it():
    assert stack_of(PREVIEW["preview"]) == "staging"
    assert stack_of(DEPLOY["prod-preview"]) == "prod"
    assert PREVIEW["preview"]["needs"] == "check"
    assert "needs" not in PREVIEW["review"]  # a reviewer doesn't wait for the tests


def test_what_is_approved_is_what_is_applied():
    """The approver reads the report of the one job; the other applies exactly that, or nothing."""
    (preview,) = running(DEPLOY["prod-preview"])
    assert preview["run"] == ".venv/bin/python -m pipelines.live prod"
    assert DEPLOY["prod-preview"]["outputs"] == {"changes": f"${{{{ steps.{preview['id']}.outputs.changes }}}}"}
    again, up = running(DEPLOY["prod"])
    assert again["run"] == '.venv/bin/python -m pipelines.live prod --expect "$APPROVED"'
    assert again["env"]["APPROVED"] == "${{ needs.prod-preview.outputs.changes }}"
    assert up["with"]["command"] == "up"
    assert DEPLOY["prod"]["needs"] == "prod-preview"


def test_staging_is_applied_only_after_what_would_be_lost_was_compared_with_what_was_reviewed():
    compared, up = running(DEPLOY["staging"])
    assert compared["run"] == ".venv/bin/python -m pipelines.deploy staging staging"
    assert compared["env"]["AGREED"] == "${{ inputs.agreed }}"
    assert DEPLOY["staging"]["environment"] == compared["run"].split()[-1]
    assert up["with"]["command"] == "up"
    (checkout,) = [step for step in DEPLOY["staging"]["steps"] if "checkout" in step.get("uses", "")]
    assert checkout["with"]["fetch-depth"] == 0


def test_drift_is_looked_for_in_one_stack_after_the_other_with_credentials_that_read():
    assert DRIFT["prod"]["needs"] == "staging"
    assert "!cancelled()" in DRIFT["prod"]["if"]  # also when staging's could not be found out
    assert WORKFLOWS["drift"]["concurrency"] == {"group": "drift", "cancel-in-progress": False}
    found = {stack_of(job): job["environment"] for job in DRIFT.values()}
    assert found == {"staging": "preview", "prod": "production-preview"}


def test_outputs_stay_out_of_every_log():
    for where, step in pulumi_steps():
        if "command" in step["with"]:
            assert step["with"]["suppress-outputs"] is True, where


def test_staging_is_applied_before_prod_and_both_after_the_checks():
    assert DEPLOY["staging"]["needs"] == "check"
    assert DEPLOY["prod-preview"]["needs"] == "staging"
    assert [running(DEPLOY[stack])[-1]["with"]["stack-name"] for stack in STACKS] == list(STACKS)
    assert all(running(DEPLOY[stack])[-1]["with"]["command"] == "up" for stack in STACKS)
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
    assert len(pulumi_steps()) == 11
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
    assert named == {"check", "mutate", "review", ".venv/ready"}
    assert named <= targets


def test_workflows_run_make_and_modules_that_are_tested_and_nothing_else_of_this_repository():
    commands = [step["run"] for _, step in steps() if "run" in step]
    others = [command for command in commands if not re.fullmatch(r"make [\w./-]+", command)]
    modules = [command for command in others if re.match(r"(\.venv/bin/)?python -m pipelines\.\w+", command)]
    for command in modules:
        module = re.search(r"pipelines\.(\w+)", command)[1]
        assert (ROOT / "pipelines" / f"{module}.py").is_file(), command
        tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "pipelines").glob("test_*.py"))
        assert re.search(rf"\b{module}\.main\(\)", tests), f"nothing runs {module}"
    assert len(others) - len(modules) == 1  # the review and its summary, run below


@pytest.mark.parametrize("code", [0, 2])
def test_the_review_is_in_the_summary_and_why_there_is_none_too(tmp_path, code):
    (step,) = [each for each in PREVIEW["review"]["steps"] if "review.txt" in each.get("run", "")]
    make = tmp_path / "make"
    make.write_text(
        f'#!/bin/sh\necho "called: $*"\necho "said" >&2\necho report > review.md\nexit {code}\n', encoding="utf-8"
    )
    make.chmod(0o755)
    summary = tmp_path / "summary.md"
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(summary),
        "PULL_REQUEST": "7",
    }
    # How GitHub runs `shell: bash`.
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    ran = subprocess.run(bash, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False)
    assert ran.returncode == code
    called = f"called: review BASE=HEAD^1 JSON={tmp_path}/data/review.json"
    assert called in ran.stdout
    assert summary.read_text(encoding="utf-8") == (f"````\n{called}\nsaid\n````\n" if code else "report\n")
    assert (tmp_path / "data" / "pull-request").read_text(encoding="utf-8") == "7\n"


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
