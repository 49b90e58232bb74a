"""Whether Datadog does what the product file says: when an alert fires, when it is over, who is told, and who isn't."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from components.datadog.causes import GROUP
from components.scope import Scope
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.conditions import Absence
from components.vocabulary.log_signals import LogCount
from components.vocabulary.people import Email, PagerDuty, Receiver, Slack
from components.vocabulary.thresholds import Threshold
from proof.cases import Case
from proof.caused import beside
from proof.datadog.data import Data
from proof.datadog.messages import Message
from proof.datadog.monitors import Declared, Monitor
from proof.datadog.play import Played, notified, statuses
from proof.datadog.readings import OPEN, Readings
from proof.datadog.states import Change, Status
from proof.datadog.telemetry import sent
from proof.datadog.truth import DatadogTruth
from proof.story import Spell, Story
from proof.times import agrees, minute, spoken
from proof.told import Failure, is_an_event, told
from proof.truth import MINUTE
from proof.unplayable import UnplayableError

Found = tuple[str, str]  # what was expected, and what came
ASLEEP = frozenset({"warns once"})  # cases in which no pager is told of anything
# What depends on an open point and is accepted in these, and of alerts that wake nobody, so that nothing stays open at
# a pager: a case by name, the point, and why.
ACCEPTED = {
    ("telemetry lost, and back when it is over", "recovery from no data"): (
        "a level that shows missing data without a notification: its end may have to be looked up"
    ),
    ("warns once", "counted statuses"): "a single warning among good reports may not be sent; it wakes nobody",
}


@dataclass(frozen=True)
class Watched:
    """An alert as one stack declares it at Datadog. `channels`: the handles that any stack declares something for."""

    stack: str
    truth: DatadogTruth
    monitor: Monitor
    declared: Declared
    channels: frozenset[str]
    cases: tuple[Case, ...] = field(default=())

    @property
    def name(self) -> str:
        """`tikit, high-error-rate`."""
        return f"{self.truth.scope.product.name}, {self.truth.alert.name}"

    @property
    def unplayed(self) -> frozenset[str]:
        """The settings that it is played without."""
        monitors = (self.monitor, *self.declared.parts(self.monitor))
        return frozenset(setting for each in monitors for setting in each.unplayed)

    @cached_property
    def alike(self) -> str:
        """Everything that decides what becomes of its data, without the environment's name."""
        scope, declared = self.truth.scope, self.declared
        texts = {"message": "", "escalation": "", "tags": frozenset[str](), "query": None}
        monitors = [replace(each, **texts) for each in (self.monitor, *declared.parts(self.monitor))]  # type: ignore[arg-type]
        named = "".join(each.text for each in monitors)
        used = [
            each for found in (declared.objectives, declared.indexes) for key, each in found.items() if key in named
        ]
        said = repr((scope.product.name, self.truth.alert.name, monitors, used))
        return said.replace(f"env:{scope.environment.name}", "env:").replace(scope.slug(), scope.product.name)

    @cached_property
    def heard(self) -> frozenset[str]:
        """The handles of those who are told of the alert."""
        return _handles(self.truth.scope, told(self.truth.scope, self.truth.alert.receivers))

    @cached_property
    def woken(self) -> frozenset[str]:
        """Of these, who is woken."""
        scope = self.truth.scope
        return _handles(scope, [each for each in told(scope, self.truth.alert.receivers) if each.wakes])

    @cached_property
    def later(self) -> tuple[Receiver, ...]:
        """Who is told as well when it isn't over in time."""
        severity = self.truth.alert.severity
        return told(self.truth.scope, severity.escalated) if severity.escalated else ()


def judge(watched: Watched, case: Case, *, once: bool = False) -> Iterator[Failure]:
    """Play a case by the first reading of what is open, then with each point read otherwise that it depends on.

    `once`: by the first reading alone.
    """
    first = Readings()
    try:
        data = sent(watched.truth, case.story, watched.monitor, list(beside(case, watched.truth.causes)))
        if wrong := _judged(watched, case, data, first):
            yield Failure(watched.stack, watched.name, case, *wrong)
            return
        for other in () if once else first.variations():
            (point,) = other.other
            accepted = (case.name, point) in ACCEPTED and (case.name in ASLEEP or not watched.woken)
            if not accepted and (wrong := _judged(watched, case, data, other)):
                read = f" (if {point}: {OPEN[point][1]})"
                yield Failure(watched.stack, watched.name, case, wrong[0], wrong[1] + read)
    except UnplayableError as why:
        yield Failure(watched.stack, watched.name, case, "a case that can be played", str(why))


# What came of a story, by monitors that differ in nothing but the environment's name: it is the same in each.
CHANGES: dict[tuple[str, Story, tuple[Spell, ...], frozenset[str]], tuple[tuple[Change, ...], frozenset[str]]] = {}


def _judged(watched: Watched, case: Case, data: Data, readings: Readings) -> Found | None:
    monitor, declared, end = watched.monitor, watched.declared, case.story.end
    key = watched.alike, case.story, case.caused, readings.other
    if key not in CHANGES:
        data.slices.clear()
        changes = statuses(monitor, declared, data, end, readings, changing=changing(watched.truth, case))
        CHANGES[key] = changes, frozenset(readings.asked)
    changes, asked = CHANGES[key]
    readings.asked |= asked
    played = Played(changes, notified(monitor, declared, changes, end, readings))
    return _times(watched, case, played, readings) or _messages(watched, case, played)


def changing(truth: DatadogTruth, case: Case) -> Callable[[int], bool]:
    """Whether what a monitor sees can still change at a moment: single log lines come and go all the time."""
    if isinstance(truth.when, Threshold) and isinstance(truth.when.signal, LogCount):
        return lambda _: True
    reach = truth.window + truth.slack + 5 * MINUTE
    reach += truth.unknown if truth.causes else 0
    begins = [
        *(begin for begin, _, _ in case.story.spans),
        *(at for each in case.caused for at in (each.begin, each.end)),
    ]
    spans = [(begin, begin + reach) for begin in begins]
    return lambda now: any(begin <= now < until for begin, until in spans)


def _times(watched: Watched, case: Case, played: Played, readings: Readings) -> Found | None:
    truth = watched.truth
    firing = played.firing(no_data=_tells_missing(truth))
    # Read otherwise, it may come by a window earlier or later; that it comes, and to whom, is what has to hold.
    more = truth.window + MINUTE if readings.other else 0
    if agrees(case.fires, firing, truth.slack + more, truth.early + more):
        return None
    return spoken(case.fires), spoken(firing)


def _tells_missing(truth: DatadogTruth) -> bool:
    """Whether missing data is told as the alert is: silence itself, and trouble whose cause reports nothing."""
    return isinstance(truth.when, Absence) or bool(truth.causes)


def _messages(watched: Watched, case: Case, played: Played) -> Found | None:
    truth, heard = watched.truth, watched.heard
    late = _handles(truth.scope, watched.later)
    unknown = sorted(
        handle for message in played.messages for handle in message.handles if not _reaches(watched, handle)
    )
    if unknown:
        return "handles of receivers that are declared", f"{', '.join(unknown)} reaches nobody"
    firing = played.firing(no_data=_tells_missing(truth))
    expected: list[Message] = []
    groups = set(truth.when.groups()) | ({GROUP} if truth.causes else set())
    if any({tag.lstrip("@") for tag, _ in change.group} != groups for change in played.changes):
        return f"one alert by {', '.join(sorted(groups)) or 'nothing'}", "one of other groups"
    for begin, end in firing:
        if wrong := _told_at(played, begin, heard, f"notified at {minute(begin)} that it fires", expected):
            return wrong
        until = case.story.end if end is None else end
        if truth.reminded and begin + truth.reminded + MINUTE < until:
            again = begin + truth.reminded
            if wrong := _told_at(played, again, heard | late, f"reminded at {minute(again)}", expected):
                return wrong
        if end is not None and _last(played, end) is Status.OK:
            of_end = (heard - watched.woken) if is_an_event(truth.alert) else heard | _woken(truth.scope, watched.later)
            if wrong := _told_at(played, end, of_end, f"notified at {minute(end)} of the end", expected):
                return wrong
    return _others(watched, case, played, expected)


def _others(watched: Watched, case: Case, played: Played, expected: Collection[Message]) -> Found | None:
    """Nobody else is told anything; who isn't woken may be, of warnings and of a check's silence."""
    truth, calm = watched.truth, watched.heard - watched.woken
    ends = watched.woken | _woken(truth.scope, watched.later)
    levels = isinstance(truth.when, ServiceCheck) or getattr(truth.when, "warn", None) is not None
    quiet, again = [], set()
    for message in played.messages:
        if message in expected or message.reminder:
            continue
        if truth.causes and message.handles == watched.heard and _goes_on(message.change):
            again.add(message.change)
            continue
        if not levels or not message.handles <= (calm | (ends if _is_end(message) else frozenset())):
            return "no other message", f"{', '.join(sorted(message.handles))} at {minute(message.at)}: {message.about}"
        quiet.append(message)
    reminded = {message.change for message in played.messages if message.reminder}
    firing = {message.change for message in expected}
    if strange := reminded - firing - again:
        return "no reminder of what wasn't sent", f"a reminder of {', '.join(str(each.after) for each in strange)}"
    if case.quiet and not any(message.handles >= calm for message in quiet):
        return f"notified, without waking anybody: {', '.join(sorted(calm))}", "nobody"
    return None


def _goes_on(change: Change) -> bool:
    """Whether what fires goes on, and only whether its cause does so too is known no more, or again."""
    return {change.before, change.after} == {Status.ALERT, Status.NO_DATA}


def _is_end(message: Message) -> bool:
    """Whether it tells of an end, which closes what was opened and opens nothing."""
    return message.change.after is Status.OK


def _told_at(played: Played, at: int, whom: frozenset[str], said: str, expected: list[Message]) -> Found | None:
    """Whether just these are told at a moment."""
    found = [message for message in played.messages if message.at == at]
    expected += found
    got = frozenset(handle for message in found for handle in message.handles)
    if got == whom:
        return None
    return f"{said}: {', '.join(sorted(whom))}", ", ".join(sorted(got)) or "nobody"


def _last(played: Played, at: int) -> Status:
    return next(change.after for change in reversed(played.changes) if change.at == at)


def _reaches(watched: Watched, handle: str) -> bool:
    """Whether a handle is an address, or that of something that is declared."""
    return bool(handle.count("@") > 1) or handle in watched.channels


def _woken(scope: Scope, receivers: Sequence[Receiver]) -> frozenset[str]:
    return _handles(scope, [each for each in receivers if each.wakes])


def _handles(scope: Scope, receivers: Sequence[Receiver]) -> frozenset[str]:
    return frozenset(handle_of(scope, each) for each in receivers)


def handle_of(scope: Scope, receiver: Receiver) -> str:
    """How Datadog names a receiver (content/en/monitors/notify, integrations/slack, integrations/pagerduty)."""
    match receiver:
        case Email(address):
            return f"@{address}"
        case Slack(channel):
            return f"@slack-{scope.product.workspace}-{channel.lstrip('#')}"
        case PagerDuty(service):
            return f"@pagerduty-{service}"
        case _:
            raise UnplayableError(f"Datadog has no handle for {receiver}")
