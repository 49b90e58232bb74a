"""Names under which the engine knows what was renamed: aliases, so that it is changed and not made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pulumi

from components.scope import Scope

Transformation = Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]
# How the logical names of what is declared for a part begin, by the product's field that holds the parts.
BEGIN = {
    "alerts": ("", "rule-", "contact-"),
    "checks": ("check-",),
    "objectives": ("objective-",),
    "dashboards": ("dashboard-",),
    "severities": ("contact-",),
}


def earlier(scope: Scope, name: str) -> str:
    """The logical name that a resource had before its product or its part was renamed; its own where neither was."""
    product = scope.product
    if name != product.name and not name.startswith(f"{product.name}-"):
        return name
    tail = name[len(product.name) :].removeprefix("-")
    # The longest part that it can be of; of two such, the one that was renamed.
    before = max(_readings(scope, tail), default=(0, False, tail))[2]
    return "-".join(text for text in (product.was or product.name, before) if text)


def _readings(scope: Scope, tail: str) -> Iterator[tuple[int, bool, str]]:
    """For each part that a name may be of: how much of it names the part, whether that was renamed, what it was."""
    for kind, beginnings in BEGIN.items():
        for part in getattr(scope.product, kind):
            for begin in beginnings:
                whole = f"{begin}{_written(kind, part.name)}"
                if tail == whole or tail.startswith(f"{whole}-"):
                    was = f"{begin}{_written(kind, part.was or part.name)}"
                    yield len(whole), bool(part.was), f"{was}{tail.removeprefix(whole)}"


def _written(kind: str, name: str) -> str:
    """Severities are written in lower case in the names of contact points."""
    return name.lower() if kind == "severities" else name


def aliases(scope: Scope) -> Transformation:
    """For every child of a product's component: what it was called, where that differs."""
    product = scope.product
    renamed = bool(product.was) or any(part.was for kind in BEGIN for part in getattr(product, kind))

    def transform(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        was = earlier(scope, args.name) if renamed else args.name
        if was == args.name:
            return None
        opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(aliases=[pulumi.Alias(name=was)]))
        return pulumi.ResourceTransformationResult(args.props, opts)

    return transform
