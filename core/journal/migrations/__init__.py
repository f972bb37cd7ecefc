"""How the journal's tables came to be: one module a step, never edited once released."""
