"""A scan, from windows to journal; the watch."""
