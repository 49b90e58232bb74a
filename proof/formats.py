"""Recorded series in the formats in which vendors answer, and as a table: strictly, with the place of what is wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from components.datadog.language import expression as parts
from components.datadog.language.query import QueryError, metric_queries
from proof.samples import Recorded, UnreadableError, moment, number
from proof.strict_json import read_json

HEADER = ["vendor", "metric", "labels", "time", "value"]
KEYS = {
    "an answer of Prometheus": {"status", "data", "error", "errorType", "warnings", "infos", "isPartial", "stats"},
    "its data": {"resultType", "result", "stats"},
    "a series of it": {"metric", "values"},
    "an exported series": {"metric", "values", "timestamps"},
    "an answer of Datadog": {
        *("status", "res_type", "resp_version", "query", "from_date", "to_date", "series", "values", "times"),
        *("message", "group_by", "error"),
    },
    "a series of Datadog's": {
        *(
            "unit",
            "query_index",
            "aggr",
            "metric",
            "tag_set",
            "expression",
            "scope",
            "interval",
            "length",
            "start",
            "end",
        ),
        *("pointlist", "display_name", "attributes"),
    },
}

Parts = Iterator[tuple[str, Callable[[], Iterable[Recorded]]]]  # where, and what makes series of it


def _of_json(name: str, text: str) -> Parts:
    """Prometheus' or Datadog's answer."""
    try:
        answer = read_json(text)
        found, make = (_answered(answer), _datadog) if "series" in answer else (_matrices(answer), _matrix)
    except UnreadableError as problem:
        yield name, partial(_raise, problem)
        return
    for place, each in enumerate(found, 1):
        where = f"{name}, series {place}"
        yield where, partial(make, each, where)


def _raise(problem: UnreadableError) -> list[Recorded]:
    raise problem


def _answered(answer: dict[str, Any]) -> list[Any]:
    """The series of Datadog's answer."""
    _known(answer, "an answer of Datadog")
    _succeeded(answer, "ok")
    return _list(answer["series"], "its series")


def _matrices(answer: dict[str, Any]) -> list[Any]:
    """The series of Prometheus' answer."""
    _known(answer, "an answer of Prometheus")
    _succeeded(answer, "success")
    if answer.get("isPartial"):
        raise UnreadableError("is incomplete (isPartial)", "a whole answer: ask again")
    data = _known(answer.get("data", {}), "its data")
    if data.get("resultType") != "matrix":
        raise UnreadableError(f"its result is a {data.get('resultType')}", "the answer of query_range, a matrix")
    return _list(data.get("result"), "its result")


def _of_export(name: str, text: str) -> Parts:
    for place, line in enumerate(text.splitlines(), 1):
        if line.strip():
            where = f"{name}, line {place}"
            yield where, partial(_exported, line, where)


def _of_csv(name: str, text: str) -> Parts:
    yield name, partial(_rows, name, text)


READERS: Mapping[str, Callable[[str, str], Parts]] = {".json": _of_json, ".jsonl": _of_export, ".csv": _of_csv}


def _known(found: Any, what: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise UnreadableError(f"{what} isn't an object", f"{', '.join(sorted(KEYS[what]))}")
    if strange := sorted(set(found) - KEYS[what]):
        raise UnreadableError(f"{what} has no key {strange[0]!r}", f"one of {', '.join(sorted(KEYS[what]))}")
    return found


def _list(found: Any, what: str) -> list[Any]:
    if not isinstance(found, list):
        raise UnreadableError(f"{what} isn't a list", "the answer as the vendor gave it")
    return found


def _succeeded(answer: Mapping[str, Any], status: str) -> None:
    if answer.get("status") != status:
        said = answer.get("error") or answer.get("status")
        raise UnreadableError(f"the request failed: {said}", "an answer with data")


def _matrix(found: Any, where: str) -> list[Recorded]:
    series = _known(found, "a series of it")
    pairs = _pairs(series.get("values"))
    times = [moment(time) for time, _ in pairs]
    return _prometheus(series.get("metric"), where, times, [value for _, value in pairs])


def _exported(line: str, where: str) -> list[Recorded]:
    series = _known(read_json(line), "an exported series")
    times, values = _list(series.get("timestamps"), "timestamps"), _list(series.get("values"), "values")
    if len(times) != len(values):
        raise UnreadableError(f"has {len(values)} values and {len(times)} timestamps", "one timestamp for each value")
    return _prometheus(series.get("metric"), where, [moment(each, 1000) for each in times], values)


def _prometheus(labels: Any, where: str, times: Sequence[float], values: Sequence[Any]) -> list[Recorded]:
    if not isinstance(labels, dict) or not isinstance(labels.get("__name__"), str):
        why = "has no __name__, so it is the result of a function, not a rule's metric"
        raise UnreadableError(why, "a query of the bare metric: http_requests_total{…}")
    rest = {key: str(value) for key, value in labels.items() if key != "__name__"}
    return [Recorded(where, "grafana", labels["__name__"], rest, times, [number(each) for each in values])]


def _pairs(found: Any) -> Sequence[Any]:
    if not isinstance(found, list) or not all(isinstance(each, list) and len(each) == 2 for each in found):  # noqa: PLR2004
        raise UnreadableError("its samples aren't pairs of time and value", "[[1700000000, 1], …]")
    return found


def _datadog(found: Any, where: str) -> list[Recorded]:
    series = _known(found, "a series of Datadog's")
    text = str(series.get("expression") or "")
    try:
        read_queries = metric_queries(text)
    except QueryError as problem:
        raise UnreadableError(f"its expression can't be read {problem}", "one metric, as it is") from None
    if len(read_queries) != 1 or not isinstance(metric := read_queries[0], parts.Metric):
        raise UnreadableError(f"{text} is computed from several queries", "each metric by itself, as it is")
    if metric.aggregator not in ("sum", "avg", "min", "max"):
        why = f"{metric.aggregator} of points can't be made into {metric.aggregator} of a window"
        raise UnreadableError(why, "nothing: an alert on a percentile can't be replayed from what this API returns")
    labels = dict(_narrowed(metric.scope))
    for tag in _list(series.get("tag_set") or [], "its tag_set"):
        key, _, value = str(tag).partition(":")
        labels[key] = value
    if missing := sorted(set(metric.by) - set(labels)):
        raise UnreadableError(f"is grouped by {', '.join(missing)}, and its tag_set has none", "the answer as it came")
    points = [(time, value) for time, value in _pairs(series.get("pointlist")) if value is not None]
    counts = any(step.name == "as_count" for step in metric.steps)
    times, values = [moment(time, 1000) for time, _ in points], [number(value) for _, value in points]
    return [Recorded(where, "datadog", metric.name, labels, times, values, counts)]


def _narrowed(term: parts.ScopeTerm) -> Iterator[tuple[str, str]]:
    """The tags that a query asks for, which all that it returns has."""
    match term:
        case parts.Tag(text) if ":" in text and "*" not in text:
            key, _, value = text.partition(":")
            yield key, value
        case parts.Every(terms):
            for each in terms:
                yield from _narrowed(each)
        case _:
            return


def _rows(name: str, text: str) -> list[Recorded]:
    rows = csv.reader(text.splitlines())
    header = next(rows, [])
    if header != HEADER:
        raise UnreadableError(f"begins with {','.join(header) or 'nothing'}", f"the header {','.join(HEADER)}")
    found: dict[tuple[str, str, str], tuple[int, list[float], list[float]]] = {}
    for line, row in enumerate(rows, 2):
        try:
            vendor, metric, labels, time, value = row
            if vendor not in ("grafana", "datadog", "datadog count"):
                raise UnreadableError(f"{vendor!r} isn't a vendor", "grafana, datadog (levels) or datadog count")  # noqa: TRY301
            _, times, values = found.setdefault((vendor, metric, labels), (line, [], []))
            times.append(moment(time))
            values.append(number(value))
        except ValueError:
            raise UnreadableError(f"line {line} has {len(row)} fields", f"the five of {','.join(HEADER)}") from None
        except UnreadableError as problem:
            raise UnreadableError(f"line {line}: {problem.why}", problem.instead) from None
    return [
        Recorded(
            f"{name}, line {line}",
            "grafana" if vendor == "grafana" else "datadog",
            metric,
            _labels(labels, f"line {line}"),
            times,
            values,
            vendor == "datadog count",
        )
        for (vendor, metric, labels), (line, times, values) in found.items()
    ]


def _labels(text: str, where: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in text.split(";") if each]
    if any(not sign or not key for key, sign, _ in pairs):
        raise UnreadableError(f"{where}: {text!r} aren't labels", "env=production;service=shop")
    found = {key: value for key, _, value in pairs}
    if len(found) < len(pairs):
        raise UnreadableError(f"{where}: {text!r} has a label twice", "each label once")
    return found
