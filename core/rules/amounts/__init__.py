"""How much, and in which currency."""
