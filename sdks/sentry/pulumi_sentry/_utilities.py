"""What every class here shares: registering the package, wire names, the base of the resources."""

import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar, cast, dataclass_transform
from weakref import WeakKeyDictionary

import pulumi
import pulumi.runtime
from pulumi.runtime.settings import SETTINGS, get_monitor

T = TypeVar("T")

_package_refs: WeakKeyDictionary[object, str] = WeakKeyDictionary()


async def get_package() -> str:
    """Register this package with the engine of the current run, once, and return the engine's reference to it.

    What is registered stands in pulumi-plugin.json, which the CLI reads as well.
    """
    monitor = get_monitor()
    if monitor not in _package_refs:
        # Every run has a monitor of its own. Pulumi's cache of references survives `set_mocks`: begin with an empty
        # one. Nothing is awaited before the reference is kept, so resources that ask together register once.
        SETTINGS.package_refs = {}
        plugin = json.loads(Path(__file__).with_name("pulumi-plugin.json").read_text(encoding="utf-8"))
        parameterization = plugin["parameterization"]
        _package_refs[monitor] = await pulumi.runtime.register_package(
            base_provider_name=plugin["name"],
            base_provider_version=plugin["version"],
            base_provider_download_url="",
            package_name=parameterization["name"],
            package_version=parameterization["version"],
            base64_parameter=parameterization["value"],
        )
    return _package_refs[monitor]


def camel_case(name: str) -> str:
    """Return the name on the wire of a Python name: `min_h` is `minH`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


# Pulumi's documented short form of an input type: it makes the keyword-only constructor and the properties from the
# fields, as the generated code spells out in full. `dataclass_transform` shows that constructor to type checkers and
# IDEs, and the wire name is derived because in this provider it always is the field's name in camelCase.
@dataclass_transform(kw_only_default=True)
def input_type(cls: type[T]) -> type[T]:
    """Make a class of annotated fields a Pulumi input type; a field with the default None is optional."""
    for field in inspect.get_annotations(cls):
        default = {"default": None} if field in vars(cls) else {}
        setattr(cls, field, pulumi.property(camel_case(field), **default))
    return pulumi.input_type(cls)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def output_type(cls: type[T]) -> type[T]:
    """Make a class of annotated fields a Pulumi output type."""
    for field in inspect.get_annotations(cls):
        setattr(cls, field, pulumi.property(camel_case(field)))
    return pulumi.output_type(cls)


class Resource(pulumi.CustomResource):
    """A resource of this package: the annotations of a subclass are the outputs it can be read by."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for output in inspect.get_annotations(cls):
            setattr(cls, output, pulumi.property(camel_case(output)))

    def __init__(
        self,
        token: str,
        resource_name: str,
        args: object,
        opts: pulumi.ResourceOptions | None,
        *,
        secret_outputs: Sequence[str] = (),
    ) -> None:
        # Pulumi resolves only outputs that are among the inputs, so each one starts there, as None.
        for output in inspect.get_annotations(type(self)):
            vars(args).setdefault(output, None)
        secret = pulumi.ResourceOptions(additional_secret_outputs=[camel_case(output) for output in secret_outputs])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(token, resource_name, cast("pulumi.Inputs", args), opts, package_ref=get_package())
