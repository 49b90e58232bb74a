"""Dashboards, the catalogue and the review as pages that open from disk: one file each, nothing loaded."""
