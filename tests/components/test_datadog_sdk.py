"""Datadog's SDK is imported in part; what is left out says so, and what is used is real."""

import subprocess
import sys

import pytest

from components.datadog.sdk import datadog


def test_a_type_that_nobody_uses_says_where_to_name_it():
    with pytest.raises(TypeError, match=r"components/datadog/sdk\.py"):
        datadog.DashboardWidgetArgs(layout={})


def test_a_type_that_is_used_checks_its_arguments():
    with pytest.raises(TypeError, match="criticl"):
        datadog.MonitorMonitorThresholdsArgs(criticl="1")


def test_a_name_that_the_sdk_does_not_have_is_an_ordinary_error():
    for name in ("Monitr", "MonitrArgs"):
        with pytest.raises(AttributeError, match=name):
            getattr(datadog, name)


def test_a_function_stays_one_though_its_module_has_the_same_name():
    assert datadog.get_current_user is datadog.get_current_user
    assert callable(datadog.get_current_user)


def test_only_what_is_named_is_imported():
    program = (
        "import sys\n"
        "from components.datadog.sdk import datadog\n"
        "assert datadog.Monitor.__module__ in sys.modules and datadog.slack.Channel\n"
        "assert not {'pulumi_datadog.dashboard', 'pulumi_datadog.pagerduty'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_importing_it_leaves_python_as_it_was():
    program = (
        "import builtins, gc, pulumi\n"
        "before = builtins.__build_class__, pulumi.input_type, gc.isenabled()\n"
        "import components.datadog.sdk\n"
        "assert before == (builtins.__build_class__, pulumi.input_type, gc.isenabled())\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_whoever_imports_the_whole_sdk_first_is_told_where_to_import_it_from():
    program = "import sys; sys.modules['pulumi_datadog'] = sys; import components.datadog.sdk"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode
    assert "import `datadog` from there" in ran.stderr
