"""Writes what a reviewer reads: `python -m review.review --base origin/main`, or `--plan plan.json` of a live preview.

Exit code 0 also when there is much to review; 1 when base or working tree can't be used, or a file isn't a preview.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from review.compare import CompareError, compare, of_plan
from review.findings import findings
from review.handed import handed
from review.markdown import markdown, verdict
from review.paged import Paged
from review.report import Report
from review.steps import Plan, PlanError, read_plan

if TYPE_CHECKING:
    from review.html import Redrawn, Shown

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write the report; say its first line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="origin/main", help="the commit to compare with (default: origin/main)")
    parser.add_argument("--plan", nargs="+", type=Path, help="what `pulumi preview --json` printed, a file per stack")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("review.md"),
        help="where to write (default: review.md); drawn beside it as .html",
    )
    parser.add_argument("--json", type=Path, help="write the report here, too, as data that another job draws")
    parser.add_argument("--data", type=Path, help="recorded series: whom they would have woken, before and after")
    arguments = parser.parse_args()
    if arguments.data and arguments.plan:
        sys.exit("error: a preview holds no rules of before to replay: DATA= goes with BASE=, not with PLAN=")
    # The handlers of `with` and `finally` take everything away; an untold end would not run them.
    for number in (signal.SIGTERM, signal.SIGHUP):  # the second when somebody closes the terminal
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    drawn: Path = arguments.out.with_suffix(".html")
    plans: dict[str, Plan] = {}
    try:
        # One from before would be read as this one's, where this one fails.
        for old in (arguments.out, drawn, arguments.json):
            if old:
                old.unlink(missing_ok=True)
        if arguments.plan:
            stacks = [of_plan(plan, ROOT) for plan in _plans(arguments.plan)]
            report, commit = Report(tuple(stacks), findings(stacks)), ""
        else:
            report, commit = compare(ROOT, arguments.base, _say, plans)
        if arguments.data:
            report = replace(report, paged=_paged(arguments.data, plans))
        from review.html import html, redrawn  # noqa: PLC0415  # with all that draws it: an error need not wait for it

        shown = _shown(redrawn(report), plans)
        arguments.out.write_text(markdown(report, commit), encoding="utf-8")
        drawn.write_text(html(report, commit, shown), encoding="utf-8")
        if arguments.json:
            arguments.json.write_text(handed(report), encoding="utf-8")
    except (CompareError, PlanError) as problem:
        sys.exit(f"error: {problem}")
    except OSError as problem:
        sys.exit(f"error: {problem.filename}: {problem.strerror}")
    except KeyboardInterrupt:
        sys.exit(130)
    print(f"{verdict(report)}. The whole report is in {arguments.out}, drawn in {drawn}.")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _paged(folder: Path, plans: Mapping[str, Plan]) -> tuple[Paged, ...]:
    from proof.replay import ReplayError, on_recorded  # noqa: PLC0415  # the query engines, which nothing else needs
    from review.applied import applied  # noqa: PLC0415

    _say(f"Replaying {folder} ...")
    try:
        return on_recorded(folder, {stack: applied(plan) for stack, plan in plans.items()})
    except ReplayError as problem:
        raise CompareError(str(problem)) from problem


def _shown(boards: Sequence[Redrawn], plans: Mapping[str, Plan]) -> Shown:
    """What the panels of changed dashboards show: a made-up day by both sides' queries, or else samples."""
    from review.html import SAMPLES  # noqa: PLC0415

    if not boards:
        return SAMPLES
    if not plans:
        return SAMPLES._replace(said=f"{SAMPLES.said} Of a preview, no query is evaluated.")
    import pulumi  # noqa: PLC0415  # what follows is seconds of imports and more, which only a changed dashboard needs

    from components.problems import InvalidDeclarationError  # noqa: PLC0415
    from proof.grafana.engine import find_query_engine  # noqa: PLC0415
    from proof.redrawn import redraw  # noqa: PLC0415
    from review.applied import applied  # noqa: PLC0415
    from sandbox.errors import SandboxError  # noqa: PLC0415

    try:
        command = find_query_engine(_say)
        _say(f"Evaluating {len(boards)} changed dashboard{'s' if len(boards) > 1 else ''}, before and after ...")
        return redraw(boards, {stack: applied(plan) for stack, plan in plans.items()}, command)
    except (SandboxError, InvalidDeclarationError, pulumi.RunError, OSError) as problem:
        why = " ".join(str(problem).split())
        _say(f"Changed dashboards are drawn with sample data: {why}")
        return SAMPLES._replace(said=f"{SAMPLES.said} No query could be evaluated: {why}.")


def _plans(paths: Sequence[Path]) -> list[Plan]:
    """Each file's preview. Raises PlanError, also where two are of one stack, and OSError."""
    found: dict[str, Path] = {}
    plans = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise PlanError(
                f"{path} isn't text, so it isn't a preview: pulumi preview --json -s STACK > plan.json"
            ) from None
        plan = read_plan(text, str(path))
        if plan.stack and plan.stack in found:
            raise PlanError(
                f"{found[plan.stack]} and {path} are both of the stack {plan.stack!r}. Give one file per stack."
            )
        found[plan.stack] = path
        plans.append(plan)
    return plans


if __name__ == "__main__":
    main()
