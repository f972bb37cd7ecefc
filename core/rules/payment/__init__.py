"""Paid or not: twice, after the end, only here, not yet, only reserved."""
