"""What a product file names belongs to its product, so that the product doesn't list it again."""

from components.vocabulary import Dashboard, Severity, named_in
from tests import tiny
from tests.tiny import DASHBOARD, OBJECTIVES, ON_CHECKS, ON_ERRORS, QUIET, TELEMETRY, WAKES


def test_whatever_has_a_name_is_gathered_in_the_order_of_the_file():
    found = named_in(vars(tiny))
    assert found["severities"] == (WAKES, QUIET)
    assert found["objectives"] == OBJECTIVES
    assert found["alerts"] == (*TELEMETRY, *ON_CHECKS, *ON_ERRORS)
    assert found["dashboards"] == (DASHBOARD,)


def test_what_has_two_names_counts_once():
    names = {"WAKES": WAKES, "TOLD": [WAKES, QUIET], "OTHER": 5, "TEXT": "WAKES"}
    assert named_in(names)["severities"] == (WAKES, QUIET)


def test_two_that_are_written_alike_are_both_gathered_so_that_the_product_refuses_them():
    def twice() -> Dashboard:
        return Dashboard("main", "Main", DASHBOARD.widgets, about="x", rows="TNY-01")

    assert len(named_in({"MAIN": twice(), "COPY": twice()})["dashboards"]) == len(("MAIN", "COPY"))


def test_nothing_is_remembered_between_two_files():
    assert named_in({"ONE": WAKES})["severities"] == (WAKES,)
    assert named_in({"OTHER": QUIET})["severities"] == (QUIET,)
    assert all(isinstance(each, Severity) for each in named_in(vars(tiny))["severities"])
