"""After a scan, only what changes."""
