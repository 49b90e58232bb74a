"""Grafana: declared rules on the queries that ship, by Prometheus' and Loki's own engines."""
