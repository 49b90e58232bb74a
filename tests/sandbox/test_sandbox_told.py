"""What preview and up say for people, on the engine: values, what goes first, each refusal once."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.test_sandbox_losses import COMPONENTS, index, monitor

SLOW = "avg(last_5m):avg:errors{*} > "


def declare(project, *resources):
    project.program(COMPONENTS)
    project.declare(*resources)


def slow(limit):
    return monitor("shop-slow", query=f"{SLOW}{limit}", monitorThresholds={"critical": str(limit)})


def test_a_change_is_said_with_its_values_and_in_a_pipe_without_colour(project):
    declare(project, slow(5), monitor("tikit-slow"))
    up = project.run("up", "--told")
    assert up.code == 0, up
    assert "shop\n  + product shop: declared\n  Datadog\n    + monitor: slow\n" in up.out
    assert up.out.endswith("staging: 2 created.\n")
    declare(project, slow(7), monitor("tikit-slow"))
    preview = project.run("preview", "--told")
    assert preview.code == 0, preview
    assert f"~ monitor shop-slow: monitorThresholds.critical 5 -> 7; query {SLOW}5 -> {SLOW}7\n" in preview.out
    assert preview.out.endswith("staging: 1 changed; 1 as they were.\n")
    assert "\x1b[" not in preview.text
    assert "Previewing update" not in preview.out
    other = project.run("preview", "--told", "--product", "tikit")
    assert other.out.endswith("staging: no changes; 1 as they were; 1 more in other products, not shown.\n")
    unknown = project.run("preview", "--told", "--product", "tikitt")
    assert unknown.code == 1
    assert "error: there is no product 'tikitt' in this stack. Write instead: one of shop, tikit\n" in unknown.err
    assert "no changes" not in unknown.text


def test_what_cannot_be_had_back_is_said_first(project):
    declare(project, index("shop"), slow(5))
    assert project.run("up", "--told").code == 0
    declare(project, slow(5))
    preview = project.run("preview", "--told")
    said = preview.out.splitlines()[3:]
    assert said[0] == "This would irrecoverably delete:"
    assert "shop-log-index" in said[2]
    assert preview.text.count("its logs, and its name can't be used again") == 2, "once above, once where it is deleted"
    up = project.run("up", "--told")
    assert up.code == 1
    assert "DELETE=yes" in up.err


def test_a_product_that_is_asked_for_is_told_of_its_own_losses_and_that_others_have_some(project):
    declare(project, index("shop"), index("tikit"), slow(5))
    assert project.run("up", "--told").code == 0
    declare(project, slow(5))
    said = project.run("preview", "--told", "--product", "shop").out.splitlines()[3:]
    assert said[0] == "This would irrecoverably delete:"
    assert "shop-log-index" in said[2]
    assert said[3] == "  more in other products, not shown: tikit"
    assert "tikit-log-index" not in "".join(said)
    whole = project.run("preview", "--told").out
    assert "tikit-log-index" in whole
    assert "more in other products" not in whole


@pytest.mark.parametrize("program", [COMPONENTS, "import pulumi\nraise pulumi.RunError('nothing is right')\n"])
def test_a_first_up_that_is_refused_does_not_say_that_nothing_changes(project, program):
    project.program(program)
    project.declare(monitor("shop-slow", query=f"{SLOW}5", monitorThresholds={"critical": "7"}))
    up = project.run("up", "--told")
    assert up.code == 1
    assert "no changes" not in up.text
    assert "error: " in up.err


def test_a_refusal_is_said_once(project):
    declare(project, monitor("shop-slow", query=f"{SLOW}5", monitorThresholds={"critical": "7"}))
    preview = project.run("preview", "--told")
    assert preview.code == 1
    assert preview.text.count("Alert threshold (7) does not match that used in the query (5).") == 1
    assert preview.err.startswith("error: datadog:index/monitor:Monitor resource 'shop-slow' has a problem: ")
    assert "Traceback" not in preview.text


def test_what_the_program_refuses_is_said_once(project):
    project.program("import pulumi\nraise pulumi.RunError('nothing is right')\n")
    preview = project.run("preview", "--told")
    assert preview.code == 1
    assert preview.text.count("nothing is right") == 1
    assert "no changes" not in preview.text
    assert "the program didn't finish" not in preview.text


def test_one_product_is_exported(project):
    declare(project, slow(5), monitor("tikit-slow"))
    assert project.run("up").code == 0
    export = project.run("export", "--product", "shop")
    names = [one["urn"].rpartition("::")[2] for one in json.loads(export.out)["deployment"]["resources"]]
    assert names == ["shop", "shop-slow"]
    assert project.run("export", "--product", "nothing").code == 1
