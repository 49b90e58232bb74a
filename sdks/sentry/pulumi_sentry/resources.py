"""The resources of terraform-provider-sentry 0.15.4 that this project declares, and the provider itself."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi import Input, InputType, Output, ResourceOptions

from ._inputs import (
    AlertActionFilterArgs,
    AlertTriggerConditionArgs,
    DashboardWidgetArgs,
    KeyJavascriptLoaderScriptArgs,
    MetricMonitorConditionGroupArgs,
    MetricMonitorIssueDetectionArgs,
    MetricMonitorOwnerArgs,
    ProjectClientSecurityArgs,
    ProjectFiltersArgs,
)
from ._utilities import Resource, get_package, input_type


@input_type
class AlertArgs:
    """Arguments of an `Alert`."""

    action_filters: Input[Sequence[Input[InputType[AlertActionFilterArgs]]]]
    frequency_minutes: Input[float]
    monitor_ids: Input[Sequence[Input[str]]]
    organization: Input[str]
    enabled: Input[bool] | None = None
    environment: Input[str] | None = None
    legacy_trigger_conditions: Input[Sequence[Input[str]]] | None = None
    name: Input[str] | None = None
    trigger_conditions: Input[Sequence[Input[InputType[AlertTriggerConditionArgs]]]] | None = None


class Alert(Resource):
    """Who is told what about the issues of some monitors, at most once per `frequency_minutes` and issue."""

    enabled: Output[bool]
    environment: Output[str | None]
    frequency_minutes: Output[float]
    monitor_ids: Output[Sequence[str]]
    name: Output[str]
    organization: Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        action_filters: Input[Sequence[Input[InputType[AlertActionFilterArgs]]]],
        frequency_minutes: Input[float],
        monitor_ids: Input[Sequence[Input[str]]],
        organization: Input[str],
        enabled: Input[bool] | None = None,
        environment: Input[str] | None = None,
        legacy_trigger_conditions: Input[Sequence[Input[str]]] | None = None,
        name: Input[str] | None = None,
        trigger_conditions: Input[Sequence[Input[InputType[AlertTriggerConditionArgs]]]] | None = None,
    ) -> None:
        args = AlertArgs(
            action_filters=action_filters,
            frequency_minutes=frequency_minutes,
            monitor_ids=monitor_ids,
            organization=organization,
            enabled=enabled,
            environment=environment,
            legacy_trigger_conditions=legacy_trigger_conditions,
            name=name,
            trigger_conditions=trigger_conditions,
        )
        super().__init__("sentry:index/alert:Alert", resource_name, args, opts)


@input_type
class DashboardArgs:
    """Arguments of a `Dashboard`."""

    organization: Input[str]
    title: Input[str]
    widgets: Input[Sequence[Input[InputType[DashboardWidgetArgs]]]] | None = None


class Dashboard(Resource):
    """A dashboard of the organization."""

    internal_id: Output[str]
    organization: Output[str]
    title: Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        organization: Input[str],
        title: Input[str],
        widgets: Input[Sequence[Input[InputType[DashboardWidgetArgs]]]] | None = None,
    ) -> None:
        args = DashboardArgs(organization=organization, title=title, widgets=widgets)
        super().__init__("sentry:index/dashboard:Dashboard", resource_name, args, opts)


@input_type
class IntegrationPagerdutyArgs:
    """Arguments of an `IntegrationPagerduty`."""

    integration_id: Input[str]
    integration_key: Input[str]
    organization: Input[str]
    service: Input[str]


class IntegrationPagerduty(Resource):
    """A PagerDuty service, by its integration key, in a PagerDuty integration of the organization."""

    integration_id: Output[str]
    integration_key: Output[str]
    organization: Output[str]
    service: Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        integration_id: Input[str],
        integration_key: Input[str],
        organization: Input[str],
        service: Input[str],
    ) -> None:
        args = IntegrationPagerdutyArgs(
            integration_id=integration_id,
            # The schema does not mark it: unwrapped, it would stand in the state in plain text.
            integration_key=Output.secret(integration_key),
            organization=organization,
            service=service,
        )
        super().__init__("sentry:index/integrationPagerduty:IntegrationPagerduty", resource_name, args, opts)


@input_type
class KeyArgs:
    """Arguments of a `Key`."""

    organization: Input[str]
    project: Input[str]
    javascript_loader_script: Input[InputType[KeyJavascriptLoaderScriptArgs]] | None = None
    name: Input[str] | None = None
    rate_limit_count: Input[float] | None = None
    rate_limit_window: Input[float] | None = None


class Key(Resource):
    """A client key (DSN) of a project; at most `rate_limit_count` events per `rate_limit_window` seconds."""

    dsn: Output[Mapping[str, str]]
    dsn_csp: Output[str]
    dsn_public: Output[str]
    dsn_secret: Output[str]
    name: Output[str]
    organization: Output[str]
    project: Output[str]
    project_id: Output[str]
    public: Output[str]
    rate_limit_count: Output[float]
    rate_limit_window: Output[float]
    secret: Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        organization: Input[str],
        project: Input[str],
        javascript_loader_script: Input[InputType[KeyJavascriptLoaderScriptArgs]] | None = None,
        name: Input[str] | None = None,
        rate_limit_count: Input[float] | None = None,
        rate_limit_window: Input[float] | None = None,
    ) -> None:
        args = KeyArgs(
            organization=organization,
            project=project,
            javascript_loader_script=javascript_loader_script,
            name=name,
            rate_limit_count=rate_limit_count,
            rate_limit_window=rate_limit_window,
        )
        secrets = ("dsn", "dsn_secret", "secret")
        super().__init__("sentry:index/key:Key", resource_name, args, opts, secret_outputs=secrets)


@input_type
class MetricMonitorArgs:
    """Arguments of a `MetricMonitor`."""

    aggregate: Input[str]
    condition_group: Input[InputType[MetricMonitorConditionGroupArgs]]
    dataset: Input[str]
    event_types: Input[Sequence[Input[str]]]
    issue_detection: Input[InputType[MetricMonitorIssueDetectionArgs]]
    organization: Input[str]
    project: Input[str]
    description: Input[str] | None = None
    enabled: Input[bool] | None = None
    environment: Input[str] | None = None
    extrapolation_mode: Input[str] | None = None
    name: Input[str] | None = None
    owner: Input[InputType[MetricMonitorOwnerArgs]] | None = None
    query: Input[str] | None = None
    query_type: Input[str] | None = None
    time_window_seconds: Input[float] | None = None


class MetricMonitor(Resource):
    """An aggregate over a project's events and the values at which it opens and resolves an issue."""

    aggregate: Output[str]
    dataset: Output[str]
    description: Output[str | None]
    enabled: Output[bool]
    environment: Output[str | None]
    event_types: Output[Sequence[str]]
    extrapolation_mode: Output[str]
    name: Output[str]
    organization: Output[str]
    project: Output[str]
    query: Output[str]
    query_type: Output[str]
    time_window_seconds: Output[float]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        aggregate: Input[str],
        condition_group: Input[InputType[MetricMonitorConditionGroupArgs]],
        dataset: Input[str],
        event_types: Input[Sequence[Input[str]]],
        issue_detection: Input[InputType[MetricMonitorIssueDetectionArgs]],
        organization: Input[str],
        project: Input[str],
        description: Input[str] | None = None,
        enabled: Input[bool] | None = None,
        environment: Input[str] | None = None,
        extrapolation_mode: Input[str] | None = None,
        name: Input[str] | None = None,
        owner: Input[InputType[MetricMonitorOwnerArgs]] | None = None,
        query: Input[str] | None = None,
        query_type: Input[str] | None = None,
        time_window_seconds: Input[float] | None = None,
    ) -> None:
        args = MetricMonitorArgs(
            aggregate=aggregate,
            condition_group=condition_group,
            dataset=dataset,
            event_types=event_types,
            issue_detection=issue_detection,
            organization=organization,
            project=project,
            description=description,
            enabled=enabled,
            environment=environment,
            extrapolation_mode=extrapolation_mode,
            name=name,
            owner=owner,
            query=query,
            query_type=query_type,
            time_window_seconds=time_window_seconds,
        )
        super().__init__("sentry:index/metricMonitor:MetricMonitor", resource_name, args, opts)


@input_type
class ProjectArgs:
    """Arguments of a `Project`."""

    organization: Input[str]
    teams: Input[Sequence[Input[str]]]
    client_security: Input[InputType[ProjectClientSecurityArgs]] | None = None
    default_key: Input[bool] | None = None
    default_rules: Input[bool] | None = None
    digests_max_delay: Input[float] | None = None
    digests_min_delay: Input[float] | None = None
    filters: Input[InputType[ProjectFiltersArgs]] | None = None
    fingerprinting_rules: Input[str] | None = None
    grouping_enhancements: Input[str] | None = None
    highlight_tags: Input[Sequence[Input[str]]] | None = None
    name: Input[str] | None = None
    platform: Input[str] | None = None
    resolve_age: Input[float] | None = None
    slug: Input[str] | None = None


class Project(Resource):
    """A Sentry project. Refer to it by `internal_id`: a change of the slug would replace its monitors."""

    default_key: Output[bool | None]
    default_rules: Output[bool | None]
    digests_max_delay: Output[float]
    digests_min_delay: Output[float]
    features: Output[Sequence[str]]
    fingerprinting_rules: Output[str]
    grouping_enhancements: Output[str]
    highlight_tags: Output[Sequence[str]]
    internal_id: Output[str]
    name: Output[str]
    organization: Output[str]
    platform: Output[str | None]
    resolve_age: Output[float]
    slug: Output[str]
    teams: Output[Sequence[str]]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        organization: Input[str],
        teams: Input[Sequence[Input[str]]],
        client_security: Input[InputType[ProjectClientSecurityArgs]] | None = None,
        default_key: Input[bool] | None = None,
        default_rules: Input[bool] | None = None,
        digests_max_delay: Input[float] | None = None,
        digests_min_delay: Input[float] | None = None,
        filters: Input[InputType[ProjectFiltersArgs]] | None = None,
        fingerprinting_rules: Input[str] | None = None,
        grouping_enhancements: Input[str] | None = None,
        highlight_tags: Input[Sequence[Input[str]]] | None = None,
        name: Input[str] | None = None,
        platform: Input[str] | None = None,
        resolve_age: Input[float] | None = None,
        slug: Input[str] | None = None,
    ) -> None:
        args = ProjectArgs(
            organization=organization,
            teams=teams,
            client_security=client_security,
            default_key=default_key,
            default_rules=default_rules,
            digests_max_delay=digests_max_delay,
            digests_min_delay=digests_min_delay,
            filters=filters,
            fingerprinting_rules=fingerprinting_rules,
            grouping_enhancements=grouping_enhancements,
            highlight_tags=highlight_tags,
            name=name,
            platform=platform,
            resolve_age=resolve_age,
            slug=slug,
        )
        super().__init__("sentry:index/project:Project", resource_name, args, opts)


@input_type
class ProjectInboundDataFilterArgs:
    """Arguments of a `ProjectInboundDataFilter`."""

    filter_id: Input[str]
    organization: Input[str]
    project: Input[str]
    active: Input[bool] | None = None
    subfilters: Input[Sequence[Input[str]]] | None = None


class ProjectInboundDataFilter(Resource):
    """One of Sentry's inbound filters of a project: `active`, or `subfilters` for legacy-browsers."""

    active: Output[bool | None]
    filter_id: Output[str]
    organization: Output[str]
    project: Output[str]
    subfilters: Output[Sequence[str] | None]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        filter_id: Input[str],
        organization: Input[str],
        project: Input[str],
        active: Input[bool] | None = None,
        subfilters: Input[Sequence[Input[str]]] | None = None,
    ) -> None:
        args = ProjectInboundDataFilterArgs(
            filter_id=filter_id, organization=organization, project=project, active=active, subfilters=subfilters
        )
        super().__init__("sentry:index/projectInboundDataFilter:ProjectInboundDataFilter", resource_name, args, opts)


@input_type
class ProjectSpikeProtectionArgs:
    """Arguments of a `ProjectSpikeProtection`."""

    enabled: Input[bool]
    organization: Input[str]
    project: Input[str]


class ProjectSpikeProtection(Resource):
    """Whether Sentry drops a project's events while they spike; takes the project's slug."""

    enabled: Output[bool]
    organization: Output[str]
    project: Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        enabled: Input[bool],
        organization: Input[str],
        project: Input[str],
    ) -> None:
        args = ProjectSpikeProtectionArgs(enabled=enabled, organization=organization, project=project)
        super().__init__("sentry:index/projectSpikeProtection:ProjectSpikeProtection", resource_name, args, opts)


class Provider(pulumi.ProviderResource):
    """A configured provider; `base_url` ends in /api/. Without one, the stack's config or SENTRY_* count."""

    def __init__(
        self,
        resource_name: str,
        opts: ResourceOptions | None = None,
        *,
        base_url: Input[str] | None = None,
        token: Input[str] | None = None,
    ) -> None:
        props = {"baseUrl": base_url, "token": None if token is None else Output.secret(token)}
        secret = ResourceOptions(additional_secret_outputs=["token"])
        super().__init__("sentry", resource_name, props, ResourceOptions.merge(opts, secret), package_ref=get_package())
