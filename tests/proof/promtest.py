"""Prometheus' own test files (promql/promqltest/testdata), as far as they hold series of floats and instant queries."""

import itertools
import math
import re
import subprocess
from pathlib import Path

from proof.grafana.engine import SOURCE

SERIES = re.compile(r"^\s+(\w*)(\{[^{}]*\})?\s+(.+)$")


def testdata() -> Path:
    """Their folder, in the module that the query program is built from."""
    command = ["go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus/prometheus"]
    found = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, timeout=120, check=True)
    return Path(found.stdout.strip()) / "promql" / "promqltest" / "testdata"


def requests(text: str):
    """Each query of a file as a request with the series loaded before it, and what Prometheus expects."""
    series, number, unread = [], 0, set()
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    groups = itertools.groupby(enumerate(lines), key=_counter(lines))
    for _, group in groups:
        head, *body = [line for _, line in group]
        if head.strip() == "clear":
            series, unread = [], set()
        elif loading := re.fullmatch(r"load (\w+)", head.strip()):
            every = seconds(loading[1])
            made = {line: loaded(line, every) for line in body}
            series += [each for each in made.values() if each]
            unread |= {line.split("{")[0].split()[0] for line, each in made.items() if not each}
        elif head.startswith("load_"):
            unread |= {line.split("{")[0].split()[0] for line in body}
        elif asked := re.fullmatch(r"eval instant at (\w+) (.+)", head.strip()):
            if any(name in asked[2] for name in unread) or (unread and re.search(r"(?<!\w)\{", asked[2])):
                continue
            wanted = {}
            try:
                for line in body:
                    labels, value = expected(line)
                    wanted[labels] = value
            except ValueError:
                continue
            at = seconds(asked[1])
            number += 1
            request = {"id": str(number), "language": "promql", "queries": {"A": asked[2]}, "instant": True}
            yield request | {"from": at, "to": at, "every": 60, "series": list(series)}, wanted


def _counter(lines):
    """A key that changes with every line that isn't indented."""
    count = 0

    def key(item):
        nonlocal count
        count += not item[1][:1].isspace()
        return count

    return key


def labels_of(name: str, braces: str | None) -> dict[str, str]:
    found = dict(re.findall(r'([\w.]+)\s*=\s*"((?:[^"\\]|\\.)*)"', braces or ""))
    return ({"__name__": name} if name else {}) | found


def loaded(line: str, every: float):
    """A series in straight pieces: `0+10x10`, `1 2 3`, `_x3`; None for what isn't floats."""
    found = SERIES.match(line)
    if not found or "{{" in found[3] or "stale" in found[3]:
        return None
    pieces, at = [], 0
    for part in found[3].split():
        if gap := re.fullmatch(r"_(?:x(\d+))?", part):
            at += int(gap[1] or 1)
        elif run := re.fullmatch(r"(-?[\d.e]+)([+-][\d.e]+)?x(\d+)", part):
            count = int(run[3]) + 1
            pieces.append((at, count, float(run[1]), float(run[2] or 0)))
            at += count
        elif re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", part):
            pieces.append((at, 1, float(part), 0.0))
            at += 1
        else:
            return None
    names = ("from", "every", "count", "first", "step")
    made = [dict(zip(names, (at * every, every, count, first, step), strict=True)) for at, count, first, step in pieces]
    return {"labels": labels_of(found[1], found[2]), "pieces": made}


def expected(line: str):
    """Labels and value of a result. Raises ValueError for annotations, histograms and failures."""
    scalar = re.fullmatch(r"\s+(\S+)", line)
    if scalar:
        return frozenset(), float(scalar[1])
    found = SERIES.match(line)
    if not found or found[1] == "expect":
        raise ValueError(line)
    return frozenset(labels_of(found[1], found[2]).items()), float(found[3])


def seconds(text: str) -> float:
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
    if text == "0":
        return 0
    return sum(float(number) * units[unit] for number, unit in re.findall(r"(\d+)(ms|[smhd])", text))


def same(got: float, wanted: float) -> bool:
    """Equal as Prometheus compares its own: to a millionth (promqltest/test.go, defaultEpsilon)."""
    return math.isclose(got, wanted, rel_tol=1e-6) or (math.isnan(got) and math.isnan(wanted))
