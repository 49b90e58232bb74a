"""The rows of the documents are all answered, and what is generated from the products is up to date."""

import re
from dataclasses import replace

from components.catalogue import STACKS, load_products
from components.grafana.promql import selector
from components.vocabulary import Dashboard, Kind, Lines, Percentile, Within, milliseconds, minutes, seconds, times
from components.vocabulary.rows import ROW
from review.docs import _bounds, _labels, _runbook, documents, documents_of
from review.recorder import ROOT
from review.requirements import read_rows
from review.trace import answers, gaps
from tests.tiny import alert
from tests.tiny_grafana import DURATION, FAST, HEAP, WAKES, kept_at_grafana

ROWS = read_rows(ROOT)[0]


def test_every_row_of_every_document_is_answered(recordings):
    assert gaps(answers(recordings["prod"].answered), ROWS) == []


def test_a_row_that_nothing_answers_is_a_gap(recordings):
    found = answers(recordings["prod"].answered)
    found.pop("TIK-09")
    assert gaps(found, ROWS) == ["TIK-09: nothing covers it; add it to rows= of what does, or to a need in stacks/….md"]


def test_an_answer_to_a_row_that_does_not_exist_is_a_gap(recordings):
    found = answers([*recordings["prod"].answered, ("TIK-99", "type", "name")])
    assert gaps(found, ROWS) == ["TIK-99: is answered, but no page of docs/requirements/ has it"]


def test_tikit_has_51_rows():
    assert [row for row in ROWS if row.startswith("TIK-")] == [f"TIK-{n:02}" for n in range(1, 52)]


def test_every_row_says_what_is_asked_and_where():
    for row in ROWS.values():
        assert len(row.asked) > 15, row
        assert re.match(r"L\d+", row.line), row


def test_generated_documents_are_up_to_date():
    stale = [str(path.relative_to(ROOT)) for path, text in documents().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"


def test_no_generated_document_is_left_of_a_product_that_is_gone():
    for folder in ("application-contract", "runbooks"):
        existing = set((ROOT / "docs" / folder).glob("*.md"))
        assert existing <= {path for product in load_products(STACKS)[0] for path in documents_of(product)}


def test_every_decision_names_a_row_that_exists():
    named = set(re.findall(rf"\b{ROW}\b", (ROOT / "docs" / "decisions.md").read_text("utf-8")))
    assert named
    assert named <= set(ROWS)


def test_counters_start_at_zero_where_the_first_event_would_be_missed_otherwise():
    for product in load_products(STACKS)[0]:
        text = documents_of(product)[ROOT / "docs" / "application-contract" / f"{product.name}.md"]
        counts = [metric for metric in product.metrics if metric.kind is Kind.COUNTER]
        missed = product.telemetry == "grafana" and bool(counts)
        assert ("is there from the start of the process" in text) == missed


def test_every_metric_of_a_product_stands_in_its_contract():
    for product in load_products(STACKS)[0]:
        text = documents_of(product)[ROOT / "docs" / "application-contract" / f"{product.name}.md"]
        for metric in product.metrics:
            assert f"| `{metric.name}` |" in text


def test_a_runbook_begins_with_what_is_done_for_every_alert():
    (product, *_) = load_products(STACKS)[0]
    text = "\n".join(_runbook(replace(product, procedure=("Look.", "Act."))))
    head, _, _ = text.partition("\n## ")
    assert head.endswith("For every alert, in this order:\n\n1. Look.\n2. Act.\n")


def test_the_contract_names_the_labels_by_which_queries_find_what_is_sent():
    counted = kept_at_grafana()
    text = "\n".join(_labels(counted.product))
    for metric in (DURATION, HEAP):
        for label, value in re.findall(r'(\w+)="([^"]*)"', selector(counted, metric)):
            assert f"`{label}`: " in text
            assert f"`{value}`" in text
    assert "| Log lines | `service_name`: `tiny-api` |" in text
    assert "| Log lines |" not in "\n".join(_labels(kept_at_grafana(alerts=(), dashboards=()).product))


def test_the_contract_names_each_bound_that_buckets_need_for_a_limit():
    limited = Percentile(95, DURATION).over(minutes(5), at_least=times(20)).above(seconds(3), warn=milliseconds(2500))
    product = kept_at_grafana(
        alerts=(alert("slow", limited, WAKES),),
        objectives=(FAST,),
        dashboards=(Dashboard("main", "x", (Lines("x", Within(DURATION, milliseconds(250)), about="x"),), about="x"),),
    ).product
    assert "| `http.duration` | 0.25, 1, 2.5, 3 | seconds |" in list(_bounds(product))
    assert list(_bounds(kept_at_grafana(alerts=(), objectives=(), dashboards=()).product)) == []
