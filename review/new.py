"""Writes a new product that holds to every rule: `python -m review.new shop`. What it starts from is starter.py."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from components.catalogue import load_products, scopes
from components.judging import judged
from components.ownership import read_stacks
from components.problems import InvalidDeclarationError, Problem
from components.program import refusals
from components.rules.quotas import executions_over_budget
from components.stackfile import others, stacks
from components.vocabulary.forms import FORMS
from components.vocabulary.product import LONGEST_NAME
from components.vocabulary.words import title
from review.docs import documents_of, write
from review.recorder import ROOT

STARTER = Path(__file__).with_name("starter.py")
# How often its check runs: the first of these that the stack files have a budget for; starter.py has the first of all.
INTERVALS = ("minutes(5)", "minutes(10)", "minutes(15)", "minutes(30)", "hours(1)")
URLS = re.compile(r"    urls=\{\n.*?\n    \},\n", re.DOTALL)


def started(name: str, environments: dict[str, str], interval: str) -> str:
    """The text of a product file. `environments`: the suffix of each, production's is empty."""
    text = STARTER.read_text(encoding="utf-8")
    sites = (
        f'        "{environment}": {{"api": "https://api.{suffix[1:] + "." if suffix else ""}{name}.example"}},\n'
        for environment, suffix in environments.items()
    )
    text = re.sub(r"\bshop\b", name, re.sub(r"\bShop\b", title(name), text))
    text = text.replace(f"every={INTERVALS[0]}", f"every={interval}")
    text = URLS.sub(lambda _: f"    urls={{\n{''.join(sites)}    }},\n", text)
    formatted = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--quiet", "-"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=True,
    )
    return formatted.stdout


def _unusable(name: str, path: Path) -> Iterator[Problem]:
    pattern, why, instead = FORMS["Slug"]
    if not re.fullmatch(pattern, name, re.ASCII):
        yield Problem("PRODUCT", name, why, f"{instead}, such as shop or print-shop")
    elif len(name) > LONGEST_NAME:
        yield Problem("PRODUCT", name, "begins every name in the vendors.", f"at most {LONGEST_NAME} characters")
    elif path.exists():
        yield Problem("PRODUCT", name, f"has a file already, stacks/{path.name}.", "another name, or edit that file")


def _refused(name: str, project: Path) -> Iterator[Problem]:
    """What the program would say of the new product, in any stack."""
    yield from load_products(project / "stacks")[1]
    for stack in stacks(project):
        for scope in scopes(stack, project):
            if scope.product.name == name:
                yield from refusals(scope)


def _breaking(project: Path) -> list[Problem]:
    """What breaks a rule, in any stack, with the new product beside the others."""
    declared, _ = read_stacks(project, load_products(project / "stacks")[0])
    return list(judged(declared, datetime.now(UTC).date()))


def create(name: str, project: Path = ROOT) -> list[Path]:
    """Write the product and its documents. Raises InvalidDeclarationError, and leaves nothing, where that can't be."""
    path = project / "stacks" / f"{name.replace('-', '_')}.py"
    problems = list(_unusable(name, path)) or load_products(project / "stacks")[1]
    if problems:
        raise InvalidDeclarationError(problems)
    environments = {str(written.get("name")): str(written.get("suffix")) for _, written in others(project, "")}
    for interval in INTERVALS:
        path.write_text(started(name, environments, interval), encoding="utf-8")
        sys.modules.pop(f"stacks.{path.stem}", None)  # what it said with another interval
        breaking = _breaking(project)
        if all(problem.rule != executions_over_budget.id for problem in breaking):
            break
    problems = [*_refused(name, project), *breaking]
    if problems:
        path.unlink()
        raise InvalidDeclarationError(problems)
    (product,) = [each for each in load_products(project / "stacks")[0] if each.name == name]
    return [*write(documents_of(product)), path]


def main() -> None:
    """Create it and say what comes next; end with 1 and every reason where it can't be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("product", help="the product's name: lower case words joined by hyphens")
    try:
        made = create(parser.parse_args().product)
    except InvalidDeclarationError as error:
        sys.exit("\n".join(["No product was written:", *(f"  {problem}" for problem in error.problems)]))
    for path in made:
        print(path.relative_to(ROOT))
    print(f"\n`make check` accepts it. Next: change what the comments in {made[-1].name} name; then `make docs`.")


if __name__ == "__main__":
    main()
