"""The words of a rule for a reader who has no case: its gaps filled with what would stand there.

Owns the names of the gaps. Does not invent values: an example's are in `core.catalogue.examples`.
"""

import re

_GAP = re.compile(r"\{(\w+)\}")
_FILLED = {  # what stands in a gap of a rule's words, where its name alone would not tell
    "happened": "The customer paid [amount].",
    **dict.fromkeys(
        ("net", "sum", "total", "paid", "back", "difference", "held", "pending", "asked", "amount", "gap"), "[amount]"
    ),
    **dict.fromkeys(("since", "on", "heard", "written", "created", "last", "again", "until", "ended", "due"), "[time]"),
    **dict.fromkeys(("other", "two"), "[another]"),
    **dict.fromkeys(("own", "paid_with", "mail"), "[e-mail]"),
    **dict.fromkeys(("sent", "expected"), "[version]"),
    "CHECKOUT_SESSION_ID": "{CHECKOUT_SESSION_ID}",  # no gap: Stripe's own words
    "more": "",
    "spared": " A refund now is likely to spare you a dispute.",
    "owed": " What is too much has to go back.",
    "named": "[number]",
    "left": "[time left]",
    "hosts": "[host]",
    "method": "[payment method]",
    "one": "[one value]",
    "real": "[the right id]",
    "extra": "[payment]",
    "times": "[how often]",
    "parts": "[tax, shipping or discount]",
    "stored": "[what is stored]",
    "why": "[reason]",
    "when": " on [day]",
    "who": "[who ended it]",
    "tried": "",
    "test": "",
    "likely": "",
    "anew": "",
    "page": "",
    "arrives": "",
    "proof": "",
    "lacks": "[without what]",
    "deadline": " until [time]",
    **dict.fromkeys(("plan", "plans", "kept"), "[subscription]"),
    "second": "[the other subscription]",
    **dict.fromkeys(("bill", "payments"), "[payment]"),
    **dict.fromkeys(("billed", "refund"), ""),
    "bills": "[invoice]",
    "settled": "[amount]",
    "closed": " (last changed [day])",
    "next": " on [day]",
    "resend": "Send the message again, and watch the order change.",
}


def unfilled(template: str) -> str:
    """A sentence with its gaps marked: "charged {net}" is "charged [amount]"."""
    filled = _GAP.sub(lambda gap: _FILLED.get(gap[1], f"[{gap[1].replace('_', ' ')}]"), template)
    return filled.replace("( ", "(")
