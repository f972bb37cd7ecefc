"""Endpoint doctor: whether what this shop has to hear of reaches it. Pure judgement over what was read.

    listed    Listed: what Stripe listed, and what could not be read
    needs     what a shop has to hear of, by which types of events, and what shows that it missed it
    judging   judge: each thing that was looked at is a line of doctor's
    secrets   slips with the signing secret, recognised without showing it
    probing   what the answers to a probe mean

`core.stripe_api` reads, `core.webhooks` sends; here is only said what it means.
"""

from core.endpoints.judging import Shop, judge
from core.endpoints.listed import Listed
from core.endpoints.needs import Need, Suffered
from core.endpoints.probing import Probe

__all__ = ["Listed", "Need", "Probe", "Shop", "Suffered", "judge"]
