"""When each alert of a product fires on the day that its panels are drawn of: what stands beneath a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from proof.datadog import days as at_datadog
from proof.datadog.play import Played, statuses
from proof.datadog.readings import Readings
from proof.datadog.telemetry import expecting
from proof.fitting import Rules, Watching, watching
from proof.grafana import days as at_grafana
from proof.grafana.engine import ask
from proof.grafana.play import LATER, Watched, queries_of
from proof.panels import Day
from proof.replaying import ruled
from proof.story import EPOCH
from proof.truth import DAY, MINUTE, RARE

ANEW = 5 * MINUTE  # so often Datadog's queries are evaluated: a picture of a day shows no more
Firing = tuple[tuple[float, float | None], ...]  # from and until which minute of the day; without an end, it still does


def fired(day: Day, rules: Rules, command: Path, alerts: Collection[str] | None = None) -> Mapping[str, Firing]:
    """By the names of the product's alerts, or of some; one that stays silent has no times."""
    truths = (each for each in day.days.usual.truths if alerts is None or each.alert.name in alerts)
    watched = [each for each in (watching(truth, rules) for truth in truths) if each.declared]
    return dict([*_at_grafana(day, rules, watched, command), *_at_datadog(day, rules, watched)])


def _at_grafana(day: Day, rules: Rules, watched: list[Watching], command: Path) -> Iterator[tuple[str, Firing]]:
    ruled_here = {each.truth.alert.name: each for each in watched if each.rule}
    held = {"promql": {"series": at_grafana.series(day.days)}, "logql": {"lines": at_grafana.lines(day.days)}}
    requests: dict[str, dict[str, Any]] = {}
    for name, each in ruled_here.items():
        assert each.rule is not None
        every = max(each.rule.every, RARE) if each.truth.window > DAY else each.rule.every
        times = {"from": EPOCH + LATER, "to": EPOCH + LATER + DAY, "every": every}
        queries = queries_of(Watched("", each.truth, each.rule, each.late))
        language = each.rule.language
        requests[name] = {"id": name, "language": language, "queries": queries, **times, **held[language]}
    for answer in ask(command, requests.values()) if requests else ():
        rule = ruled_here[answer.id].rule
        assert rule is not None
        firing, _ = ruled(rule, rules, answer, requests[answer.id], "")
        yield answer.id, _minutes(firing, EPOCH)


def _at_datadog(day: Day, rules: Rules, watched: list[Watching]) -> Iterator[tuple[str, Firing]]:
    data = at_datadog.data(day.days)
    for each in watched:
        if each.monitor:
            seen = expecting(data, each.monitor, 0)
            seen.slices.clear()
            changes = statuses(each.monitor, rules.datadog, seen, DAY, Readings(), changing=_anew)
            firing = Played(changes, ()).firing(no_data=each.truth.silence)
            yield each.truth.alert.name, _minutes(firing, 0)


def _anew(now: int) -> bool:
    return now % ANEW < MINUTE


def _minutes(times: Any, begin: float) -> Firing:
    return tuple(((at - begin) / MINUTE, None if until is None else (until - begin) / MINUTE) for at, until in times)
