"""`make fortnight OUT=folder`: two made-up weeks of each product, marked as made up, to try `make replay` on.

Deterministic: all is well, but for one spell of each alert beyond its limit; not of alerts on silence. In the formats
of the vendors' answers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from components.catalogue import scopes
from components.scope import Scope
from proof.boards import truths
from proof.datadog import days as at_datadog
from proof.datadog.data import Piece, Series
from proof.day import Days, spells
from proof.fitting import Rules, fit, watching
from proof.grafana import days as at_grafana
from proof.samples import Recorded
from proof.story import EPOCH
from proof.truth import DAY, MINUTE
from proof.unplayable import in_words
from proof.usual import Usual
from review.plan import chosen
from review.recorder import ROOT, record

MADE_UP = "made up by proof/fortnight.py: no application ever sent this"


def write(folder: Path, stack: str, days: int, products: Sequence[str] = ()) -> Iterator[Path]:
    """Write the files; one for each product and vendor that has something of it that a rule reads."""
    folder.mkdir(parents=True, exist_ok=True)
    recording = record(stack, named=True)
    rules = Rules.of(recording)
    for scope in scopes(stack, ROOT):
        if products and scope.product.name not in products:
            continue
        series = list(recorded(scope, days))
        watched = [watching(truth, rules) for truth in truths(scope)]
        used = [one for mine in fit(watched, rules, series).series.values() for one in mine]
        mine = list({id(one): one for one in used}.values())
        for vendor, answer in (("grafana", _prometheus), ("datadog", _datadog)):
            if found := [one for one in mine if one.vendor == vendor]:
                path = folder / f"{scope.product.name}-{vendor}.json"
                path.write_text(json.dumps(answer(found), separators=(",", ":")), encoding="utf-8")
                yield path


def recorded(scope: Scope, days: int) -> Iterator[Recorded]:
    """A product's series, a sample each minute."""
    watched = truths(scope)
    ill = [truth for truth in watched if not truth.silence]  # what is lost would be a gap in the recording
    made = Days(Usual(scope, watched), spells(ill, DAY if days > 1 else 0, days * DAY), 0, days * DAY)
    for one in at_grafana.series(made, MINUTE):
        samples = [
            (piece["from"] + n * piece["every"], piece["first"] + n * piece["step"])
            for piece in one["pieces"]
            for n in range(int(piece["count"]))
        ]
        labels = {key: value for key, value in one["labels"].items() if key != "__name__"}
        times, values = [time for time, _ in samples], [float(f"{value:.12g}") for _, value in samples]
        if scope.product.telemetry == "grafana" or one["labels"]["__name__"].startswith("probe_"):
            yield Recorded("", "grafana", one["labels"]["__name__"], labels, times, values)
    if scope.product.telemetry == "datadog":
        yield from (_sampled(one, days) for one in at_datadog.data(made, MINUTE).series if one.kind != "distribution")


def _sampled(series: Series, days: int) -> Recorded:
    """With 0 for what isn't sent because there is none of it, as `.fill(zero)` has it."""
    at = {time: piece.value for piece in series.pieces for time in _times(piece)}
    if series.kind == "count":
        at = dict.fromkeys(range(at_datadog.OFFSET, days * DAY, MINUTE), 0.0) | at
    times = sorted(at)
    values = [float(f"{at[time]:.12g}") for time in times]
    tags = dict(series.tags)
    return Recorded(
        "", "datadog", series.metric, tags, [EPOCH + time for time in times], values, series.kind == "count"
    )


def _times(piece: Piece) -> Iterator[int]:
    return (int(piece.start + n * piece.every) for n in range(piece.count))


def _prometheus(found: Sequence[Recorded]) -> dict[str, Any]:
    """An answer of query_range."""
    result = [
        {
            "metric": {"__name__": one.metric} | dict(one.labels),
            "values": [[time, f"{value:.12g}"] for time, value in zip(one.times, one.values, strict=True)],
        }
        for one in found
    ]
    return {"status": "success", "infos": [MADE_UP], "data": {"resultType": "matrix", "result": result}}


def _datadog(found: Sequence[Recorded]) -> dict[str, Any]:
    """An answer of /api/v1/query."""
    series = []
    for one in found:
        tags = [f"{key}:{value}" for key, value in sorted(one.labels.items())]
        how = "sum" if one.counts else "avg"
        series.append(
            {
                "metric": one.metric,
                "expression": f"{how}:{one.metric}{{{','.join(tags)}}}{'.as_count()' if one.counts else ''}",
                "scope": ",".join(tags),
                "tag_set": tags,
                "interval": MINUTE,
                "pointlist": [[1000 * time, value] for time, value in zip(one.times, one.values, strict=True)],
            }
        )
    return {"status": "ok", "message": MADE_UP, "series": series}


def main() -> int:
    """Write the files, and say which."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write")
    parser.add_argument("--stack", default="prod")
    parser.add_argument("--product", action="append", default=[], help="only this one")
    parser.add_argument("--days", type=int, default=14)
    given = parser.parse_args()
    with in_words():
        known = [scope.product.name for scope in scopes(given.stack, ROOT)]
        for product in given.product:
            chosen(product, known)
        for path in write(given.folder, given.stack, given.days, given.product):
            print(f"{path}: {path.stat().st_size / 1e6:.0f} MB, made up")
    return 0


if __name__ == "__main__":
    sys.exit(main())
