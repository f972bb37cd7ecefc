"""The cases of the inbox."""
