"""Grafana Cloud: the checks from outside, the alerts and objectives on them, and who is told."""
