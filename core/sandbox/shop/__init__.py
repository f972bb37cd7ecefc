"""The shop beside it.

books    its orders database
handler  what it makes of a message, what it keeps of an id, its ways to fail
server   Shop: its webhook, on a port of its own
"""

from core.sandbox.shop.books import iso
from core.sandbox.shop.handler import Mode, kept
from core.sandbox.shop.server import WEBHOOK_PATH, Shop

__all__ = [
    "WEBHOOK_PATH", "Mode", "Shop", "iso", "kept",
]  # fmt: skip
