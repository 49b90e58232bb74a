"""The runbook for a live stack names commands that this version of the CLI has, and pages and headings that exist."""

import re
import subprocess

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
COMMANDS = re.findall(r"\bpulumi ((?:stack |state |config )?[a-z][a-z-]+)([^\n#]*)", BLOCKS)
# What an engineer may have to deal with: one section each.
CASES = (
    "A killed run",
    "A lost answer",
    "A vendor outage during a run",
    "Drift: changed by hand",
    "Protected resources",
    "Rename",
    "The wrong account",
    "Rotate a secret",
    "Restore a state",
)


def test_there_is_a_section_with_something_to_type_for_each_case():
    sections = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE))
    assert set(CASES) < set(sections)
    assert not [case for case in CASES if "pulumi " not in sections[case]]


def test_every_flag_of_every_command_is_known_to_the_cli(engine):
    flags = {}
    for command, arguments in COMMANDS:
        flags.setdefault(command, set()).update(re.findall(r"(?<=\s)--[a-z-]+", arguments))
    assert len(flags) > 10
    for command, used in flags.items():
        ask = [str(engine.command), *command.split(), "--help"]
        ran = subprocess.run(ask, capture_output=True, text=True, timeout=30, check=False)
        usage = re.search(r"Usage:\n\s+pulumi ([a-z -]+?)(?= \[|\n| <)", ran.stdout)
        assert usage, command
        assert usage[1].startswith(command), command
        assert used <= set(re.findall(r"--[a-z-]+", ran.stdout)), command


def test_its_links_lead_somewhere():
    headings = {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")
        for title in re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings, target
        else:
            assert (ROOT / "docs" / target).is_file(), target
