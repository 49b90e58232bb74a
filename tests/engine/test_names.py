"""A suffix, a product's title and an environment's name are changed on a live stack: an `up`, and then no more."""

import pytest

from tests.engine.sandbox import CHANGED, Sandbox, project


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, engine):
    made = Sandbox(project(tmp_path_factory))
    # One product that keeps its metrics at Grafana: replacing it all takes its time.
    made.copy.edit("Pulumi.staging.yaml", "    protect: false", "    protect: false\n    products: [clipforge]")
    made("up")
    return made


def names(sandbox, kind):
    """The ids at Grafana of all resources of a type."""
    return {identity for _, identity in sandbox.at_vendors("select type, id from resources where type = ?", kind)}


def applied(sandbox):
    """Whether an `up` works, and a preview after it finds nothing to do."""
    sandbox("up")
    return not CHANGED.search(sandbox("preview"))


def test_1_a_product_s_title_and_an_environment_s_name_are_changed_in_place(sandbox):
    before = names(sandbox, "grafana:alerting/ruleGroup:RuleGroup")
    sandbox.copy.edit("stacks/clipforge.py", '    "ClipForge",\n', '    "Clip Forge",\n')
    sandbox.copy.edit("Pulumi.staging.yaml", "name: staging", "name: staging-eu")
    sandbox.copy.edit("stacks/clipforge.py", '"staging": {', '"staging-eu": {')
    assert applied(sandbox)
    assert names(sandbox, "grafana:alerting/ruleGroup:RuleGroup") == before


def test_2_a_suffix_is_changed_and_with_it_every_name_that_rules_refer_to(sandbox, monkeypatch):
    # Folders are replaced, and what people have saved in them is asked about.
    monkeypatch.setenv("DELETE", "yes")
    sandbox.copy.edit("Pulumi.staging.yaml", "suffix: -staging", "suffix: -stage")
    assert applied(sandbox)
    for kind in ("alerting/ruleGroup:RuleGroup", "alerting/contactPoint:ContactPoint", "oss/folder:Folder"):
        found = names(sandbox, f"grafana:{kind}")
        assert found
        assert all(identity.endswith("-stage") for identity in found), kind


def test_3_an_alert_that_is_inserted_leaves_its_neighbours_alone(sandbox):
    sandbox.copy.edit(
        "stacks/clipforge.py",
        "PERFORMANCE = (\n",
        'PERFORMANCE = (\n    Alert("a-first-one", WARNING, when=Mean(HEALTH_TIME).over(minutes(5)).above(seconds(9)),'
        ' summary="Over {threshold}", runbook="Look.", rows="CLF-08"),\n',
    )
    changed = sandbox.changes()
    assert "clipforge-rule-a-first-one" in changed
    assert {name for name in changed if "-rule-" in name} == {"clipforge-rule-a-first-one"}
