"""The query program is Prometheus' and Loki's own engine: it says what their own tests say."""

import os
import time

import pytest

from proof.grafana.engine import UNUSED, ask, find_query_engine
from tests.proof import promtest

# File: how many of its queries are of the kind that can be asked, at least.
FILES = {"operators.test": 60, "aggregators.test": 50, "subquery.test": 15, "selectors.test": 15, "functions.test": 100}


@pytest.fixture(scope="session")
def program():
    return find_query_engine()


@pytest.mark.parametrize(("file", "least"), FILES.items())
def test_prometheus_own_tests_come_out_as_it_expects(program, file, least):
    asked = list(promtest.requests((promtest.testdata() / file).read_text(encoding="utf-8")))
    assert len(asked) >= least
    wanted = {request["id"]: (request["queries"]["A"], result) for request, result in asked}
    for answer in ask(program, [request for request, _ in asked]):
        query, result = wanted[answer.id]
        if "is not enabled" in answer.error:  # an experimental function, which Grafana Cloud doesn't have either
            continue
        assert not answer.error, query
        got = {labels: values[0] for labels, values in answer.results["A"] if values[0] is not None}
        assert set(got) == set(result), query
        assert all(promtest.same(got[labels], value) for labels, value in result.items()), query


def one(**more):
    pieces = [{"from": 0, "every": 60, "count": 60, "first": 0, "step": 5}]
    request = {"id": "1", "language": "promql", "queries": {"A": "sum(increase(x[5m]))"}, "from": 600, "to": 1200}
    return request | {"every": 60, "series": [{"labels": {"__name__": "x"}, "pieces": pieces}]} | more


def test_a_query_that_fails_leaves_the_others_their_results(program):
    (answer,) = ask(
        program, [one(queries={"A": "sum((", "B": "sum(increase(x[5m]))", "C": 'rate({__name__=~"x|y"}[5m])'})]
    )
    assert set(answer.results) == {"B", "C"}
    assert "parse error" in answer.failed("A")
    assert answer.failed("B") == ""


def test_one_range_query_says_what_an_instant_query_at_each_time_says(program):
    text = "last_over_time((sum(increase(x[5m])) > 20)[1h:1m])"
    answers = [next(ask(program, [one(queries={"A": text}, instant=each)])).results for each in (True, False)]
    assert answers[0] == answers[1]
    assert answers[0]["A"][0][1] == [25.0] * 11


def test_log_lines_are_counted_by_loki(program):
    stream = {"service_name": "x"}
    lines = [{"labels": stream, "line": '{"event": "lost"}', "at": [30, 60, 90, 400]}]
    lines.append({"labels": stream, "line": '{"event": "found"}', "at": [45]})
    text = 'sum(count_over_time({service_name="x"} | json | event="lost" [2m])) or vector(0)'
    asked = {"language": "logql", "queries": {"A": text}, "lines": lines, "from": 120, "to": 420}
    for instant in (True, False):
        (answer,) = ask(program, [one(**asked, instant=instant)])
        (row,) = answer.results["A"]
        assert row == (frozenset(), [3.0, 1.0, 0.0, 0.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"queries": {"A": "sum(("}}, "query A: 1:6: parse error"),
        ({"queries": {"B": "sum(("}, "language": "logql"}, "query B: parse error"),
        ({"queries": {"B": '{a="b"}'}, "language": "logql"}, "query B:"),
        ({"language": "sql"}, 'no language "sql"'),
        ({"to": 0}, "no times to evaluate at"),
    ],
)
def test_what_cant_be_evaluated_is_an_answer_that_names_the_query(program, more, said):
    (answer,) = ask(program, [one(**more)])
    assert said in answer.error
    assert not answer.results


def test_a_build_leaves_those_of_other_checkouts_alone_until_nobody_has_asked_for_them_for_weeks(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nmkdir -p "$(dirname "$2")"\necho made > "$2"\n')
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{go.parent}:{os.environ['PATH']}")
    kept = []
    for text in ("old", "other", "mine"):
        source = tmp_path / text
        source.mkdir()
        (source / "main.go").write_text(text)
        kept.append(find_query_engine(source=source))
        if text == "old":
            os.utime(kept[0].parent, (0, time.time() - UNUSED - 60))
        assert kept[-1].read_text() == "made\n"
    assert [path.exists() for path in kept] == [False, True, True]
    os.utime(kept[1].parent, (0, time.time() - UNUSED - 60))
    assert find_query_engine(source=tmp_path / "other") == kept[1]
    assert find_query_engine(source=tmp_path / "old") == kept[0]
    assert kept[1].exists()
