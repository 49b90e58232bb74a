"""A report that is handed over is the same one; anything else is refused in a line."""

import json
import re

import pytest

from review.handed import HandedError, handed, read_handed
from review.markdown import markdown
from tests.review.compared import MONITOR, of_vendor, replaced, report, tiny
from tests.tiny import TINY


def changed():
    """A removed alert, a changed resource and one that goes with its data."""
    resources = [
        of_vendor("update", MONITOR, "tiny-loss", {"query": "a"}, {"query": "b", "key": "[secret]"}),
        of_vendor("delete", "sentry:index/project:Project", "tiny-old", {"name": "x"}, protected=True),
    ]
    return report((tiny(alerts=replaced(TINY.alerts, "loss", name="other", was="loss")[:-1]),), resources=resources)


def test_it_is_the_same_report():
    before = changed()
    after = read_handed(handed(before))
    assert markdown(after) == markdown(before)
    assert after.agreement() == before.agreement() != ""
    assert [after.lost(stack.name).keys() for stack in after.stacks] == [
        before.lost(stack.name).keys() for stack in before.stacks
    ]


def test_what_goes_in_one_stack_has_the_same_hash_in_a_report_on_that_stack_alone():
    after = (tiny(alerts=TINY.alerts[1:]),)
    both, one = report(after), report(after, stacks=("staging",))
    assert one.lost("staging").keys() == both.lost("staging").keys()
    assert one.lost("staging").keys()
    assert one.agreement() != both.agreement()


def test_a_stack_that_is_gone_is_said_there_too():
    data = json.loads(handed(changed()))
    data["gone"] = ["old"]
    assert "Pulumi.old.yaml is gone" in markdown(read_handed(json.dumps(data)))


def edited(change):
    data = json.loads(handed(changed()))
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "isn't a report"),
        ("[]", "isn't a report"),
        ("[" * 100_000, "isn't a report"),
        ('{"monitoring-review": 2}', "a different version"),
        (edited(lambda data: data.pop("stacks")), "isn't a report"),
        (edited(lambda data: data["stacks"].extend(data["stacks"] * 9)), "more than 10 stacks"),
        (edited(lambda data: data["stacks"][0].update(name=7)), "isn't a text"),
        (edited(lambda data: data["stacks"][0]["steps"][0].update(op="<b>")), "'<b>' is not what becomes"),
        (edited(lambda data: data["stacks"][0]["steps"][0].update(before=[])), "isn't a map"),
        (edited(lambda data: data["stacks"][0]["after"].update(products={"tiny": {"alert": {"x": 1}}})), "isn't a map"),
        (edited(lambda data: data.update(gone="prod")), "isn't a text"),
    ],
)
def test_anything_else_is_refused_in_a_line(text, said):
    with pytest.raises(HandedError, match=said) as refused:
        read_handed(text)
    assert "\n" not in str(refused.value)


def test_a_link_in_a_forged_report_is_text():
    def forge(data):
        settings = data["stacks"][0]["after"]["environment"]
        settings["suffix"] = "https://evil.example/ @everyone <img src=x>"
        data["gone"] = ["x](https://evil.example) @everyone"]

    text = markdown(read_handed(edited(forge)))
    outside = "".join(text.split("`")[::2])
    assert "evil" in text
    assert "evil" not in outside
    assert "@everyone" not in outside


@pytest.mark.parametrize(
    "forged", ["GH-12", "gh-12 x", "a5c3785ed8d6a35868bc169f07e40e889087fd2e", "deadbee", "x_GH-1"]
)
def test_what_github_links_without_a_mark_is_text_in_a_forged_report(forged):
    def forge(data):
        for stack in data["stacks"]:
            stack["name"] = forged
            stack["new"] = [f"datadog:index/{forged}:{forged}"]
            stack["before"]["products"]["tiny"][forged] = {"one": {"size": "1"}}
            stack["after"]["products"]["tiny"][forged] = {"one": {"size": "2", forged: "3"}}
            stack["after"]["products"]["tiny"]["alert"]["down"][forged] = "4"
        data["gone"] = [forged]

    text = markdown(read_handed(edited(forge)))
    assert text.count(forged) > 4
    outside = re.sub(r"^(`{3,})diff\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    outside = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", outside)
    assert forged not in outside
