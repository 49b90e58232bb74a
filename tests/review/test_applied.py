"""What a base declares is read from the plan against it, as if its program had been recorded."""

import json
import re

from review.applied import applied
from review.recorder import Declared, Recording
from review.steps import Plan, Step, read_plan
from sandbox.vendors import datadog_facts as facts
from tests.review.compared import MONITOR, urn


def step(resource, identity="", op="same", name=""):
    old = urn(resource.type, resource.name)
    at = urn(resource.type, name) if name else old
    above, inputs = urn("a:b:c", resource.parent), resource.inputs
    return Step(op, at, resource.type, inputs, inputs, above, old, id=identity)


def _as_the_vendor_has_it(recording):
    """Steps with ids as vendors give them, wherever a recording has `NAME-id`."""
    named = [each for each in recording.resources if each.type in (facts.MONITOR, facts.SLO)]
    ids = {
        f"{each.name}-id": f"{number:032x}" if each.type == facts.SLO else str(4000 + number)
        for number, each in enumerate(named)
    }
    longest = sorted(ids, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest)))

    def put_in(value):
        if isinstance(value, dict):
            return {key: put_in(part) for key, part in value.items()}
        if isinstance(value, list):
            return [put_in(part) for part in value]
        return pattern.sub(lambda found: ids[found[0]], value) if isinstance(value, str) else value

    for each in recording.resources:
        yield step(each._replace(inputs=put_in(each.inputs)), ids.get(f"{each.name}-id", ""))


def test_ids_are_names_again_as_in_a_recording_of_the_program(recordings):
    there = recordings["prod"]
    steps = tuple(_as_the_vendor_has_it(there))
    assert [each.before for each in steps] != [each.inputs for each in there.resources]
    assert applied(Plan("prod", steps)).resources == there.resources


def test_what_is_new_was_not_there_and_what_goes_was():
    old, new = (Declared(MONITOR, name, "tiny-datadog", {"type": "metric alert"}) for name in ("old", "new"))
    plan = Plan("prod", (step(old, "1", "delete"), step(new, "", "create")))
    assert [each.name for each in applied(plan).resources] == ["old"]
    assert applied(Plan("prod", ())) == Recording()


def test_a_renamed_resource_has_the_name_that_it_gets_also_where_it_is_referred_to():
    part = Declared(MONITOR, "was", "tiny-datadog", {"type": "metric alert", "query": "1 > 7"})
    both = Declared(MONITOR, "both", "tiny-datadog", {"type": "composite", "query": "7 && !77 && 8"})
    plan = Plan("prod", (step(part, "7", "update", "is"), step(both, "9")))
    found = {each.name: each.inputs["query"] for each in applied(plan).resources}
    assert found == {"is": "1 > 7", "both": "is-id && !77 && 8"}


def test_a_preview_says_what_the_vendor_knows_each_resource_by():
    state = {"urn": urn(MONITOR, "down"), "type": MONITOR, "id": "42", "inputs": {}}
    one = {"op": "same", "urn": state["urn"], "oldState": state, "newState": state}
    both = [{**one, "op": op} for op in ("create-replacement", "delete-replaced")]
    for steps in ([one], both):
        (found,) = read_plan(json.dumps({"steps": steps}), "here").steps
        assert found.id == "42"
