"""The ids that an order keeps.

broken           the template's text, the wrong kind, damaged
leads_elsewhere  an older checkout, or none
"""

from core.rules.ids.broken import ID_MALFORMED, ID_PLACEHOLDER, ID_WRONG_TYPE
from core.rules.ids.leads_elsewhere import ID_MISSING, STALE_ID

__all__ = [
    "ID_MALFORMED", "ID_MISSING", "ID_PLACEHOLDER", "ID_WRONG_TYPE", "STALE_ID",
]  # fmt: skip
