"""What mypy reads of the vendors' SDKs is what these are."""

import pytest

from sdks import typings


def test_the_stubs_are_those_of_what_is_used_and_of_the_installed_sdks():
    wanted = typings.stubs()
    assert {path: path.read_text("utf-8") for path in typings.STUBS.rglob("*.pyi")} == wanted, "run `make typings`"


def test_an_argument_whose_nested_type_nothing_builds_is_left_out():
    text = typings.stub("pulumi_datadog", {"DowntimeSchedule"})
    assert "display_timezone: pulumi.Input[str | None] = ...," in text
    assert "one_time_schedule" not in text


def test_a_class_that_the_sdk_does_not_have_is_named():
    with pytest.raises(LookupError, match="pulumi_datadog has no Monitr"):
        typings.stub("pulumi_datadog", {"Monitr"})
