"""A row -> an Order. Pure."""
