"""Recorded series through the shipped rules: each format, each fault of a recording, whom an alert wakes how often."""

import json
import subprocess

import pytest

from proof import fortnight
from proof import replay as command
from proof.fitting import Rules, Watching, fit, watching
from proof.fortnight import MADE_UP, write
from proof.recorded import read
from proof.replay import Replay, per_week, replayed, told
from proof.replaying import Moving, Replayed, level
from proof.samples import Recorded
from review.recorder import ROOT, Recording

START = 1_700_006_400  # a Wednesday, 00:00 UTC
MINUTES = 300
LABELS = {"env": "production", "service": "tikit-backend"}
HITS, ERRORS = "trace.express.request.hits", "trace.express.request.errors"


def at_datadog(metric, values, *, labels=LABELS, step=60):
    scope = ",".join(f"{key}:{value}" for key, value in labels.items())
    points = [[1000 * (START + step * n), value] for n, value in enumerate(values)]
    return {"metric": metric, "expression": f"sum:{metric}{{{scope}}}.as_count()", "scope": scope, "pointlist": points}


def answer(*series):
    return {"status": "ok", "series": list(series)}


def failing(spells, share=0.5, minutes=MINUTES):
    """Errors a minute, of 600 requests, in spells of minutes."""
    return [600 * share if any(a <= n < b for a, b in spells) else 0 for n in range(minutes)]


def recording(tmp_path, spells, minutes=MINUTES):
    series = at_datadog(HITS, [600] * minutes), at_datadog(ERRORS, failing(spells, minutes=minutes))
    (tmp_path / "requests.json").write_text(json.dumps(answer(*series)))
    return tmp_path


@pytest.fixture(scope="module")
def rules(recorded):
    return Rules.of(recorded("prod", named=True))


@pytest.fixture
def _recorded(recorded, monkeypatch):
    """The program isn't run again: what it declares is known."""
    for module in (command, fortnight):
        monkeypatch.setattr(module, "record", recorded)


@pytest.fixture(scope="module")
def watched(rules):
    every = [truth for scope in command.scopes("prod", ROOT) for truth in command.truths(scope)]
    return [watching(truth, rules) for truth in every]


def alert(found, name):
    return next(each for each in found if each.watching.name == name)


@pytest.mark.usefixtures("_recorded")
def test_an_alert_pages_once_for_each_spell(tmp_path):
    found = replayed(recording(tmp_path, [(120, 130), (200, 212)]), "prod", "tikit")
    high = alert(found.after, "tikit, high-error-rate")
    assert [round((begin - START) / 60) for begin, _ in high.firing] == [
        pytest.approx(121, abs=2),
        pytest.approx(201, abs=2),
    ]
    assert all(until for _, until in high.firing)
    assert [name for _, name in high.pages] == ["PagerDuty tikit"] * 2
    assert per_week(found.after, found.weeks)["PagerDuty tikit"] >= 2
    assert not found.over
    quiet = alert(found.after, "tikit, elevated-error-rate")
    assert quiet.firing
    assert not quiet.pages
    lines = list(told(found))
    assert any(
        "tikit, high-error-rate: fires 2 times" in line and "wakes PagerDuty tikit at 2023-11-15 02:0" in line
        for line in lines
    )
    assert any(line.startswith("  no data: tikit, payments-failing: no series of payment.attempted") for line in lines)
    assert any("log lines can't be recorded" in line for line in lines)
    assert any("anomalies can't be replayed" in line for line in lines)
    assert not any("clipforge" in line for line in lines)


@pytest.mark.usefixtures("_recorded")
def taken(piece):
    return [piece.start + number * piece.every for number in range(piece.count)]


def test_samples_that_are_the_same_are_looked_at_as_one():
    times = [0, 60, 120, 180, 300, 360, 420]  # 240 is missing
    pieces = list(level(times, [5, 5, 7, 7, 7, 7, 5], 60))
    assert [(piece.start, piece.count, piece.value) for piece in pieces] == [
        (0, 2, 5),
        (120, 2, 7),
        (300, 2, 7),
        (420, 1, 5),
    ]
    assert [time for piece in pieces for time in taken(piece)] == times
    series = Moving("m", "count", {}, ())
    starts = [piece.start for piece in pieces]
    seen = {}
    for low, high in ((-1, 60), (61, 200), (200, 299), (200, 400), (0, 1000)):
        series.until(low, high + 1, starts, tuple(pieces))
        seen[low, high] = [time for piece in series.pieces for time in taken(piece) if low < time <= high]
    assert seen == {(low, high): [time for time in times if low < time <= high] for low, high in seen}


def test_the_command_says_what_is_wrong_and_returns_1(tmp_path, capsys):
    (tmp_path / "a.json").write_text(json.dumps(answer(at_datadog("trace.express.request.hit", [1] * 300))))
    assert command.main([str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "a.json, series 1: trace.express.request.hit" in said
    assert "no rule reads this metric. Instead: " in said
    assert command.main([str(tmp_path / "nothing")]) == 1
    assert "isn't a folder" in capsys.readouterr().err


@pytest.mark.usefixtures("_recorded")
def test_prometheus_series_go_through_the_query_engine(tmp_path):
    labels = {"product": "a-lo-cubano", "env": "production"}
    served, failed, rows = 0, 0, ([], [])
    for n in range(MINUTES):
        served, failed = served + 600, failed + (300 if 150 <= n < 170 else 0)
        rows[0].append([START + 60 * n, str(served)])
        rows[1].append([START + 60 * n, str(failed)])
    names = ("http_requests_total", "http_errors_total")
    result = [{"metric": {"__name__": name} | labels, "values": row} for name, row in zip(names, rows, strict=True)]
    (tmp_path / "a.json").write_text(
        json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})
    )
    found = replayed(tmp_path, "prod", "a-lo-cubano")
    ((begin, end),) = alert(found.after, "a-lo-cubano, high-error-rate").firing
    assert 150 <= (begin - START) / 60 <= 158
    assert 170 <= (end - START) / 60 <= 182


def test_the_same_series_in_each_format(tmp_path):
    labels = {"env": "production"}
    matrix = {"metric": {"__name__": "up"} | labels, "values": [[START, "2"], [START + 60, "3"]]}
    (tmp_path / "a.json").write_text(
        json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [matrix]}})
    )
    exported = {
        "metric": {"__name__": "up2"} | labels,
        "values": [2, 3],
        "timestamps": [1000 * START, 1000 * (START + 60)],
    }
    (tmp_path / "b.jsonl").write_text(json.dumps(exported) + "\n")
    (tmp_path / "c.csv").write_text(
        f"vendor,metric,labels,time,value\ngrafana,up3,env=production,{START},2\n"
        f"grafana,up3,env=production,{START + 60},3\ndatadog count,hits,env=production;service=a,{START},2\n"
    )
    (tmp_path / "d.json").write_text(json.dumps(answer(at_datadog("hits", [2, 3]))))
    found = read(tmp_path)
    assert found.problems == []
    assert [(each.metric, list(each.times), list(each.values)) for each in found.series[:3]] == [
        (name, [START, START + 60], [2, 3]) for name in ("up", "up2", "up3")
    ]
    assert {each.vendor for each in found.series[:3]} == {"grafana"}
    assert all(each.labels == labels for each in found.series[:3])
    assert found.series[3] == Recorded(
        "c.csv, line 4", "datadog", "hits", {"env": "production", "service": "a"}, [START], [2], counts=True
    )
    assert (found.series[4].labels, found.series[4].counts) == (LABELS, True)


HEAD = "vendor,metric,labels,time,value\n"
MATRIX = '{"status":"success","data":{"resultType":"matrix","result":%s}}'
FAULTY = {
    "milliseconds for seconds": (
        "a.json",
        MATRIX % '[{"metric":{"__name__":"a"},"values":[[1700000000000,"1"]]}]',
        "a.json, series 1: 1700000000000 isn't a time in seconds since 1970",
    ),
    "milliseconds for seconds, in a table": (
        "a.csv",
        f"{HEAD}grafana,a,,1700000000000,1\n",
        "a.csv: line 2: '1700000000000' isn't a time in seconds since 1970",
    ),
    "microseconds for milliseconds": (
        "a.jsonl",
        '{"metric":{"__name__":"a"},"values":[1],"timestamps":[1700000000000000]}\n',
        "a.jsonl, line 1: 1700000000000000 isn't a time in milliseconds since 1970",
    ),
    "seconds for milliseconds": (
        "a.jsonl",
        f'{{"metric":{{"__name__":"a"}},"values":[1],"timestamps":[{START}]}}\n',
        "a.jsonl, line 1: 1700006400 isn't a time in milliseconds since 1970",
    ),
    "seconds for milliseconds, at Datadog": (
        "a.json",
        json.dumps(answer({"expression": "sum:a{*}", "pointlist": [[START, 1]]})),
        "a.json, series 1: 1700006400 isn't a time in milliseconds since 1970",
    ),
    "minutes for seconds": (
        "a.csv",
        f"{HEAD}grafana,a,,{START // 60},1\n",
        "a.csv: line 2: '28333440' isn't a time in seconds since 1970 that anything was recorded at. Instead: seconds",
    ),
    "a key twice": (
        "a.json",
        MATRIX % '[{"metric":{"__name__":"a"},\n"values":[],"values":[[1700006400,"1"]]}]',
        "a.json: the object that starts at line 1, column 61 has the key 'values' twice",
    ),
    "a key twice, in an answer on several lines": (
        "a.json",
        json.dumps(answer({"expression": "sum:a{*}", "pointlist": []}), indent=1).replace(
            '"pointlist"', '"expression": "sum:b{*}", "pointlist"'
        ),
        "a.json: the object that starts at line 4, column 3 has the key 'expression' twice",
    ),
    "a label twice, in an export": (
        "a.jsonl",
        f'{{"metric":{{"__name__":"a","env":"x","env":"y"}},"values":[1],"timestamps":[{1000 * START}]}}\n',
        "a.jsonl, line 1: the object that starts at column 11 has the key 'env' twice",
    ),
    "no result": ("a.json", MATRIX % "null", "a.json: its result isn't a list"),
    "no series": ("a.json", '{"status":"ok","series":null}', "a.json: its series isn't a list"),
    "a name that is no text": (
        "a.json",
        MATRIX % '[{"metric":{"__name__":[1]},"values":[[1700006400,"1"]]}]',
        "has no __name__",
    ),
    "tags that are no list": (
        "a.json",
        json.dumps(answer({"expression": "sum:a{*}", "tag_set": 5, "pointlist": [[1, 1]]})),
        "a.json, series 1: its tag_set isn't a list",
    ),
    "a part of an answer": (
        "a.json",
        (MATRIX % '[{"metric":{"__name__":"a"},"values":[[1,"1"]]}]').replace("{", '{"isPartial":true,', 1),
        "a.json: is incomplete",
    ),
    "nothing recorded": ("a.json", MATRIX % "[]", "a.json: has no series"),
    "a header alone": ("a.csv", HEAD, "a.csv: has no series"),
    "a label twice": ("a.csv", f"{HEAD}grafana,a,env=a;env=b,{START},1\n", "has a label twice"),
    "a field without end": ("a.csv", f"{HEAD}grafana,{'a' * 200_000},,1,1\n", "field larger than field limit"),
    "brackets without end": ("a.json", "[" * 100_000, "a.json: can't be read"),
    "a number without end": (
        "a.jsonl",
        f'{{"metric":{{"__name__":"a"}},"values":[{"9" * 400}],"timestamps":[{1000 * START}]}}\n',
        "isn't a number",
    ),
    "values that are no list": (
        "a.jsonl",
        '{"metric":{"__name__":"a"},"values":5,"timestamps":[1]}\n',
        "a.jsonl, line 1: values isn't a list",
    ),
    "not JSON": ("a.json", "{", "a.json: isn't JSON: line 1"),
    "a failed request": ("a.json", '{"status":"error","error":"timeout"}', "the request failed: timeout"),
    "a misspelt key": ("a.json", '{"status":"success","dta":{}}', "has no key 'dta'"),
    "a misspelt key of a series": (
        "a.json",
        '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"a"},"vals":[]}]}}',
        "a.json, series 1: a series of it has no key 'vals'",
    ),
    "a vector": ("a.json", '{"status":"success","data":{"resultType":"vector","result":[]}}', "its result is a vector"),
    "the result of a function": (
        "a.json",
        '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1700006400,"1"]]}]}}',
        "has no __name__",
    ),
    "samples that aren't pairs": (
        "a.json",
        '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"a"},"values":[1]}]}}',
        "aren't pairs",
    ),
    "a percentile": (
        "a.json",
        json.dumps(answer({"expression": "p99:a{*}", "pointlist": [[1, 1]]})),
        "p99 of points can't be made into p99 of a window",
    ),
    "a formula": (
        "a.json",
        json.dumps(answer({"expression": "sum:a{*} / sum:b{*}", "pointlist": [[1, 1]]})),
        "is computed from several queries",
    ),
    "a query that can't be read": (
        "a.json",
        json.dumps(answer({"expression": "sum:a{", "pointlist": [[1, 1]]})),
        "its expression can't be read",
    ),
    "another header": ("a.csv", "metric,time,value\n", "begins with metric,time,value"),
    "no number": ("a.csv", f"{HEAD}grafana,a,,{START},x\n", "a.csv: line 2: 'x' isn't a number"),
    "not a number": ("a.csv", f"{HEAD}grafana,a,,{START},NaN\n", "'NaN' isn't a number"),
    "too few fields": ("a.csv", f"{HEAD}grafana,a,1\n", "line 2 has 3 fields"),
    "no labels": ("a.csv", f"{HEAD}grafana,a,env:prod,{START},1\n", "aren't labels"),
    "an unknown vendor": ("a.csv", f"{HEAD}grafna,a,,1,1\n", "'grafna' isn't a vendor"),
    "out of order": (
        "a.csv",
        f"{HEAD}grafana,a,,{START + 60},1\ngrafana,a,,{START},1\n",
        f"sample 2 is at {START}, and the one before it at {START + 60}",
    ),
    "a gap": (
        "a.csv",
        HEAD + "".join(f"grafana,a,,{START + 60 * n},1\n" for n in (1, 2, 3, 9, 10)),
        f"no sample from {START + 180} to {START + 540}, before sample 4",
    ),
    "no samples": (
        "a.jsonl",
        '{"metric":{"__name__":"a"},"values":[],"timestamps":[]}\n',
        "line 1: a () has no samples",
    ),
    "more values than times": (
        "a.jsonl",
        '{"metric":{"__name__":"a"},"values":[1],"timestamps":[]}\n',
        "has 1 values and 0",
    ),
    "another kind of file": ("a.txt", "", "a.txt: isn't a recording"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_recording_that_cant_be_used_is_an_error_with_its_place(name, tmp_path):
    file, text, said = FAULTY[name]
    (tmp_path / file).write_text(text)
    found = read(tmp_path)
    assert len(found.problems) == 1
    assert said in found.problems[0]
    assert found.problems[0].startswith(file)
    assert found.problems[0].count("Instead: ") == 1


def test_a_folder_within_the_folder_is_not_passed_over(tmp_path):
    (tmp_path / "more.json").mkdir()
    (tmp_path / "a.csv").write_text(f"{HEAD}grafana,a,,{START},1\n")
    (problem,) = read(tmp_path).problems
    assert problem.startswith("more.json: isn't a recording")


def test_an_outage_is_no_gap_when_somebody_says_so(tmp_path):
    (tmp_path / "a.csv").write_text(HEAD + "".join(f"grafana,a,,{START + 60 * n},1\n" for n in (1, 2, 3, 9, 10)))
    assert read(tmp_path, gaps=True).problems == []


def test_a_series_that_is_there_twice_is_an_error(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"{HEAD}grafana,a,,{START},1\n")
    (problem,) = read(tmp_path).problems
    assert problem.startswith("b.csv, line 2: a (): is in a.csv, line 2 as well")


def test_a_series_may_be_recorded_in_parts(tmp_path):
    for name, times in (("b.csv", (1, 2, 3)), ("a.csv", (4, 5, 6)), ("c.csv", (7,))):
        (tmp_path / name).write_text(HEAD + "".join(f"grafana,a,,{START + 60 * n},{n}\n" for n in times))
    found = read(tmp_path)
    assert found.problems == []
    assert [list(each.values) for each in found.series] == [[1, 2, 3, 4, 5, 6, 7]]
    (tmp_path / "a.csv").unlink()
    (problem,) = read(tmp_path).problems
    assert f"no sample from {START + 180} to {START + 420}" in problem


def test_an_empty_folder_is_an_error(tmp_path):
    assert "has no recording" in read(tmp_path).problems[0]


def series(metric=HITS, labels=LABELS, minutes=MINUTES, step=60):
    times = [START + step * n for n in range(minutes)]
    return Recorded("a.json, series 1", "datadog", metric, labels, times, [1.0] * minutes, counts=True)


def problems(watched, rules, *found):
    return fit(watched, rules, found).problems


def test_series_that_no_alert_can_use_are_errors(watched, rules):
    (said,) = problems(watched, rules, series("trace.express.requests.hits"))
    assert "no rule reads this metric" in said
    (said,) = problems(watched, rules, series(labels={"env": "production", "service": "tikit-backnd"}))
    assert "no rule reads a series with these labels" in said
    assert said.startswith("a.json, series 1: ")
    (said,) = problems(watched, rules, series(minutes=2))
    assert "looks back" in said
    assert "a longer recording" in said
    rare = [series(name, minutes=20, step=7200) for name in ("payment.attempted", "payment.failed")]
    assert "has a sample every 7200 s" in fit(watched, rules, rare).without["tikit, payments-failing"]
    assert problems(watched, rules, series(), series(ERRORS)) == []


def test_an_alert_that_lacks_one_of_its_series_has_no_data(watched, rules):
    found = fit(watched, rules, [series(ERRORS)])
    assert found.without["tikit, high-error-rate"] == f"no series of {HITS}"
    assert "tikit, high-error-rate" not in found.series


def paged(watched, times):
    high = next(each for each in watched if each.name == "tikit, high-error-rate")
    pages = tuple((START + 3600.0 * n, "PagerDuty tikit") for n in range(times))
    return (Replayed(high, START, START + 14 * 86400, tuple((at, at + 60) for at, _ in pages), pages),)


def test_more_pages_than_the_stack_file_allows_fail_with_names(watched):
    found = Replay("prod", 28, paged(watched, 57), None, {})
    assert found.over == {"PagerDuty tikit": pytest.approx(28.5)}
    assert "tikit, high-error-rate (57)" in list(told(found))[-1]
    assert not Replay("prod", 28, paged(watched, 56), None, {}).over
    assert Replay("prod", 2, paged(watched, 5), None, {}).over


def test_the_base_stands_before_the_working_tree(watched):
    lines = list(told(Replay("prod", 28, paged(watched, 4), paged(watched, 10), {})))
    assert "tikit, high-error-rate: fires 10 times, 10 min in total -> fires 4 times, 4 min in total" in lines[1]
    assert lines[-1] == "pages a week: PagerDuty tikit: 5.0 -> 2.0 of 28"


def test_an_alert_that_the_base_doesnt_declare_is_told_as_such(watched):
    lines = list(told(Replay("prod", 28, paged(watched, 1), (), {})))
    assert "high-error-rate: not declared -> fires once" in lines[1]


@pytest.mark.usefixtures("_recorded")
def test_a_review_on_data_that_no_alert_can_use_is_an_error(tmp_path):
    with pytest.raises(command.ReplayError):
        command.on_recorded(tmp_path, {})


@pytest.mark.usefixtures("_recorded")
def test_a_review_takes_the_base_from_what_it_has_applied_and_plans_it_no_second_time(tmp_path, monkeypatch, recorded):
    def planned(*_):
        raise AssertionError("the base is planned again")

    monkeypatch.setattr(command, "plan_of", planned)
    resources = [each for each in recorded("prod", named=True).resources if "elevated-error-rate" not in each.name]
    (found,) = command.on_recorded(recording(tmp_path, [(120, 130)]), {"prod": Recording(resources)})
    assert [(name, was) for name, was, _ in found.alerts] == [("tikit, elevated-error-rate", None)]
    assert "alerts have data" in found.about
    assert [name for name, was, now in found.receivers if was == now == 1] == ["PagerDuty tikit"]


def test_the_rules_of_a_commit_are_read_by_its_own_code(rules, watched):
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    base = command._rules_of(head, "prod", rules)
    assert isinstance(base, Rules)
    known = base.grafana.receivers.keys() & rules.grafana.receivers.keys()  # one may be new, and not yet committed
    assert known
    assert all(base.grafana.receivers[name] == rules.grafana.receivers[name] for name in known)
    assert {each.uid for each in base.grafana.rules.values()} >= {"a-lo-cubano-high-error-rate"}
    high = next(each for each in watched if each.name == "tikit, high-error-rate")
    assert watching(high.truth, base).monitor
    assert not Watching(high.truth).declared
    with pytest.raises(command.CompareError, match="no commit 'nowhere'"):
        command._rules_of("nowhere", "prod", rules)


@pytest.mark.usefixtures("_recorded")
def test_a_made_up_fortnight_is_marked_and_the_same_each_time(tmp_path):
    (first,) = write(tmp_path / "one", "prod", 1, ["a-lo-cubano"])
    (second,) = write(tmp_path / "two", "prod", 1, ["a-lo-cubano"])
    assert first.read_bytes() == second.read_bytes()
    assert json.loads(first.read_text())["infos"] == [MADE_UP]
    assert read(first.parent).problems == []
