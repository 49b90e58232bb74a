"""Recorded series read from files, strictly: what can't be used is named with its file and place, and never left out.

*.json: an answer of Prometheus' query_range (a matrix), or of Datadog's /api/v1/query. *.jsonl: one series a line, as
/api/v1/export prints them. *.csv: one sample a line, under `vendor,metric,labels,time,value`. See docs/replay.md.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from proof.formats import READERS
from proof.samples import Recorded, UnreadableError

MISSED = 3  # intervals without a sample that are a gap


@dataclass
class Recordings:
    """What a folder holds, and what of it can't be used."""

    series: list[Recorded] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def refuse(self, where: str, problem: Exception) -> None:
        """Keep what is wrong with a part of a file."""
        self.problems.append(f"{where}: {problem}")


def read(folder: Path, *, gaps: bool = False) -> Recordings:
    """Every file of a folder. `gaps`: that samples are missing is what happened, and no fault of the recording."""
    found = Recordings()
    if not folder.is_dir():
        found.problems.append(f"{folder} isn't a folder. Instead: DATA=folder with *.json, *.jsonl or *.csv")
        return found
    for path in sorted(each for each in folder.iterdir() if not each.name.startswith(".")):
        reader = READERS.get(path.suffix)
        if reader is None or not path.is_file():
            found.problems.append(f"{path.name}: isn't a recording. Instead: *.json, *.jsonl or *.csv")
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            found.refuse(path.name, problem)
            continue
        before = len(found.series), len(found.problems)
        for where, make in reader(path.name, text):
            try:
                found.series += _ordered(make())
            except csv.Error as problem:
                found.refuse(where, UnreadableError(str(problem), "one sample a line"))
            except UnreadableError as problem:
                found.refuse(where, problem)
        if before == (len(found.series), len(found.problems)):
            found.problems.append(f"{path.name}: has no series. Instead: leave the file out")
    if not found.series and not found.problems:
        found.problems.append(f"{folder} has no recording. Instead: see docs/replay.md, or `make fortnight`")
    return _joined(found, gaps=gaps)


def _joined(found: Recordings, *, gaps: bool) -> Recordings:
    """Each series in one, that may have been recorded in several parts; without holes."""
    several: dict[object, list[Recorded]] = {}
    for each in sorted(found.series, key=lambda part: part.times[0]):
        several.setdefault((each.vendor, each.metric, frozenset(each.labels.items())), []).append(each)
    found.series = []
    for same in several.values():
        for earlier, later in pairwise(same):
            if later.times[0] <= earlier.times[-1]:
                why = "starts before that one ends. Instead: each time of a series once"
                found.problems.append(f"{later}: is in {earlier.where} as well, and {why}")
        times = [time for part in same for time in part.times]
        values = [value for part in same for value in part.values]
        whole = replace(same[0], times=times, values=values)
        found.series.append(whole)
        longest = MISSED * whole.every
        for place, (before, after) in enumerate(pairwise(times), 2):
            if not gaps and after - before > longest:
                why = f"no sample from {before:.0f} to {after:.0f}, before sample {place}"
                found.problems.append(
                    f"{whole}: {why}. Instead: a whole recording; GAPS=yes says that it was an outage"
                )
                break
    return found


def _ordered(found: Iterable[Recorded]) -> Iterator[Recorded]:
    """Series whose samples are in order."""
    for each in found:
        named = str(each).removeprefix(f"{each.where}: ")
        if not each.times:
            raise UnreadableError(f"{named} has no samples", "leave the series out")
        for place, (earlier, later) in enumerate(pairwise(each.times), 2):
            if later <= earlier:
                why = f"{named}: sample {place} is at {later:.0f}, and the one before it at {earlier:.0f}"
                raise UnreadableError(why, "samples in the order of time")
        yield each
