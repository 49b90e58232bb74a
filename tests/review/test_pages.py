"""The catalogue and the drawn review: whole pages that load nothing, show everything, and that no name can break."""

import base64
import dataclasses
import hashlib
import json
import re
import sys
from pathlib import Path

import pytest

from components.catalogue import scopes
from components.scope import Scope
from components.vocabulary import Heartbeat, Lines, Rate, Webhook, percent
from review import catalogue as command
from review import review as review_command
from review.catalogue import catalogue
from review.drawn.data import Drawn, Line
from review.drawn.pages import inline, markdown
from review.drawn.sample import sample
from review.html import html, redrawn
from review.markdown import sections
from review.report import Report
from review.steps import Plan
from tests.conftest import ROOT, STACKS
from tests.review.compared import MONITOR, of_vendor, replaced, report, stack_of, tiny, without
from tests.review.read_page import Read, sound
from tests.review.test_comment import STRANGE
from tests.tiny import API, DASHBOARD, FAILING, PRODUCTION, STAGING, TINY

OUT = ROOT / "build" / "catalogue.html"


@pytest.fixture(scope="module")
def everything():
    """Every product in both stacks, and the page on them."""
    declares = {stack: scopes(stack, ROOT) for stack in STACKS}
    return declares["prod"], catalogue(declares, OUT)


@pytest.fixture(scope="module")
def read(everything):
    return sound(everything[1])


def of_tiny(**fields):
    product = tiny(**fields)
    return catalogue({"prod": [Scope(product, PRODUCTION)], "staging": [Scope(product, STAGING)]}, OUT)


def test_every_part_of_every_product_is_in_the_catalogue(everything, read):
    declares, _ = everything
    assert len(declares) >= 5
    for of in declares:
        product = of.product
        parts = {"alert": product.alerts, "check": product.checks, "objective": product.objectives}
        for kind, words in (parts | {"severity": product.severities, "dashboard": product.dashboards}).items():
            for word in words:
                assert f"{product.name}-{kind}-{word.name}" in read.ids
        for alert in product.alerts:
            assert " ".join(alert.when.describe().split()) in read.shown
        for receiver in product.receivers:
            assert str(receiver) in read.shown
        for metric in product.metrics:
            assert metric.name in read.shown
        for board in product.dashboards:
            for widget in board.widgets:
                assert " ".join(widget.title.split()) in read.shown
        if product.errors and product.errors.dashboard:
            assert f"{product.name}-error-dashboard-{product.errors.dashboard.name}" in read.ids


def test_a_heartbeat_is_among_those_who_are_notified():
    assert "Heartbeat: Webhook deadman is called" in Read(of_tiny(heartbeat=Heartbeat(Webhook("deadman")))).shown
    assert "Heartbeat" not in Read(of_tiny()).shown


def test_every_panel_of_the_catalogue_is_marked_as_sample(read):
    assert len(read.classes("panel")) > 200
    assert len(read.classes("panel")) == len(read.classes("sample"))


def test_links_of_the_catalogue_lead_to_files_and_to_the_alerts_section_of_a_runbook(read):
    outside = [link for link in read.links() if not link.startswith("#")]
    assert len(outside) > 200
    for link in outside:
        path, _, part = link.partition("#")
        file = (OUT.parent / path).resolve()
        assert file.is_file(), link
        if file.suffix == ".md" and part:
            assert f"\n## {part}\n" in file.read_text(encoding="utf-8"), link
    assert "../stacks/tikit.py#L" in " ".join(outside)


def test_a_line_that_is_linked_is_the_one_on_which_the_alert_stands(everything):
    declares, text = everything
    alert = next(of for of in declares if of.product.name == "tikit").product.alerts[0]
    number = int(re.search(rf'id="tikit-alert-{alert.name}".*?tikit\.py#L(\d+)"', text, re.DOTALL)[1])
    lines = (ROOT / "stacks" / "tikit.py").read_text(encoding="utf-8").splitlines()
    assert f'"{alert.name}"' in "".join(lines[number - 1 : number + 2])


def test_what_differs_between_stacks_is_said_for_each_and_the_rest_once():
    page = Read(of_tiny())
    told = [given["data-stacks"] for _, given in page.elements if "data-stacks" in given]
    assert {*told} == {"prod", "staging", "prod staging"}
    assert "not in staging" in page.shown
    assert "Slack #tiny-staging" in page.shown
    assert page.shown.count("the runbook") == 0


HOSTILE = [
    "it's <script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "| x |",
    "</style></title>",
    "[a](javascript:b)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_product_breaks_the_catalogue(text):
    widgets = (Lines(text, (Rate(API.errors),), about=text),)
    dashboard = dataclasses.replace(DASHBOARD, title=text, about=text, widgets=widgets)
    alerts = replaced(TINY.alerts, "errors", summary=text, runbook=text)
    page = sound(of_tiny(title=text, dashboards=(dashboard,), alerts=alerts, procedure=(text,)))
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert page.shown.count(text) >= 3


@pytest.mark.parametrize("name", [*STRANGE, *HOSTILE])
def test_no_name_breaks_the_review(name):
    changed = of_vendor("update", MONITOR, name, {name: name}, {name: f"{name}2"})
    stack = stack_of("prod", (TINY,), (TINY,), resources=(changed,))
    page = sound(html(Report((stack,), (f"{name}: alert {name}, was={name!r} points nowhere",))))
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert [link for link in page.links() if link != "#main"] == []
    assert " ".join(name.split()) in page.shown


def test_markdown_takes_no_html_links_or_pictures():
    text = "<b>x</b> [a](http://b.invalid) ![c](d.png) <http://e.invalid> http://f.invalid"
    for made in (inline(text), markdown(text)):
        assert "<b>" not in made
        assert not re.search("<(a|img)\\b", made)


def test_the_review_says_everything_that_the_comment_says_in_its_order():
    after = report((tiny(alerts=without(replaced(TINY.alerts, "errors", when=FAILING.above(percent(7))), "loss")),))
    page = sound(html(after, "4f2c1e9aaaa"))
    titles = [section.title for section in sections(after) if section.lines]
    places = [page.shown.index(title) for title in titles]
    assert "4f2c1e9" in page.shown
    assert places == sorted(places)
    assert "threshold 5 % → 7 %" in page.shown
    assert "1 alert removed ( loss )" in page.shown
    assert not [tag for tag, given in page.elements if tag == "details" and "open" in given]


def with_widgets(*widgets):
    return tiny(dashboards=(dataclasses.replace(DASHBOARD, widgets=widgets),))


def test_a_changed_dashboard_is_drawn_before_and_after():
    refunds = Lines("Refunds", (Rate(API.errors),), about="Back")
    page = sound(html(report((with_widgets(refunds, *DASHBOARD.widgets[1:]),))))
    assert len([given for tag, given in page.elements if tag == "div" and given.get("class") == "grid"]) == 2
    # Once by itself, once in the whole dashboard.
    for mark, drawn in (("removed", "panel firing removed"), ("added", "panel lines added")):
        assert [given["class"] for given in page.classes("panel") if mark in given["class"]] == [drawn, drawn]
    assert page.shown.count("before: none") == page.shown.count("after: none") == 1
    assert "changed" not in " ".join(given["class"] for given in page.classes("panel"))


def test_a_moved_limit_is_drawn_on_both_sides():
    new = tiny(alerts=replaced(TINY.alerts, "errors", when=FAILING.above(percent(7), warn=percent(1))))
    [board] = redrawn(report((new,)))
    assert (board.product, board.name, board.stacks) == ("tiny", "main", ("prod", "staging"))
    assert dict(board.marks) == {("Errors", "lines"): "changed"}
    page = sound(html(report((new,))))
    assert "errors above 5 %" in page.shown
    assert "errors above 7 %" in page.shown
    ((before, after),) = board.pairs
    assert [[limit.value for limit in each.limits if limit.urgent] for each in (before, after)] == [[0.05], [0.07]]
    assert (
        page.shown.index("before: Errors") < page.shown.index("after: Errors") < page.shown.index("The whole dashboard")
    )


def test_a_panel_that_is_only_pushed_down_is_not_marked():
    first, *rest = DASHBOARD.widgets
    [board] = redrawn(report((with_widgets(*rest, first),)))
    assert dict(board.marks) == {}


def test_a_new_and_a_removed_dashboard_have_one_side():
    [added] = redrawn(report((TINY,), before=(tiny(dashboards=()),)))
    [removed] = redrawn(report((tiny(dashboards=()),)))
    assert (added.before, removed.after) == (None, None)
    assert added.pairs == removed.pairs == []
    assert "There was none." in Read(html(report((TINY,), before=(tiny(dashboards=()),)))).shown


def test_a_renamed_dashboard_is_not_another_one():
    renamed = tiny(dashboards=(dataclasses.replace(DASHBOARD, name="first", was="main"),))
    assert redrawn(report((renamed,))) == []


def test_without_a_change_that_is_all_that_the_page_says():
    page = sound(html(report((TINY,))))
    assert page.shown.endswith("Monitoring review No changes prod and staging")


def test_data_that_is_not_sample_is_not_marked_as_such():
    def real(panel, _stack):
        return Drawn(panel, (Line(panel.title, ((-60, 0.2), (0, 0.3))),), mark="")

    declares = {
        "prod": [Scope(tiny(dashboards=(dataclasses.replace(DASHBOARD, widgets=DASHBOARD.widgets[3:4]),)), PRODUCTION)]
    }
    page = sound(catalogue(declares, OUT, real))
    assert page.classes("panel")
    assert page.classes("sample") == []


def test_every_colour_is_defined_for_both_themes():
    style = (ROOT / "review/drawn/templates/page.css").read_text(encoding="utf-8")
    defined = dict(re.findall(r"^  (--[\w-]+): (.*);$", style.partition("}")[0], re.MULTILINE))
    colours = {name: value for name, value in defined.items() if name != "--bar"}
    assert len(colours) > 12
    for name, value in colours.items():
        light, dark = re.fullmatch(r"light-dark\((#\w{6}), (#\w{6})\)", value).groups()
        assert light != dark, name
    given = {"--x", "--y", "--w", "--h", "--columns", "--row", "--colour"}
    assert {*re.findall(r"var\((--[\w-]+)\)", style)} <= {*defined} | given
    assert re.findall(r"#[0-9a-f]{3,6}\b", style.partition("}")[2]) == []


@pytest.mark.parametrize("theme", [0, 1])
def test_texts_have_enough_contrast_in_both_themes(theme):
    style = (ROOT / "review/drawn/templates/page.css").read_text(encoding="utf-8")
    found = {name: pair[theme] for name, *pair in re.findall(r"--(\w+): light-dark\(#(\w+), #(\w+)\)", style)}
    for name in ("text", "quiet", "link", "bad", "warn", "good", "info"):
        for ground in ("card", "page"):
            assert _contrast(found[name], found[ground]) >= 4.5, (name, ground)
    for number in range(6):
        assert _contrast(found[f"c{number}"], found["card"]) >= 3


def _contrast(one, other):
    """As WCAG 2 defines it."""

    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_page_forbids_every_script_but_its_own(everything):
    script = re.search(r"<script>(.*?)</script>", everything[1], re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(given["content"] for tag, given in Read(everything[1]).elements if given.get("http-equiv"))
    assert policy.startswith(f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'")


def test_the_page_is_usable_by_keyboard(read):
    tags = [(tag, given) for tag, given in read.elements if tag in ("a", "input", "button", "main", "label")]
    assert tags[0][1]["class"] == "skip"
    assert tags[0][1]["href"] == "#main"
    assert ("label", {"for": "search"}) in tags
    assert any(given.get("id") == "main" and given.get("tabindex") == "-1" for _, given in tags)


def test_the_command_writes_the_catalogue_where_it_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["catalogue", "--out", str(tmp_path / "deep" / "all.html")])
    monkeypatch.setattr(command, "recorded", lambda *_, **__: None)
    monkeypatch.setattr(command, "_played", lambda _: (sample, ""))
    command.main()
    sound((tmp_path / "deep" / "all.html").read_text(encoding="utf-8"))
    assert "all.html holds every product in prod and staging" in capsys.readouterr().out


def test_a_product_that_is_refused_ends_the_catalogue_with_its_problem(copy):
    copy.edit("stacks/tikit.py", "at_least=times(50)).above(percent(5))", "at_least=times(50)).above(percent(-5))")
    result = copy.run("review.catalogue")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "is negative, which no measurement is" in result.stderr
    assert not (copy.root / "build").exists()


def test_the_review_is_written_as_text_and_as_a_page(tmp_path, monkeypatch, capsys):
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"steps": []}), encoding="utf-8")
    stack = stack_of("prod", (TINY,), (TINY,))
    monkeypatch.setattr(review_command, "read_plan", lambda *_: Plan("prod", ()))
    monkeypatch.setattr(review_command, "of_plan", lambda *_: stack)
    monkeypatch.setattr(sys, "argv", ["review", "--plan", str(plan), "--out", str(tmp_path / "review.md")])
    review_command.main()
    assert "No changes" in Path(tmp_path / "review.md").read_text(encoding="utf-8")
    assert "No changes" in sound((tmp_path / "review.html").read_text(encoding="utf-8")).shown
    assert "review.md, drawn in" in capsys.readouterr().out


def test_the_screenshot_in_the_readme_is_small():
    assert (ROOT / "docs" / "catalogue.png").stat().st_size < 300_000
