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


def test_importing_it_leaves_python_as_it_was():
    program = (
        "import builtins, gc, pulumi\n"
        "before = builtins.__build_class__, pulumi.input_type, pulumi.output_type, gc.isenabled()\n"
        "import components.datadog.sdk\n"
        "assert before == (builtins.__build_class__, pulumi.input_type, pulumi.output_type, gc.isenabled())\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_whoever_imports_the_whole_sdk_first_is_told_where_to_import_it_from():
    program = "import sys; sys.modules['pulumi_datadog.outputs'] = sys; import components.datadog.sdk"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode
    assert "import `datadog` from there" in ran.stderr
