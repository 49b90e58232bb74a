"""What Grafana refuses about rule groups because of what else exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.vendors.grafana_facts import API, CONTACT_POINT, DEFAULT_CONTACT_POINT, FOLDER, MUTE_TIMING, RULE_GROUP
from sandbox.vendors.model import read_in, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.vendors.account import Account, Row
    from sandbox.vendors.model import AccountRule, DeleteRule
    from sandbox.vendors.values import Inputs


def folder_exists(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a rule group or dashboard is in a folder that exists."""
    uid = inputs.get("folderUid") or inputs.get("folder")
    uid = str(uid).rpartition(":")[2] if uid else None
    if uid and all(row.id.rpartition(":")[2] != uid for row in account.all(FOLDER)):
        yield f"[404] folder not found: there is no folder with uid {uid!r}"


def rule_uids_are_free(inputs: Inputs, account: Account) -> Iterator[str]:
    """No rule of another group has the same uid: it is unique in the organisation."""
    wanted = {uid for _, uid in walk(inputs, "rules[].uid")}
    for row in account.all(RULE_GROUP):
        if row.id == inputs.get("id"):
            continue
        for uid in sorted(wanted & {uid for _, uid in walk(row.inputs, "rules[].uid")}):
            yield f"[409] conflict: alert rule uid {uid!r} is already used in the group {row.name}"


def receivers_exist(inputs: Inputs, account: Account) -> Iterator[str]:
    """Check that a rule notifies a contact point that exists, and is muted by timings that exist."""
    points = {str(row.inputs["name"]) for row in account.all(CONTACT_POINT)} | {DEFAULT_CONTACT_POINT}
    timings = {str(row.inputs["name"]) for row in account.all(MUTE_TIMING)}
    for place, settings in walk(inputs, "rules[].notificationSettings"):
        point = settings.get("contactPoint")
        if point is not None and point not in points:
            yield f"{place}.contactPoint: [400] invalid notification settings: contact point {point!r} does not exist"
        for kind in ("muteTimings", "activeTimings"):
            for timing in sorted(set(settings.get(kind) or []) - timings):
                yield f"{place}.{kind}: [400] invalid notification settings: time interval {timing!r} does not exist"


def no_rule_notifies_it(row: Row, account: Account) -> Iterator[str]:
    """Check that a contact point that a rule notifies stays."""
    for group in account.all(RULE_GROUP):
        path = "rules[].notificationSettings.contactPoint"
        if any(value == row.inputs["name"] for _, value in walk(group.inputs, path)):
            used = f"contact point {row.inputs['name']!r} is currently used by the rule group {group.name}"
            yield f"[409] {used}; change or delete that first"


ACCOUNT_RULES: tuple[AccountRule, ...] = (
    *read_in(f"{API}/provisioning/alert_rules.go, ensureNamespace", folder_exists),
    *read_in(f"{API}/store/alert_rule.go, ErrAlertRuleConflict", rule_uids_are_free),
    *read_in(f"{API}/notifier/validation.go", receivers_exist),
)
CONTACT_POINT_DELETE_RULES: tuple[DeleteRule, ...] = read_in(
    f"{API}/provisioning/contactpoints.go, DeleteContactPoint", no_rule_notifies_it
)
