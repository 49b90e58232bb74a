"""The stack at Grafana Cloud that the credentials open."""

from __future__ import annotations

from pulumiverse_grafana import oss

from components.environment import Environment


def whose(environment: Environment) -> str:
    """Its hosted Prometheus, which is no other stack's: the stack's own name can't be asked with its token."""
    return str(oss.get_data_source(uid=environment.grafana_metrics_datasource).basic_auth_username)
