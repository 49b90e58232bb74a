"""One cause, one page: what `depends_on` between the alerts of a product has to be like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from components.problems import Problem, nearest
from components.vocabulary.alerts import Alert


def strange_causes(alerts: Sequence[Alert]) -> Iterator[Problem]:
    """Causes that don't exist or lead back, and those of which fewer would be told, or less urgently."""
    known = {alert.name: alert for alert in alerts}
    for alert in alerts:
        for name in alert.causes:
            cause = known.get(name)
            if cause is None:
                why = "isn't an alert of this product, so nothing would be sent instead."
                others = [each for each in known if each != alert.name]
                found = Problem("depends_on", name, why, nearest(name, others) if others else "no depends_on=")
            elif way := _back(alert.name, name, known):
                why = f"depends on it in turn ({' -> '.join(way)}): while both fire, nobody would be notified."
                found = Problem("depends_on", name, why, "the cause alone, without a depends_on= that leads back")
            else:
                yield from _quieter(alert, cause)
                continue
            found.item = f"alert {alert.name!r}"
            yield found


def _back(name: str, cause: str, known: Mapping[str, Alert]) -> list[str]:
    """The way from a cause back to what is said to follow from it; nothing where there is none."""
    ways, seen = [[name, cause]], {cause}
    while ways:
        way = ways.pop()
        if way[-1] == name:
            return way
        here = known.get(way[-1])
        for each in here.causes if here else ():
            if each not in seen:
                ways.append([*way, each])
                seen.add(each)
    return []


def _quieter(alert: Alert, cause: Alert) -> Iterator[Problem]:
    """Whoever is told of the consequence has to be told of its cause, and as urgently."""
    item = f"alert {alert.name!r}"
    if cause.severity.urgency > alert.severity.urgency:
        why = f"is {cause.severity}, less urgent than the {alert.severity} it would silence."
        yield Problem("depends_on", cause.name, why, f"a cause that is {alert.severity} or more urgent", item=item)
    soon = [each for each in alert.receivers if each not in cause.receivers]
    late = [
        each for each in alert.severity.escalated if each not in (*cause.receivers, *cause.severity.escalated, *soon)
    ]
    if soon or late:
        names = ", ".join(map(str, (*soon, *late)))
        why = f"doesn't notify {names}, who would hear of neither the cause nor this alert."
        yield Problem("depends_on", cause.name, why, f"tell=(…) of {cause.name} with {names}", item=item)
