"""The cases of an alert on issues, derived from its condition: what happens, and at which of it somebody is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from components.scope import Scope
from components.vocabulary.alerts import Alert
from components.vocabulary.error_tracking import AtLeast, Attribute, EventFilter, Issues, Tagged
from proof.sentry.events import LEVELS, Event, Happening, Resolved
from proof.truth import MINUTE
from proof.unplayable import UnplayableError

WINDOWS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600, "1d": 86400, "1w": 604800, "30d": 2592000}
START = 20 * MINUTE


@dataclass(frozen=True)
class IssueCase:
    """Events, in words too, and the times at which the alert has to tell its receivers, in seconds."""

    name: str
    said: str
    happenings: tuple[Happening, ...]
    told: tuple[float, ...]


def issue_cases(scope: Scope, alert: Alert) -> Iterator[IssueCase]:
    """All cases of an alert on issues in one environment."""
    when = alert.when
    assert isinstance(when, Issues)
    never = scope.product.errors.untold if scope.product.errors else ()
    event = fitting(when.filters, never, scope.environment.name)
    number = int(when.more_than.number) + 1 if when.more_than else 1
    window = WINDOWS[when.within] if when.within else number * MINUTE
    burst = _burst(event, number, window, START)
    told = burst[-1].at
    once = _in(burst)
    first = f"{number} such events of an issue" if number > 1 else "one such event of a new issue"
    if not when.events or "new" in when.events:
        yield IssueCase("tells", first, burst, (told,))
    else:
        yield IssueCase("a new issue", first, burst, ())
    if number > 1:
        yield IssueCase("one event fewer", f"{number - 1} events {once}", burst[:-1], ())
        slow = _burst(event, number + 1, 2 * window * (number + 1) // number, START)
        yield IssueCase("too slowly", f"{number + 1} events over twice the time", slow, ())
    yield from _unfitting(scope, when, event, (number, window))
    yield from _again(when, burst, (number, window))
    yield from _afterwards(when, burst, number, window)
    yield IssueCase("nothing happens", "no event at all: no traffic, or nothing is received any more", (), ())


def _unfitting(scope: Scope, when: Issues, event: Event, often: tuple[int, int]) -> Iterator[IssueCase]:
    """Each filter by itself lets nothing else through."""
    number, window = often
    for each in when.filters:
        other = _but(event, each)
        said = f"events without {each.describe()}"
        yield IssueCase(f"not {each.describe()}", said, _burst(other, number, window, START), ())
    for each in scope.product.errors.untold if scope.product.errors else ():
        never = _with(event, each)
        yield IssueCase(f"never {each.describe()}", each.describe(), _burst(never, number, window, START), ())
    elsewhere = replace(event, tags={**event.tags, "environment": f"not-{scope.environment.name}"})
    said = f"events of another environment than {scope.environment.name}"
    yield IssueCase("elsewhere", said, _burst(elsewhere, number, window, START), ())


def _again(when: Issues, burst: tuple[Event, ...], often: tuple[int, int]) -> Iterator[IssueCase]:
    """Further events of the issue: told again once at_most_every is over, unless only its beginning is."""
    number, window = often
    told, every = burst[-1].at, when.at_most_every.seconds
    first = (told,) if not when.events or "new" in when.events else ()
    soon = _burst(burst[-1], number, min(window, every // 2), told + every - MINUTE - min(window, every // 2) + 1)
    yield IssueCase("again too soon", f"the same again within {when.at_most_every}", (*burst, *soon), first)
    # So many of them that the last comes after its time, and none before would count.
    late = _burst(burst[-1], number, window, told + every + max(0, window - every) + MINUTE)
    counted = [each.at for each in late] if number == 1 else [late[-1].at]
    again = () if when.events else (counted[0],)
    if when.events or window <= every:
        said = f"the same again after {when.at_most_every}"
        yield IssueCase("again later", said, (*burst, *late), (*first, *again))
    other = tuple(replace(each, issue="another", at=each.at + MINUTE) for each in burst)
    both = (*first, *(at + MINUTE for at in first))
    yield IssueCase("another issue", "the same of another issue, a minute later", (*burst, *other), both)


def _afterwards(when: Issues, burst: tuple[Event, ...], number: int, window: int) -> Iterator[IssueCase]:
    """Resolved, come back, and brought back by Sentry."""
    told, every = burst[-1].at, when.at_most_every.seconds
    first = (told,) if not when.events or "new" in when.events else ()
    over = Resolved(told + every + MINUTE)
    yield IssueCase("resolved", "the issue is resolved afterwards", (*burst, over), first)
    back = _burst(burst[-1], number, window, over.at + max(window, every) + MINUTE)
    # With a number of events, "came back" is its first one and the number is reached by a later.
    returns = (back[-1].at,) if not when.events else (back[0].at,) if "regressed" in when.events and number == 1 else ()
    said = "it is resolved, and comes back long after"
    yield IssueCase("comes back", said, (*burst, over, *back), (*first, *returns))
    yield from _soon(when, burst)
    escalates = replace(burst[-1], at=told + every + max(window, every) + MINUTE, escalates=True)
    if number == 1:
        later = (escalates.at,) if not when.events or "reappeared" in when.events else ()
        said = "it is archived, and Sentry brings it back"
        yield IssueCase("reappears", said, (*burst, escalates), (*first, *later))


def _soon(when: Issues, burst: tuple[Event, ...]) -> Iterator[IssueCase]:
    """What is told once per issue and time comes back before that is over, and after it."""
    told, every = burst[-1].at, when.at_most_every.seconds
    if len(burst) > 1 or "new" not in when.events or not {"regressed", "reappeared"} & set(when.events):
        return
    resolves = "regressed" in when.events
    for name, at in (("comes back too soon", told + every * 0.9), ("comes back in time", told + every * 1.1)):
        over = (Resolved(told + 1),) if resolves else ()
        back = replace(burst[-1], at=at, escalates=not resolves)
        said = (
            f"it {'is resolved and ' if resolves else ''}comes back {(at - told) / MINUTE:g} minutes after it was told"
        )
        yield IssueCase(name, said, (*burst, *over, back), (told,) if at - told <= every else (told, at))


def _burst(event: Event, number: int, window: int, start: float) -> tuple[Event, ...]:
    """So many events, evenly within a window."""
    apart = window / (number + 1)
    return tuple(replace(event, at=start + apart * place) for place in range(1, number + 1))


def _in(events: tuple[Event, ...]) -> str:
    return f"within {(events[-1].at - events[0].at) / MINUTE:.0f} minutes" if len(events) > 1 else ""


def fitting(where: tuple[EventFilter, ...], never: tuple[EventFilter, ...], environment: str) -> Event:
    """An event that all filters let through."""
    base = Event(
        0,
        tags={"level": "error", "environment": environment},
        attributes={"message": "it broke", "exception.type": "Error", "http.url": "https://example.com/checkout"},
    )
    for each in where:
        base = _with(base, each)
    for each in never:
        base = _but(base, each)
    return base


def _with(event: Event, wanted: EventFilter) -> Event:
    """The event, so that a filter lets it through."""
    match wanted:
        case AtLeast(level):
            return replace(event, tags={**event.tags, "level": level})
        case Tagged(tag, match, value):
            return replace(event, tags=_set(event.tags, tag, match, value))
        case Attribute(attribute, match, value):
            return replace(event, attributes=_set(event.attributes, attribute, match, value))
        case _:
            raise UnplayableError(f"an event is not made by {type(wanted).__name__}")


def _but(event: Event, unwanted: EventFilter) -> Event:
    """The event, so that a filter doesn't let it through."""
    opposites = {
        "is": "is not",
        "is not": "is",
        "contains": "does not contain",
        "does not contain": "contains",
        "starts with": "is not",
        "is set": "isn't set",
    }
    match unwanted:
        case AtLeast(level):
            below = max((name for name in LEVELS if LEVELS[name] < LEVELS[level]), key=LEVELS.__getitem__)
            return replace(event, tags={**event.tags, "level": below})
        case Tagged(tag, match, value):
            return replace(event, tags=_set(event.tags, tag, opposites[match], value))
        case Attribute(attribute, match, value):
            return replace(event, attributes=_set(event.attributes, attribute, opposites[match], value))
        case _:
            raise UnplayableError(f"an event is not made by {type(unwanted).__name__}")


def _set(values: Mapping[str, str], key: str, match: str, value: str) -> dict[str, str]:
    """Values of which one compares so."""
    if match == "isn't set":
        return {each: text for each, text in values.items() if each != key}
    texts = {
        "is": value,
        "contains": f"the {value} of it",
        "starts with": f"{value}.more",
        "is set": "yes",
        "is not": "something else",
        "does not contain": "something else",
    }
    return {**values, key: texts[match]}
