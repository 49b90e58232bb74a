"""Days at Grafana as a person reads them: what is other than usual, by minute, and what has to arrive."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from proof.grafana.scenarios import Logged, Sent, follow, lines, series
from proof.scenarios import Course, issues
from proof.sentry.events import Event

PLACES = ("Frankfurt", "London", "Paris")
BACK = math.inf  # in a course: as usual again


@dataclass(frozen=True)
class Usual:
    """A product on an ordinary day."""

    product: str
    sends: Mapping[str, Sent]
    logged: Mapping[str, Logged] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """What is other than usual, by minute; and what has to arrive: minute, alert, about what, to whom."""

    named: str
    lasts: int
    arrives: list[tuple[int, str, str, set[str]]]
    sends: dict[str, Course] = field(default_factory=dict)
    logs: dict[str, Course] = field(default_factory=dict)
    issues: tuple[tuple[int, str, dict[str, str]], ...] = ()  # minute, issue, tags


def probed(job: str) -> Sent:
    """A check from outside, by the name of its job."""
    return Sent("probe", "probe", {"job": job, "instance": f"https://{job}"}, 1)


def lost(usual: Usual, begin: int, end: int | None = None, *, but_probes: bool = False) -> dict[str, Course]:
    """Nothing is received between two minutes, or from one on; `but_probes`: the checks go on."""
    return {
        name: {begin: None} | ({} if end is None else {end: source.usual})
        for name, source in usual.sends.items()
        if not (but_probes and source.kind == "probe")
    }


def played(proof, program, usual: Usual, day: Day):
    """Everything that arrives: minute, alert, about what, to whom."""
    end = 60 * day.lasts
    sent = []
    for name, source in usual.sends.items():
        made = list(series(source, _course(day.sends, name, source.usual), end))
        for place in PLACES if source.kind == "probe" else ("",):
            probe = {"probe": place} if place else {}
            sent += [{**each, "labels": each["labels"] | probe} for each in made]
    logged = [lines(each, _course(day.logs, name, each.usual), end) for name, each in usual.logged.items()]
    events = [
        Event(60 * minute, issue, {"environment": "production", "level": "error"} | tags)
        for minute, issue, tags in day.issues
    ]
    told = [
        *follow(proof, usual.product, sent, logged, end=end, command=program),
        *issues(proof, usual.product, events),
    ]
    return sorted(((each.minute, each.alert, each.about, set(each.whom)) for each in told), key=lambda each: each[:3])


def _course(courses: Mapping[str, Course], name: str, usual: float) -> Course:
    return {minute: usual if value == BACK else value for minute, value in courses.get(name, {}).items()}
