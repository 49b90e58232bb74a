# ruff: noqa: ARG002, D102, N802 - the names and arguments are the protocol's, which documents them
"""What the engine asks of every provider before it works with it, however different the vendors are."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer


class Plugin(ResourceProviderServicer):
    """A provider that is attached to, configured and cancelled without doing anything for it.

    Args:
        name: The vendor's.

    """

    def __init__(self, name: str) -> None:
        self._name = name

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        # The engine warns of a plugin older than the SDK; a stand-in takes any SDK.
        return plugin_pb2.PluginInfo(version="999.0.0")

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": self._name}))

    def Parameterize(self, request: Any, context: Any) -> Any:
        return provider_pb2.ParameterizeResponse(name=request.value.name, version=request.value.version)

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        # An account doesn't change hands because a credential does: nothing is ever replaced for the provider's sake.
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True, acceptResources=True)

    def Cancel(self, request: Any, context: Any) -> Any:
        # What has begun is finished: an answer that is lost would leave a resource nobody knows of.
        return empty_pb2.Empty()
