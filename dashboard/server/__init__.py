"""The server's edge."""
