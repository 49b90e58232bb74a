"""What the workflows of GitHub Actions run: see docs/pipelines.md."""
