"""`python -m core.cli` is `orderlens`: how the demo starts its sandbox with its own interpreter."""

from core.cli import main

main()
