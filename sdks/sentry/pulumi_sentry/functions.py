"""The look-ups (data sources) of terraform-provider-sentry 0.15.4 that this project makes."""

from typing import TypeVar, cast

import pulumi
import pulumi.runtime
from pulumi import Input, InvokeOptions, InvokeOutputOptions, Output

from ._utilities import get_package, output_type

T = TypeVar("T")


def _invoke(token: str, args: pulumi.Inputs, opts: InvokeOptions | None, result: type[T]) -> T:
    return cast("T", pulumi.runtime.invoke(token, args, opts, typ=result, package_ref=get_package()).value)


def _invoke_output(
    token: str, args: pulumi.Inputs, opts: InvokeOptions | InvokeOutputOptions | None, result: type[T]
) -> Output[T]:
    return pulumi.runtime.invoke_output(token, args, opts, typ=result, package_ref=get_package())


_PROJECT_ERROR_MONITOR = "sentry:index/getProjectErrorMonitor:getProjectErrorMonitor"
_ORGANIZATION_INTEGRATION = "sentry:index/getOrganizationIntegration:getOrganizationIntegration"
_ORGANIZATION = "sentry:index/getOrganization:getOrganization"
_TEAM = "sentry:index/getTeam:getTeam"


@output_type
class GetProjectErrorMonitorOwnerResult:
    """Who owns the issues of an error monitor: a team or a user."""

    team_id: str | None
    user_id: str | None


@output_type
class GetProjectErrorMonitorResult:
    """The monitor that opens an issue for each new kind of error of a project."""

    description: str | None
    enabled: bool
    first: bool | None
    id: str
    name: str
    organization: str
    owner: GetProjectErrorMonitorOwnerResult | None
    project: str


def get_project_error_monitor(
    *, organization: str, project: str, first: bool | None = None, opts: InvokeOptions | None = None
) -> GetProjectErrorMonitorResult:
    """Look up the error monitor of a project; `first` takes the first one where there are several."""
    args = {"first": first, "organization": organization, "project": project}
    return _invoke(_PROJECT_ERROR_MONITOR, args, opts, GetProjectErrorMonitorResult)


def get_project_error_monitor_output(
    *,
    organization: Input[str],
    project: Input[str],
    first: Input[bool] | None = None,
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[GetProjectErrorMonitorResult]:
    """Look up the error monitor of a project that may not be known yet."""
    args = {"first": first, "organization": organization, "project": project}
    return _invoke_output(_PROJECT_ERROR_MONITOR, args, opts, GetProjectErrorMonitorResult)


@output_type
class GetOrganizationIntegrationResult:
    """An integration installed in an organization; `id` is what an alert's action refers to."""

    id: str
    internal_id: str
    name: str
    organization: str
    provider_key: str


def get_organization_integration(
    *, name: str, organization: str, provider_key: str, opts: InvokeOptions | None = None
) -> GetOrganizationIntegrationResult:
    """Look up an installed integration by its provider (slack, pagerduty, ...) and name."""
    args = {"name": name, "organization": organization, "providerKey": provider_key}
    return _invoke(_ORGANIZATION_INTEGRATION, args, opts, GetOrganizationIntegrationResult)


def get_organization_integration_output(
    *,
    name: Input[str],
    organization: Input[str],
    provider_key: Input[str],
    opts: InvokeOptions | InvokeOutputOptions | None = None,
) -> Output[GetOrganizationIntegrationResult]:
    """Look up an installed integration by its provider (slack, pagerduty, ...) and name."""
    args = {"name": name, "organization": organization, "providerKey": provider_key}
    return _invoke_output(_ORGANIZATION_INTEGRATION, args, opts, GetOrganizationIntegrationResult)


@output_type
class GetTeamResult:
    """A team of an organization; `internal_id` is what an alert's action refers to."""

    has_access: bool
    id: str
    internal_id: str
    is_member: bool
    is_pending: bool
    name: str
    organization: str
    slug: str


def get_team(*, organization: str, slug: str, opts: InvokeOptions | None = None) -> GetTeamResult:
    """Look up a team by its slug."""
    return _invoke(_TEAM, {"organization": organization, "slug": slug}, opts, GetTeamResult)


def get_team_output(
    *, organization: Input[str], slug: Input[str], opts: InvokeOptions | InvokeOutputOptions | None = None
) -> Output[GetTeamResult]:
    """Look up a team by its slug."""
    return _invoke_output(_TEAM, {"organization": organization, "slug": slug}, opts, GetTeamResult)


@output_type
class GetOrganizationResult:
    """An organization that the token can read."""

    id: str
    internal_id: str
    name: str
    slug: str


def get_organization(*, slug: str, opts: InvokeOptions | None = None) -> GetOrganizationResult:
    """Look up an organization by its slug."""
    return _invoke(_ORGANIZATION, {"slug": slug}, opts, GetOrganizationResult)


def get_organization_output(
    *, slug: Input[str], opts: InvokeOptions | InvokeOutputOptions | None = None
) -> Output[GetOrganizationResult]:
    """Look up an organization by its slug."""
    return _invoke_output(_ORGANIZATION, {"slug": slug}, opts, GetOrganizationResult)
