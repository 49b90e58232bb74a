"""The products that stacks/ declares: being a file there is all the registration there is."""

from __future__ import annotations

import difflib
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from enum import EnumMeta
from importlib import import_module
from pathlib import Path
from types import ModuleType

from components import vocabulary
from components.clashes import clashes
from components.environment import Environment
from components.needs import read_needs
from components.problems import MISSING, InvalidDeclarationError, Problem, collecting, nearest
from components.scope import Scope
from components.stackfile import others, stack_file
from components.vocabulary.alerts import Alert
from components.vocabulary.checks import Check
from components.vocabulary.dashboards import Dashboard
from components.vocabulary.metrics import Metric, Service
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Receiver, Severity
from components.vocabulary.product import Product
from components.vocabulary.renames import strange
from components.vocabulary.words import Broken

STACKS = Path(__file__).resolve().parents[1] / "stacks"


def load_products(folder: Path) -> tuple[list[Product], list[Problem]]:
    """Every product that a file in the folder declares, and everything that is wrong with the others."""
    products: list[Product] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.py")):
        if path.stem == "__init__":
            continue
        with collecting() as found:
            product = _load(path, found)
        if found:
            sys.modules.pop(f"{folder.name}.{path.stem}", None)
        for problem in found:
            problem.product = problem.product or path.stem.replace("_", "-")
        problems += found
        if product and not found:
            products.append(product)
            problems += _unused(product, sys.modules[f"{folder.name}.{path.stem}"])
    for page in sorted(folder.glob("*.md")):
        problems += read_needs(page)[1]
        if not page.with_suffix(".py").exists():
            why = f"belongs to no product, as there is no {page.stem}.py: its needs would be in no contract."
            stems = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]
            instead = f"{nearest(page.stem, stems)}.md"
            problems.append(Problem("", page.name, why, instead, product=page.stem.replace("_", "-")))
    return products, [*problems, *strange(products), *clashes(products, _suffixes(folder.parent))]


def _suffixes(project: Path) -> list[str]:
    """The suffixes of all environments, while their files can be read; what is wrong in them is told elsewhere."""
    found = {""}
    with suppress(InvalidDeclarationError):
        for _, written in others(project, ""):
            suffix = written.get("suffix")
            found |= {suffix} if isinstance(suffix, str) else set()
    return sorted(found)


def _load(path: Path, found: list[Problem]) -> Product | None:
    try:
        product = getattr(import_module(f"{path.parent.name}.{path.stem}"), "PRODUCT", None)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a file raises is its problem, and told as such
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        at = f"{path.name}:{line}" if line else path.name
        why = f"can't be imported: {type(error).__name__}: {error}"
        shows = f"`python -c 'import {path.parent.name}.{path.stem}'` shows the whole error"
        instead = _meant(error) or f"a file that Python can import; {shows}"
        found.append(Problem("", MISSING, why, instead, line=at))
        return None
    if isinstance(product, Broken):
        found += [problem for problem in product.found if problem not in found]
        return None
    if not isinstance(product, Product):
        found.append(Problem("PRODUCT", MISSING, "is missing, so the file declares nothing.", "PRODUCT = Product(…)"))
        return None
    for name, other in vars(sys.modules[f"{path.parent.name}.{path.stem}"]).items():
        if isinstance(other, Product) and other is not product:
            why = "would be left out: a file declares only the product it calls PRODUCT."
            found.append(Problem(name, other.name, why, f"a file of its own, {other.file}"))
    if product.file != f"stacks/{path.name}":
        why = f"belongs in {product.file}, where its alerts say that it is declared."
        found.append(Problem("name", product.name, why, path.stem.replace("_", "-")))
    return product


def _meant(error: BaseException) -> str:
    """The name that was probably meant, as Python's own hint is only in what it prints: `Unit.MILLISECONDS`."""
    if isinstance(error, NameError) and error.name:
        near = difflib.get_close_matches(error.name, vocabulary.__all__, n=1)
        return near[0] if near else f"a name that is defined above, or a word of docs/vocabulary.md, for {error.name}"
    if isinstance(error, AttributeError) and error.name and error.obj is not None:
        names = [each for each in dir(error.obj) if not each.startswith("_")]
        members = list(error.obj.__members__) if isinstance(error.obj, EnumMeta) else names
        near = difflib.get_close_matches(error.name, members, n=1)
        return near[0] if near else f"one of {', '.join(members)}"
    return ""


def _unused(product: Product, file: ModuleType) -> Iterator[Problem]:
    """What a file names and no part of the product uses: it would be left out without anybody noticing."""
    used: set[object] = {*product.metrics, *product.services, *product.checks, *product.receivers}
    listed = {id(each) for each in (*product.severities, *product.objectives, *product.alerts, *product.dashboards)}
    reads = "an alert, objective or dashboard that reads it"
    parts = ((name, part) for name, value in vars(file).items() for part in _parts(value))
    for name, value in parts:
        match value:
            case Metric():
                missing, instead = value.declared not in used, f"{reads}, or also_emits=({name},)"
            case Service():
                missing, instead = value not in used, reads
            case Check():
                missing, instead = value not in used, "an alert on it"
            case Receiver():
                missing, instead = value not in used, "a severity or an alert that notifies it"
            case Severity() | Objective() | Alert() | Dashboard():
                missing, instead = id(value) not in listed, "**named_in(globals()), or a place in the product's lists"
            case _:
                continue
        if missing:
            why = "isn't used, so it wouldn't be declared."
            yield Problem(name, value.name, why, instead, product=product.name)


def _parts(value: object) -> Iterator[object]:
    """A value, or what stands in it."""
    match value:
        case tuple() | list() | set() | frozenset():
            yield from value
        case Mapping():
            yield from value.values()
        case _:
            yield value


def scopes_of(environment: Environment, products: Sequence[Product]) -> tuple[Scope, ...]:
    """The products that a stack declares: all, or those that its `products` names."""
    chosen = environment.products
    return tuple(Scope(product, environment) for product in products if chosen is None or product.name in chosen)


def unknown_products(environment: Environment, products: Sequence[Product], file: str) -> Iterator[Problem]:
    """Names in `products` that no file declares: they would be left out without anybody noticing."""
    known = [product.name for product in products]
    for name in environment.products or ():
        if name not in known:
            yield Problem("products", name, "isn't a product in stacks/.", nearest(name, known), file)


def scopes(stack: str, project: Path) -> tuple[Scope, ...]:
    """What a stack of the project declares, by its file; nothing while that or a product can't be read."""
    file = stack_file(project, stack)
    try:
        environment = Environment.parse(file.get("monitoring:environment"), file.name)
    except InvalidDeclarationError:
        return ()
    return scopes_of(environment, load_products(project / "stacks")[0])
