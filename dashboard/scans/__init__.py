"""Scans on a page."""
