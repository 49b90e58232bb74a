"""Between the engine's property values (protobuf structs with marked secrets and unknowns) and plain Python."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from google.protobuf import json_format, struct_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Inputs = dict[str, Any]

# Pulumi's wire format: these constants are part of the provider protocol.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the marker of a secret, not one
UNKNOWN_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

MASK = "salted hash of a secret"
CHANGED = "[changed at the vendor]"


class Unknown:
    """A value that isn't known before the resource it comes from exists."""

    def __repr__(self) -> str:
        return "<known after apply>"


UNKNOWN = Unknown()


def wire(struct: struct_pb2.Struct) -> Inputs:
    """Read a struct as it came: secrets stay wrapped, whole numbers become integers (5.0 and 5 are one value)."""
    return {key: _whole(value) for key, value in json_format.MessageToDict(struct).items()}


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write values for the engine."""
    message = struct_pb2.Struct()
    message.update(values)
    return message


def plain(value: Any) -> Any:
    """Unwrap secrets and mark unknowns: what a vendor would be sent."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return plain(value["value"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return UNKNOWN if value == UNKNOWN_WIRE else value


def secret(value: Any) -> Any:
    """Wrap a value so that the engine encrypts it in the state and never prints it."""
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def is_secret(value: Any) -> bool:
    """Say whether a wire value is wrapped as a secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def secret_texts(value: Any, *, within: bool = False) -> Iterator[str]:
    """Return every text that is, or is a part of, a secret: what no message may repeat."""
    if is_secret(value):
        yield from secret_texts(value["value"], within=True)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from secret_texts(item, within=within)
    elif within and isinstance(value, str) and value:
        yield value


def masked(value: Any, salt: str) -> Any:
    """Replace every secret by a salted hash: enough to notice a change, too little to learn the secret."""
    if is_secret(value):
        return {MASK: _hash(plain(value), salt)}
    if isinstance(value, dict):
        return {key: masked(item, salt) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item, salt) for item in value]
    return value


def unmasked(kept: Any, known: Any, salt: str) -> Any:
    """Put the secrets that the engine knows back in place of their hashes; one that differs is said to have changed."""
    if isinstance(kept, dict):
        if MASK in kept:
            same = known is not None and _hash(plain(known), salt) == kept[MASK]
            return secret(plain(known)) if same else secret(CHANGED)
        known = known if isinstance(known, dict) else {}
        return {key: unmasked(item, known.get(key), salt) for key, item in kept.items()}
    if isinstance(kept, list):
        known = known if isinstance(known, list) else []
        padded = [*known, *[None] * (len(kept) - len(known))]
        return [unmasked(item, other, salt) for item, other in zip(kept, padded, strict=False)]
    return kept


def _hash(value: Any, salt: str) -> str:
    text = json.dumps(value, sort_keys=True, default=repr)
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()[:32]


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
