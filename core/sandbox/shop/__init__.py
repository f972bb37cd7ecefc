"""The shop beside it."""
