"""How Orderlens does, for whoever watches over it: Prometheus' metrics, and whether it is alive and ready.

    collected   the figures, as the journal has them at each scrape
    port        a port of their own, which only the machine reaches, or whoever is let to it

None of them names an order, a customer or a person. All come from the journal, so that each process of an installation
says the same, before and after a restart.
"""

from core.metrics.collected import Collected, Of
from core.metrics.port import listening

__all__ = ["Collected", "Of", "listening"]
