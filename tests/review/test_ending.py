"""A command ends with its code, and without a traceback when nobody waits for it any more."""

import os
import signal
import subprocess
import sys
import time

import pytest

from review.ending import ended
from tests.conftest import ROOT


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (3, 3)])
def test_the_code_is_the_commands(returned, code):
    with pytest.raises(SystemExit) as end:
        ended(lambda: returned)
    assert end.value.code == code


def run(command, **options):
    code = f"from review.ending import ended\n{command}"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True, **options)


def test_a_reader_that_has_seen_enough_is_no_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    process = run("ended(lambda: print('x' * 100_000))", stdout=writing)
    os.close(writing)
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 1


def test_ctrl_c_is_a_word_and_the_code_that_shells_know():
    wait = "import time\ndef main():\n    print('here', flush=True)\n    time.sleep(60)\nended(main)"
    process = run(wait, stdout=subprocess.PIPE)
    assert process.stdout.readline() == "here\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == "interrupted\n"
    assert process.returncode == 130


@pytest.mark.parametrize(
    "module", ["delivery", *(f"pipelines.{name}" for name in ("comment", "deploy", "drift", "live"))]
)
def test_the_commands_of_delivery_and_of_the_workflows_end_so(module):
    path = ROOT / module.replace(".", "/")
    path = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    assert path.read_text(encoding="utf-8").rpartition('if __name__ == "__main__":\n')[2].startswith("    ended(")
