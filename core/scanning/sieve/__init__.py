"""Who is to be looked at, found in SQL."""
