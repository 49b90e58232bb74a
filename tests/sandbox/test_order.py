"""Names that change on a live stack, with Pulumi's own engine: what is deleted first, and what that breaks."""

from __future__ import annotations

import json

PROGRAM = """
import json
from pathlib import Path
import pulumi

class Resource(pulumi.CustomResource):
    pass

said = json.loads(Path(__file__).with_name("resources.json").read_text())
first = pulumi.ResourceOptions(delete_before_replace=said["first"])
folder = Resource("grafana:oss/folder:Folder", "folder", {"title": "F", "uid": said["folder"]})
point = Resource(
    "grafana:alerting/contactPoint:ContactPoint",
    "point",
    {"name": said["point"], "emails": [{"addresses": ["a@a.example"]}]},
    opts=first,
)
timing = Resource(
    "grafana:alerting/muteTiming:MuteTiming", "timing", {"name": said["timing"]}, opts=first
)
rule = {
    "name": "r",
    "condition": "A",
    "datas": [{"refId": "A", "datasourceUid": "x", "model": "{}", "relativeTimeRange": {"from": 600, "to": 0}}],
    "notificationSettings": {"contactPoint": said["point"], "muteTimings": [said["timing"]]},
}
Resource(
    "grafana:alerting/ruleGroup:RuleGroup",
    "group",
    {"name": "g", "folderUid": said["folder"], "intervalSeconds": 60, "rules": [rule]},
    opts=pulumi.ResourceOptions(depends_on=[folder, point, timing]),
)
"""
NAMES = {"folder": "f", "point": "ops", "timing": "night", "first": None}


def test_names_change_on_a_live_stack_only_where_the_old_ones_are_not_deleted_first(project):
    project.program(PROGRAM)

    def up(answer="", **changes):
        (project.directory / "resources.json").write_text(json.dumps({**NAMES, **changes}))
        return project.run("up", DELETE=answer)

    ran = up()
    assert ran.code == 0, ran
    # Contact points and mute timings are deleted before they are replaced, while the rule still names them.
    ran = up(point="other")
    assert ran.code == 1, ran
    assert "contact point 'ops' is currently used by the rule group group" in ran.text
    ran = up(point="other", timing="day", first=False)
    assert ran.code == 0, ran
    assert {"0:other", "0:day"} <= set(project.vendor_ids())
    assert not {"0:ops", "0:night"} & set(project.vendor_ids())
    # A folder is made anew before the old one goes, and its group moves.
    ran = up("yes", point="other", timing="day", first=False, folder="g")
    assert ran.code == 0, ran
    assert {"0:g", "0:g:g"} <= set(project.vendor_ids())
    assert not {"0:f", "0:f:g"} & set(project.vendor_ids())
