"""A day of a product at Grafana: all of its rules on the same series and log lines, and every message that follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from proof.cases import Case
from proof.everything import Proof
from proof.grafana.engine import Answer, ask
from proof.grafana.play import LATER, Watched, play, queries_of
from proof.grafana.telemetry import OFFSET
from proof.scenarios import BEFORE, Course, Told, pieces
from proof.story import EPOCH, Phase, Story
from proof.truth import DAY, RARE, SAMPLED
from proof.unplayable import UnplayableError

MONTH = 31 * DAY  # longer than any objective's period


@dataclass(frozen=True)
class Sent:
    """One series, by the name and labels that it has at Grafana, and how much of it there is on an ordinary day.

    Of a gauge that is its value; of a counter events a second; of a distribution the same, all of which take `took`
    and are kept in buckets up to `bounds`. A probe is 1 while it succeeds and 0 while it fails.
    """

    name: str
    kind: Literal["gauge", "counter", "distribution", "probe"]
    labels: Mapping[str, str]
    usual: float
    took: float = 0.0
    bounds: tuple[float, ...] = ()


@dataclass(frozen=True)
class Logged:
    """Log lines of a stream: so many a minute."""

    labels: Mapping[str, str]
    line: str
    usual: float


def series(sent: Sent, course: Course, end: int) -> Iterator[dict[str, Any]]:
    """What a source sends on a day, as tools/query takes it."""
    match sent.kind:
        case "gauge":
            yield _series(sent.name, sent.labels, course, sent.usual, end)
        case "counter":
            yield _series(sent.name, sent.labels, course, sent.usual, end, counts=1.0)
        case "probe":
            yield _series("probe_success", sent.labels, course, sent.usual, end)
            yield _series("probe_all_success_sum", sent.labels, course, sent.usual, end, counts=1 / SAMPLED)
            gone = {minute: None if value is None else 1.0 for minute, value in course.items()}
            yield _series("probe_all_success_count", sent.labels, gone, 1.0, end, counts=1 / SAMPLED)
            # Valid for two months from the beginning of the day.
            valid = EPOCH + 60 * 86400.0
            ends = {minute: None if value is None else valid for minute, value in course.items()}
            yield _series("probe_ssl_earliest_cert_expiry", sent.labels, ends, valid, end)
        case "distribution":
            for bound in (*sent.bounds, float("inf")):
                labels = {**sent.labels, "le": "+Inf" if bound == float("inf") else f"{bound:g}"}
                within = 1.0 if sent.took <= bound else 0.0
                yield _series(f"{sent.name}_bucket", labels, course, sent.usual, end, counts=within)
            yield _series(f"{sent.name}_count", sent.labels, course, sent.usual, end, counts=1.0)
            yield _series(f"{sent.name}_sum", sent.labels, course, sent.usual, end, counts=sent.took)


def _series(
    name: str, labels: Mapping[str, str], course: Course, usual: float, end: int, *, counts: float | None = None
) -> dict[str, Any]:
    """Samples of a level, or of a counter that grows by `counts` for each event; rare ones of the month before."""
    earlier = usual * (counts or 0.0)
    month = (MONTH - BEFORE) // RARE
    first_of_all = 1000.0 if counts is not None else usual
    found = [
        {
            "from": EPOCH - MONTH + OFFSET,
            "every": RARE,
            "count": month,
            "first": first_of_all,
            "step": earlier * RARE,
        }
    ]
    grown = 1000.0 + earlier * (MONTH - BEFORE)
    for begin, until, value in pieces(course, usual, end):
        first = -(-(begin - OFFSET) // SAMPLED) * SAMPLED + OFFSET
        number = max(0, -(-(until - first) // SAMPLED))
        rate = value * (counts or 0.0)
        start = value if counts is None else grown + rate * (first - begin)
        found.append({"from": EPOCH + first, "every": SAMPLED, "count": number, "first": start, "step": rate * SAMPLED})
        grown += rate * (until - begin)
    return {"labels": {"__name__": name, **labels}, "pieces": found}


def lines(logged: Logged, course: Course, end: int) -> dict[str, Any]:
    """The lines of a day, as tools/query takes them."""
    at = [
        EPOCH + begin + 1 + number * 60 / value
        for begin, until, value in pieces(course, logged.usual, end)
        if value
        for number in range(int((until - begin - 1) * value / 60) + 1)
    ]
    return {"labels": dict(logged.labels), "line": logged.line, "at": at}


def follow(
    proof: Proof,
    product: str,
    sent: Sequence[Mapping[str, Any]],
    logged: Sequence[Mapping[str, Any]],
    *,
    end: int,
    command: Path,
) -> list[Told]:
    """Every message of all the product's rules at Grafana, in production, in order of time. Raises UnplayableError."""
    watched = [each for each in proof.watched if each.stack == "prod" and each.truth.scope.product.name == product]
    by_id = {each.rule.uid: each for each in watched}
    day = Case("a day", "", Story((Phase(1, 0.0), Phase(end // 60, 0.0))), ())
    found: list[Told] = []
    for answer in ask(command, [_request(each, sent, logged, end) for each in watched]):
        if answer.error:
            raise UnplayableError(f"{answer.id}: {answer.error}")
        found += _told(proof, by_id[answer.id], day, answer)
    return sorted(found, key=lambda each: (each.minute, each.alert, each.about))


def _request(
    watched: Watched, sent: Sequence[Mapping[str, Any]], logged: Sequence[Mapping[str, Any]], end: int
) -> dict[str, Any]:
    queries = queries_of(watched)
    asked = " ".join(queries.values())
    read = [each for each in sent if each["labels"]["__name__"] in asked]
    return {
        "id": watched.rule.uid,
        "language": watched.rule.language,
        "queries": queries,
        "from": EPOCH + LATER,
        "to": EPOCH + LATER + end,
        "every": watched.rule.every,
        **({"lines": logged} if watched.rule.language == "logql" else {"series": read}),
    }


def _told(proof: Proof, watched: Watched, day: Case, answer: Answer) -> Iterator[Told]:
    declared = proof.declared[watched.stack]
    for rule, prefix, ending in ((watched.rule, "", ""), (watched.late, "late ", ", escalated")):
        before = False
        for message in play(rule, declared, day, answer, prefix).messages if rule else ():
            about = ("Alert again" if before else "Alert") if message.firing else "OK"
            whom = frozenset(declared.receivers[message.contact_point])
            yield Told(message.at // 60, f"{watched.truth.alert.name}{ending}", about, whom)
            before = message.firing
