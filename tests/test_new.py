"""`make new` writes a product that needs no other edit, or says why it can't and leaves nothing behind."""

import re
import shutil
import subprocess

import pytest

from components.problems import InvalidDeclarationError
from components.stackfile import others
from review.new import create
from tests.conftest import ROOT, budget

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def written(copy):
    return {path.relative_to(copy.root) for path in copy.root.rglob("*print*shop*") if "__pycache__" not in path.parts}


@pytest.mark.parametrize("name", ["shop", "print-" * 3 + "shop"])
def test_a_new_product_is_a_file_and_its_two_documents(copy, name):
    """A longer name moves line breaks."""
    shutil.copy(ROOT / "pyproject.toml", copy.root)
    result = copy.run("review.new", name)
    assert result.returncode == 0, result.stderr
    file = f"stacks/{name.replace('-', '_')}.py"
    made = [f"docs/application-contract/{name}.md", f"docs/runbooks/{name}.md", file]
    assert result.stdout.splitlines()[:3] == made
    assert all((copy.root / each).is_file() for each in made)
    assert copy.run("ruff", "check", file).returncode == 0
    assert copy.run("ruff", "format", "--check", file).returncode == 0
    text = (copy.root / file).read_text("utf-8")
    assert all(f'"{each["name"]}": {{' in text for _, each in others(copy.root, ""))
    assert copy.run("review.trace").returncode == 0


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tikit", "'tikit' has a file already, stacks/tikit.py.\n      Write instead: another name, or edit that file"),
        ("a-lo-cubano", "'a-lo-cubano' has a file already, stacks/a_lo_cubano.py."),
        (
            "Print_Shop",
            "'Print_Shop' can't be part of ids and links.\n      Write instead: lower case words joined by hy",
        ),
        ("../print-shop", "'../print-shop' can't be part of ids and links."),
        ("print-shop" * 4 + "s", "begins every name in the vendors.\n      Write instead: at most 40 characters"),
    ],
)
def test_a_name_that_cannot_be_had_is_refused(copy, name, why):
    with pytest.raises(InvalidDeclarationError) as caught:
        create(name, copy.root)
    assert str(caught.value).startswith("`PRODUCT`: ")
    assert why in str(caught.value)
    assert not written(copy)


def test_nothing_is_left_of_a_product_that_the_program_would_refuse(copy):
    copy.edit("Pulumi.staging.yaml", budget("staging"), "uptime-executions-per-month: 49500")
    copy.edit("stacks/clipforge.py", '    service="clipforge-api",', '    service="print-shop-backend",')
    result = copy.run("review.new", "print-shop")
    assert result.returncode == 1
    assert result.stderr.startswith("No product was written:\n  ")
    assert "Traceback" not in result.stderr
    assert "`uptime-executions-per-month`: 49500 is exceeded" in result.stderr
    assert "print-shop-backend" in result.stderr
    assert not written(copy)


def test_nothing_is_written_while_another_product_is_wrong(copy):
    copy.write("stacks/odd.py", "PRODUCT = None\n")
    result = copy.run("review.new", "print-shop")
    assert result.returncode == 1
    assert "odd, `PRODUCT`: is missing" in result.stderr
    assert not written(copy)


def test_make_alone_lists_every_command_with_what_it_does():
    listed = subprocess.run(["make", "-C", ROOT], capture_output=True, text=True, check=True).stdout
    names = [line.split()[1] for line in listed.splitlines() if line.startswith("make ")]
    assert "new" in names
    # What may be made and is no file: another target would not run where a file is called like it.
    assert sorted(names) == sorted(set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)))
    assert all(len(line.split()) > 2 for line in listed.splitlines())


def test_a_file_that_is_called_like_a_target_keeps_none_from_running(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "ready").touch()
    for name in re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE):
        (tmp_path / name).touch()
    for name in ("help", "preview", "check", "mutate"):
        told = subprocess.run(["make", "-C", tmp_path, "-n", name], capture_output=True, text=True, check=True).stdout
        assert "up to date" not in told, name


def test_make_new_asks_for_a_name():
    result = subprocess.run(["make", "-C", ROOT, "-n", "new"], capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "PRODUCT is missing: make new PRODUCT=shop" in result.stderr
