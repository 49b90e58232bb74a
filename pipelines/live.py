"""A preview at the vendors, as a report: `python -m pipelines.live STACK`. Changes nothing.

What it would do is also told in one hash (`changes=…`, an output of the workflow's step). With `--expect HASH` it exits
with 1 where that isn't what would be done now: what somebody approved is applied, or nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from review.compare import CompareError, of_plan
from review.ending import ended
from review.findings import findings
from review.handed import handed
from review.markdown import markdown, verdict
from review.report import Report
from review.steps import Plan, PlanError, read_plan

ROOT = Path(__file__).resolve().parents[1]
PARALLEL = 8


class LiveError(RuntimeError):
    """There is no preview; the text says why."""


def main() -> None:
    """Write the report to the job's summary; with --out also to files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stack")
    parser.add_argument("--expect", metavar="HASH", help="exit with 1 unless exactly this would be done")
    parser.add_argument("--out", type=Path, help="a directory for review.md and review.json")
    arguments = parser.parse_args()
    try:
        plan = previewed(arguments.stack)
        report = report_of(plan)
    except (LiveError, PlanError, CompareError) as problem:
        sys.exit(f"error: {problem}")
    found = fingerprint(plan)
    try:
        publish(report, arguments.stack, arguments.out)
        output("changes", found)
    except OSError as problem:
        sys.exit(f"error: {problem.filename}: {problem.strerror}")
    print(f"{verdict(report)}. changes={found}")
    if plan.stopped:
        # `up --skip-preview` deletes everything else before it comes to what is protected.
        sys.exit("error: something protected would be deleted or replaced (above). Nothing was changed.")
    if arguments.expect is not None and arguments.expect != found:
        sys.exit(
            f"error: this isn't what was approved (changes={arguments.expect}): the vendors, the state or the stack "
            "changed in between. Nothing was changed. Read the new report in this job's summary, then run it again."
        )


def previewed(stack: str) -> Plan:
    """What `pulumi up` would do to a stack now. Raises LiveError, PlanError."""
    command = ["pulumi", "preview", "--json", "--show-sames", "--non-interactive", "--suppress-outputs"]
    command += ["--parallel", str(PARALLEL), "--stack", stack]
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8", errors="replace", check=False
        )
    except OSError as problem:
        raise LiveError(f"pulumi can't be run: {problem.strerror}") from None
    begins = done.stdout.find("{")
    if begins < 0:
        # What it has to say stands above, on standard error.
        raise LiveError(f"`pulumi preview` of {stack} ended with exit code {done.returncode} and no preview")
    plan = read_plan(done.stdout[begins:], f"the preview of {stack}")
    if done.returncode and not plan.stopped:
        raise LiveError(f"`pulumi preview` of {stack} ended with exit code {done.returncode}")
    return plan


def report_of(plan: Plan) -> Report:
    """The report on one stack. Raises CompareError."""
    stacks = (of_plan(plan, ROOT),)
    return Report(stacks, findings(stacks))


def fingerprint(plan: Plan) -> str:
    """A hash of everything that would be done, secrets aside: the same if the same would be done to the same."""
    said = [[step.op, step.urn, step.old_urn, step.protected, step.before, step.after] for step in plan.changed()]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def publish(report: Report, stack: str, out: Path | None = None) -> None:
    """Into the job's summary, and where it is asked for into files."""
    text = markdown(report)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"## {stack}\n\n{text}\n")
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "review.md").write_text(text, encoding="utf-8")
        (out / "review.json").write_text(handed(report), encoding="utf-8")


def output(name: str, value: str) -> None:
    """Tell the workflow's later jobs."""
    path = os.environ.get("GITHUB_OUTPUT")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{name}={value}\n")


if __name__ == "__main__":
    ended(main)
