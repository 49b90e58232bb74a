"""Writes what a reviewer reads: `python -m review.review --base origin/main`, or `--plan plan.json` of a live preview.

Exit code 0 also when there is much to review; 1 when base or working tree can't be used, or a file isn't a preview.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from review.compare import CompareError, compare, of_plan
from review.findings import findings
from review.handed import handed
from review.html import html
from review.markdown import markdown, verdict
from review.report import Report
from review.steps import PlanError, read_plan

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
    arguments = parser.parse_args()
    # The handlers of `with` and `finally` take everything away; an untold end would not run them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if arguments.plan:
            stacks = [of_plan(read_plan(path.read_text(encoding="utf-8"), str(path)), ROOT) for path in arguments.plan]
            report, commit = Report(tuple(stacks), findings(stacks)), ""
        else:
            report, commit = compare(ROOT, arguments.base, lambda line: print(line, file=sys.stderr, flush=True))
        drawn: Path = arguments.out.with_suffix(".html")
        arguments.out.write_text(markdown(report, commit), encoding="utf-8")
        drawn.write_text(html(report, commit), encoding="utf-8")
        if arguments.json:
            arguments.json.write_text(handed(report), encoding="utf-8")
    except (CompareError, PlanError) as problem:
        sys.exit(f"error: {problem}")
    except OSError as problem:
        sys.exit(f"error: {problem.filename}: {problem.strerror}")
    except KeyboardInterrupt:
        sys.exit(130)
    print(f"{verdict(report)}. The whole report is in {arguments.out}, drawn in {drawn}.")


if __name__ == "__main__":
    main()
