"""The engine's steps: what would become of each resource, as `pulumi preview --json` or an event log tells it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Op = Literal["create", "update", "delete", "replace", "same"]

# What the engine calls it, and what becomes of the resource. A replacement is two or three steps; one is enough.
OPS: Mapping[str, Op] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "discard": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "discard-replaced": "replace",
    "same": "same",
    "import": "create",
    "import-replacement": "replace",
    "remove-pending-replace": "delete",
}
RANK: Mapping[Op, int] = {"same": 0, "update": 1, "create": 2, "delete": 3, "replace": 4}
PRODUCT = "monitoring:components:ProductMonitoring"
ACCOUNTS = "monitoring:components:Accounts"
VENDOR = re.compile(r"monitoring:components:(Datadog|Grafana|Sentry)Monitoring")
SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d"  # noqa: S105  # Pulumi's wire format
SECRET = "[secret]"  # noqa: S105
# pulumi/pkg, resource/deploy: deleteProtectedError of step.go, and what step_generator.go says of replacements.
PROTECTED = re.compile(
    r'resource "([^"]+)"(?: as part of replacing "[^"]+")?\s+'
    r"(?:cannot be deleted\s+because it is protected|as it is currently marked for protection)"
)
HOLLOW = re.compile(r"^\s*(?:error: )?(?:preview|update) failed\s*$")  # follows from another error
VENDORS = {"datadog": "Datadog", "grafana": "Grafana", "sentry": "Sentry"}


class PlanError(ValueError):
    """What was given is not a preview that came to its end; the text says why and what to do."""


@dataclass(frozen=True)
class Step:
    """What would become of one resource.

    `before` and `after` are its inputs, {} where there is none; `parent` is a URN, `""` at the top. `id`: what the
    vendor knows it by so far; empty where it isn't there yet, or the plan doesn't say.
    """

    op: Op
    urn: str
    type: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    old_urn: str = ""
    protected: bool = False
    id: str = ""

    @property
    def name(self) -> str:
        """The logical name."""
        return name_of(self.urn)

    @property
    def vendor(self) -> str:
        """`Datadog`; empty for a component."""
        return VENDORS.get(self.type.partition(":")[0], "")

    @property
    def product(self) -> str:
        """The product that it is part of; the logical name of the component at the top where there is none."""
        if self.type == PRODUCT or not self.parent:
            return self.name
        above, name = type_of(self.parent), name_of(self.parent)
        if vendor := VENDOR.fullmatch(above):
            return name.removesuffix(f"-{vendor[1].lower()}")
        return self.name if above == "pulumi:pulumi:Stack" else name

    @property
    def component(self) -> bool:
        """Whether it exists in Pulumi's state only."""
        return self.type.startswith("monitoring:components:") or self.type.startswith("pulumi:")

    @property
    def renamed(self) -> bool:
        """Whether the engine knows it under another name, by an alias: nothing is lost."""
        return bool(self.old_urn) and self.old_urn != self.urn


def name_of(urn: str) -> str:
    """The last part of a URN."""
    return urn.rpartition("::")[2]


def type_of(urn: str) -> str:
    """The type that a URN names; empty where it names none."""
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") >= 3 else ""  # noqa: PLR2004


@dataclass(frozen=True)
class Plan:
    """All steps of a preview of one stack, one for each resource; those that stay as they are may be left out.

    `stopped`: the URNs of what is protected and would go, where the engine gave up at that.
    """

    stack: str
    steps: tuple[Step, ...]
    stopped: tuple[str, ...] = ()

    def changed(self) -> Iterator[Step]:
        """The steps that do something."""
        return (step for step in self.steps if step.op != "same")


def read_plan(text: str, source: str) -> Plan:
    """Read what `pulumi preview --json` printed. Raises PlanError where it isn't that, or the preview failed.

    One that stopped only because something is protected hasn't failed: that is what a reviewer has to know.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise PlanError(
            f"{source} is not JSON ({problem}). Write it with: pulumi preview --json -s STACK > plan.json"
        ) from None
    if not isinstance(found, dict) or not isinstance(found.get("steps"), list):
        raise PlanError(f"{source} has no steps, so it isn't a preview: pulumi preview --json -s STACK > plan.json")
    try:
        return _read(found, source)
    except (LookupError, TypeError, AttributeError) as problem:
        raise PlanError(
            f"{source} is not a preview ({type(problem).__name__}: {problem}). Write it with: "
            "pulumi preview --json -s STACK > plan.json"
        ) from None


def _read(found: Mapping[str, Any], source: str) -> Plan:
    said = [str(one.get("message", "")) for one in found.get("diagnostics") or [] if one.get("severity") == "error"]
    stopped = {urn: None for one in said for urn in PROTECTED.findall(one)}
    other = [one.strip() for one in said if one.strip() and not PROTECTED.search(one) and not HOLLOW.search(one)]
    if other or (said and not stopped):
        told = "\n".join(dict.fromkeys(other or [one.strip() for one in said]))
        raise PlanError(f"The preview in {source} failed, so what it shows is not all that would change:\n{told}")
    steps = [_step(one) for one in found["steps"]]
    # What the engine gave up at, it may not have come to tell of as a step.
    told_of = {step.urn for step in steps if step.op in ("delete", "replace")}
    steps += [Step("delete", urn, type_of(urn), protected=True) for urn in stopped if urn not in told_of]
    # Nor to the product whose parts go: that is what nobody can do without.
    above = {step.parent for step in steps if stopped and step.op == "delete" and type_of(step.parent) == PRODUCT}
    steps += [Step("delete", urn, PRODUCT) for urn in sorted(above - {step.urn for step in steps})]
    stacks = {step.urn.split(":")[2] for step in steps if step.urn.count(":") > 2}  # noqa: PLR2004
    if len(stacks) > 1:
        raise PlanError(f"{source} is of more than one stack: {', '.join(sorted(stacks))}. Give one file per stack.")
    return Plan(next(iter(stacks), ""), merged(each for each in steps if each), tuple(stopped))


def _step(one: Mapping[str, Any]) -> Step:
    old, new = one.get("oldState") or {}, one.get("newState") or {}
    op = OPS.get(one.get("op", ""))
    if op is None:  # read, refresh: nothing becomes of it
        op = "same"
    state = new or old
    return Step(
        op=op,
        urn=one["urn"],
        type=state.get("type") or type_of(one["urn"]),
        before=plain(old.get("inputs") or {}),
        after={} if op == "delete" else plain(new.get("inputs") or {}),
        parent=state.get("parent") or "",
        old_urn=old.get("urn", ""),
        protected=bool(old.get("protect")),
        id=old.get("id") or "",
    )


def merged(steps: Iterable[Step]) -> tuple[Step, ...]:
    """One step for each resource: of a replacement the one that knows both sides."""
    found: dict[str, Step] = {}
    for step in steps:
        known = found.get(step.urn)
        if known is None:
            found[step.urn] = step
            continue
        worse = max(known, step, key=lambda one: RANK[one.op])
        found[step.urn] = Step(
            worse.op,
            step.urn,
            step.type,
            known.before or step.before,
            known.after or step.after,
            known.parent or step.parent,
            known.old_urn or step.old_urn,
            known.protected or step.protected,
            known.id or step.id,
        )
    return tuple(found[urn] for urn in sorted(found))


def plain(value: Any) -> Any:
    """JSON without secrets: each is `[secret]`, as the engine itself shows it."""
    if isinstance(value, Mapping):
        return SECRET if SECRET_SIGNATURE in value else {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else value


class Recorder:
    """Listens to the engine and keeps its steps.

    Args:
        resources: Those of the state before; what a preview that stops at something protected didn't come to.

    """

    def __init__(self, resources: Iterable[Mapping[str, Any]] = ()) -> None:
        self._before = {one["urn"]: one for one in resources if not one["type"].startswith("pulumi:")}
        self._steps: list[dict[str, Any]] = []
        self.done: set[str] = set()
        self.failed: set[str] = set()
        self.errors: list[tuple[str, str]] = []

    def see(self, event: Any) -> None:
        """Take note of a step, of its end, or of what went wrong."""
        if event.resource_pre_event:
            step = event.resource_pre_event.metadata
            if str(getattr(step.op, "value", step.op)) in OPS:
                self._steps.append(_as_json(step))
        if event.res_outputs_event:
            self.done.add(event.res_outputs_event.metadata.urn)
        if event.res_op_failed_event:
            self.failed.add(event.res_op_failed_event.metadata.urn)
        said = event.diagnostic_event
        if said and said.severity == "error":
            text = re.sub(r"<\{%[^%]*%\}>", "", said.message).strip()
            if text and (said.urn or "", text) not in self.errors:
                self.errors.append((said.urn or "", text))

    def json(self, *, stopped: bool = False) -> dict[str, Any]:
        """The steps in the form of `pulumi preview --json`.

        `stopped`: the engine gave up at something protected; what it hasn't mentioned by then would be deleted.
        """
        steps = list(self._steps)
        if stopped:
            known = {one["urn"] for one in steps} | {(one["oldState"] or {}).get("urn") for one in steps}
            steps += [
                {"op": "delete", "urn": urn, "oldState": plain(one), "newState": None}
                for urn, one in self._before.items()
                if urn not in known
            ]
        return {"steps": steps}

    def plan(self, stack: str, *, stopped: bool = False) -> Plan:
        """The steps as `read_plan` gives them."""
        return Plan(stack, merged(_step(one) for one in self.json(stopped=stopped)["steps"]))


def _as_json(step: Any) -> dict[str, Any]:
    sides = {}
    for key, side in (("oldState", step.old), ("newState", step.new)):
        sides[key] = side and {
            "urn": side.urn,
            "type": side.type,
            "parent": side.parent,
            "protect": side.protect,
            "id": side.id,
            "inputs": plain(side.inputs or {}),
        }
    return {"op": str(getattr(step.op, "value", step.op)), "urn": step.urn, **sides}
