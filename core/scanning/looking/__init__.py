"""Suspect by suspect into the inbox."""
