# ruff: noqa: D102, N802 - the names and arguments are the protocol's, which documents them
"""One servicer for every vendor: Pulumi's provider protocol over the vendor's tables and the store."""

from __future__ import annotations

import contextlib
import secrets
import time
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from sandbox.vendors.account import Account, Row
from sandbox.vendors.diff import changes
from sandbox.vendors.faults import Faults
from sandbox.vendors.model import DEFAULTS, Evidenced, Made, Refused, ResourceType, Vendor, evidenced, problems_of
from sandbox.vendors.plugin import Plugin
from sandbox.vendors.store import Store, StoreError
from sandbox.vendors.values import (
    UNKNOWN_WIRE,
    Inputs,
    masked,
    plain,
    secret,
    secret_texts,
    struct,
    unmasked,
    wire,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import NoReturn

NO_STORE = {
    "full": "the disk is full; free some space and run this again",
    "locked": "another program holds a lock on it; end that program and run this again",
    "read-only": "it may not be written to; make it writable and run this again",
}

KINDS = {
    "add": (provider_pb2.PropertyDiff.ADD, provider_pb2.PropertyDiff.ADD_REPLACE),
    "delete": (provider_pb2.PropertyDiff.DELETE, provider_pb2.PropertyDiff.DELETE_REPLACE),
    "update": (provider_pb2.PropertyDiff.UPDATE, provider_pb2.PropertyDiff.UPDATE_REPLACE),
}


def token_of(urn: str) -> str:
    """Return the type's token: the last of the chain of types in a URN."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


class StandIn(Plugin):
    """A vendor's provider and the vendor behind it, in one.

    Args:
        vendor: The tables to serve.
        store: What exists.
        latency: Seconds every change takes, as a real API does; 0 for none.
        faults: What goes wrong, on order.
        go_on: Refuse bad inputs when they are applied, and not when they are checked: the engine, which ends a run at
            the first failed check, then says all that is wrong and does what doesn't depend on it.

    """

    def __init__(
        self, vendor: Vendor, store: Store, latency: float = 0, faults: Faults | None = None, *, go_on: bool = False
    ) -> None:
        super().__init__(vendor.name)
        self.vendor = vendor
        self.go_on = go_on
        self.store = store
        self.latency = latency
        self.faults = faults or Faults()

    # --- resources

    def Check(self, request: Any, context: Any) -> Any:
        kind, news = self._kind(request.urn, context), wire(request.news)
        if kind.autonamed and news.get(kind.autonamed) is None:
            news = {**news, **self._autonamed(kind, request.urn, wire(request.olds))}
        problems = [] if self.go_on else self._problems(kind, news)
        failures = [provider_pb2.CheckFailure(reason=_without_secrets(problem, news)) for problem in problems]
        return provider_pb2.CheckResponse(inputs=struct(news), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:
        kind = self._kind(request.urn, context)
        # As the bridge does: the vendor's last answer, which says what it made of the inputs, against the new inputs.
        old, new = plain(wire(request.olds or request.old_inputs)), plain(wire(request.news))
        if self.go_on and self._problems(kind, new):
            # Updating is what says so, and does nothing; to replace would begin with deleting.
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_SOME)
        found, replacing = changes(old, new, kind, self.vendor)
        detailed = {
            path: provider_pb2.PropertyDiff(kind=KINDS[how][path in replacing], inputDiff=True) for path, how in found
        }
        # pulumi-terraform-bridge, tfbridge/schema.go, nameRequiresDeleteBeforeReplace: a name that was given.
        named = bool(kind.autonamed) and kind.autonamed not in new.get(DEFAULTS, [])
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if found else response.DIFF_NONE,
            replaces=sorted(replacing),
            deleteBeforeReplace=bool(replacing) and named,
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def Create(self, request: Any, context: Any) -> Any:
        kind, sent = self._kind(request.urn, context), wire(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=self._foreseen(kind, sent))
        with self._changing("create", request.urn, context, sent) as account:
            inputs = plain(sent)
            _refuse_if(self._problems(kind, inputs) if self.go_on else ())
            own = self._own(kind, request.urn, sent, account)
            self._check_account(kind, request.urn, inputs, account, own=own)
            identity = own or kind.identify(account.token(), inputs)
            if not own and account.get(token_of(request.urn), identity):
                raise Refused(evidenced(f"409 Conflict: {identity} already exists", "an id is given once"))
            # What is taken over is there already, so that it is updated.
            left_out = () if own else kind.left_out_on_create
            taken = {name: value for name, value in sent.items() if name not in left_out}
            outputs = self._put(kind, request.urn, identity, taken, account)
        return provider_pb2.CreateResponse(id=identity, properties=outputs)

    def Update(self, request: Any, context: Any) -> Any:
        kind, sent = self._kind(request.urn, context), wire(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=self._foreseen(kind, sent, wire(request.olds)))
        with self._changing("update", request.urn, context, sent) as account:
            _refuse_if(self._problems(kind, sent) if self.go_on else ())
            if not account.get(token_of(request.urn), request.id):
                gone = f"404 Not Found: {request.id} is gone at the vendor; `make refresh` takes note of it"
                raise Refused(evidenced(gone, "what isn't there can't be changed"))
            self._check_account(kind, request.urn, plain(sent), account, own=request.id)
            outputs = self._put(kind, request.urn, request.id, sent, account)
        return provider_pb2.UpdateResponse(properties=outputs)

    def Read(self, request: Any, context: Any) -> Any:
        kind = self._kind(request.urn, context)
        with self._answering("read", request.urn, context) as account:
            row = account.get(token_of(request.urn), request.id)
            if row is None:
                return provider_pb2.ReadResponse()
            inputs = unmasked(row.inputs, wire(request.inputs), account.salt)
            made = Made(row.id, plain(inputs), account)
            inputs |= {name: find(made) for name, find in kind.read_back.items()}
            outputs = {**self._outputs(kind, row.id, plain(inputs), account), **inputs}
        return provider_pb2.ReadResponse(
            id=row.id, inputs=struct(inputs), properties=struct(self._marked(kind, outputs))
        )

    def Delete(self, request: Any, context: Any) -> Any:
        kind = self._kind(request.urn, context)
        with self._changing("delete", request.urn, context) as account:
            row = account.get(token_of(request.urn), request.id)
            if row:
                remove(kind, row, account)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        lookup = self.vendor.lookups.get(request.tok)
        if lookup is None:
            self._abort(
                context,
                grpc.StatusCode.UNIMPLEMENTED,
                f"the stand-in for {self.vendor.name} doesn't know {request.tok}",
            )
        arguments = wire(request.args)
        with self._answering("lookup", request.tok, context, arguments) as account:
            response = provider_pb2.InvokeResponse()
            getattr(response, "return").CopyFrom(struct(lookup(plain(arguments), account)))
        return response

    # --- common parts

    def _kind(self, urn: str, context: Any) -> ResourceType:
        kind = self.vendor.types.get(token_of(urn))
        if kind is None:
            message = (
                f"the stand-in for {self.vendor.name} doesn't know {token_of(urn)} (resource {urn.rsplit('::', 1)[-1]})"
            )
            self._abort(context, grpc.StatusCode.UNIMPLEMENTED, message)
        return kind

    def _problems(self, kind: ResourceType, inputs: Inputs) -> list[Evidenced]:
        return problems_of(kind, plain(inputs), self.vendor.schema)

    def _check_account(self, kind: ResourceType, urn: str, inputs: Inputs, account: Account, own: str | None) -> None:
        for group, read in kind.unique.items():
            values = {name: inputs.get(name) for name in group}
            same = [] if None in values.values() else account.having(token_of(urn), values)
            for row in same:
                if row.id != own:
                    said = ", ".join(f"{name} {value!r}" for name, value in values.items())
                    taken = f"409 Conflict: {said} is already used by {row.name} (id {row.id})"
                    raise Refused(evidenced(taken, read))
        _refuse_if(problem for rule in kind.account_rules for problem in rule({**inputs, "id": own}, account))

    def _put(self, kind: ResourceType, urn: str, identity: str, sent: Inputs, account: Account) -> Any:
        marked = self._marked(kind, kind.answered(sent))
        computed = self._outputs(kind, identity, plain(sent), account)
        shown = {name: value for name, value in computed.items() if name not in kind.secret}
        account.put(Row(token_of(urn), identity, urn, masked(marked, account.salt), shown))
        return struct(self._marked(kind, {**computed, **marked}))

    def _outputs(self, kind: ResourceType, identity: str, inputs: Inputs, account: Account) -> Inputs:
        made = Made(identity, inputs, account)
        return {name: work_out(made) for name, work_out in kind.outputs.items() if inputs.get(name) is None}

    def _foreseen(self, kind: ResourceType, sent: Inputs, olds: Inputs | None = None) -> Any:
        """Return what a preview can know: the inputs, and of the computed outputs those that exist already."""
        before = olds or {}
        computed = {name: before.get(name, UNKNOWN_WIRE) for name in kind.outputs}
        return struct(self._marked(kind, {**computed, **sent}))

    def _autonamed(self, kind: ResourceType, urn: str, olds: Inputs) -> Inputs:
        """Name what the program doesn't: the logical name and seven digits, once and for all."""
        made = secrets.token_hex(4)[:7]
        name = olds.get(kind.autonamed) if kind.autonamed in olds.get(DEFAULTS, []) else None
        return {kind.autonamed: name or f"{urn.rsplit('::', 1)[-1]}-{made}", DEFAULTS: [kind.autonamed]}

    def _marked(self, kind: ResourceType, values: Inputs) -> Inputs:
        return {
            name: secret(value) if name in kind.secret and value != UNKNOWN_WIRE else value
            for name, value in values.items()
        }

    def _own(self, kind: ResourceType, urn: str, sent: Inputs, account: Account) -> str | None:
        """Return the id of what an unfinished run made for this resource, so that it isn't made twice."""
        row = account.orphan(urn)
        if row is None:
            return None
        _, replacing = changes(row.inputs, masked(self._marked(kind, sent), account.salt), kind, self.vendor)
        if not replacing:
            return row.id
        # The program has changed since, so that what is there can't become what is wanted.
        remove(kind, row, account)
        return None

    @contextlib.contextmanager
    def _changing(self, operation: str, urn: str, context: Any, sent: Inputs | None = None) -> Iterator[Account]:
        time.sleep(self.latency)
        with self._answering(operation, urn, context, sent) as account:
            yield account

    @contextlib.contextmanager
    def _answering(self, operation: str, subject: str, context: Any, sent: Inputs | None = None) -> Iterator[Account]:
        """Do something at the vendor, or what the faults make of it; what is refused names the resource."""
        what = f"{token_of(subject)} {subject.rsplit('::', 1)[-1]}" if "::" in subject else subject
        fault = self.faults.strike(operation, self.vendor.name, subject)
        if fault and not fault.done:
            self._abort(context, grpc.StatusCode.UNKNOWN, f"{self.vendor.name} failed to {operation} {what}: {fault}")
        try:
            with self.store.transaction(self.vendor.name) as account:
                yield account
        except Refused as problem:
            said = _without_secrets(str(problem), sent or {})
            self._abort(context, grpc.StatusCode.INVALID_ARGUMENT, f"{self.vendor.name} refused {what}: {said}")
        except StoreError as problem:
            advice = NO_STORE.get(problem.kind, str(problem))
            said = f"the stand-in for {self.vendor.name} couldn't write its store ({problem}) for {what}: {advice}"
            self._abort(context, grpc.StatusCode.UNKNOWN, said)
        if fault:
            self._abort(context, grpc.StatusCode.UNKNOWN, f"{self.vendor.name}: {operation} {what}: {fault}")

    def _abort(self, context: Any, code: grpc.StatusCode, message: str) -> NoReturn:
        context.abort(code, message)
        raise AssertionError("abort returns")


def remove(kind: ResourceType, row: Row, account: Account) -> None:
    """Delete something, if the vendor lets it.

    Raises:
        Refused: The vendor doesn't.

    """
    _refuse_if(problem for rule in kind.delete_rules for problem in rule(row, account))
    if kind.on_delete:
        kind.on_delete(row, account)
    account.delete(row.type, row.id)


def _without_secrets(message: str, sent: Inputs) -> str:
    for text in secret_texts(sent):
        message = message.replace(text, "[secret]")
    return message


def _refuse_if(problems: Iterable[Evidenced]) -> None:
    found = list(problems)
    if found:
        raise Refused(*found)
