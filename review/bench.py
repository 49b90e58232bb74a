"""Measures how long a person waits: `python -m review.bench`. Medians of several runs; nothing is kept or asserted.

An empty Pulumi program's preview is the floor: that much is the engine. Peak memory is that of the Python process that
runs the program, its children included.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from review.recorder import ROOT

RUNS = 5
EMPTY = {
    "__main__.py": '"""Nothing."""\n',
    "Pulumi.yaml": "name: monitoring\nruntime: python\n",
    "Pulumi.staging.yaml": "config: {}\n",
}


class Cost(NamedTuple):
    """Wall time in seconds, peak resident memory in MiB."""

    seconds: float
    mebibytes: float


def measure(*arguments: str) -> Cost:
    """Run `python …` once, its output thrown away. Raises RuntimeError when it fails."""
    began = time.monotonic()
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, *arguments],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_WRONLY, 0) for descriptor in (1, 2)],
    )
    _, status, used = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"{' '.join(arguments)} failed; run it by hand to see why")
    return Cost(time.monotonic() - began, used.ru_maxrss / 1024)


def median(*arguments: str) -> Cost:
    """Medians over several runs, after one that warms the caches and isn't counted."""
    measure(*arguments)
    costs = [measure(*arguments) for _ in range(RUNS)]
    return Cost(statistics.median(c.seconds for c in costs), statistics.median(c.mebibytes for c in costs))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in EMPTY.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        empty = median("-m", "sandbox", "preview", "--project", folder)
    rows = {
        "preview of an empty program": empty,
        "preview (staging)": median("-m", "sandbox", "preview", "--project", str(ROOT)),
        "plan (prod)": median("-m", "review.plan", "--stack", "prod"),
    }
    print(f"{'':30}{'seconds':>9}{'ratio':>7}{'MiB':>7}{'ratio':>7}   medians of {RUNS}, {os.cpu_count()} cores")
    for name, cost in rows.items():
        times = (cost.seconds, cost.seconds / empty.seconds, cost.mebibytes, cost.mebibytes / empty.mebibytes)
        print(f"{name:30}{times[0]:9.2f}{times[1]:7.1f}{times[2]:7.0f}{times[3]:7.1f}")


if __name__ == "__main__":
    main()
