"""Refunds and disputes."""
