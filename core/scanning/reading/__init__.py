"""Both sides of a span into the scratch."""
