"""Telling people: new critical cases, outages that begin and end.

    news     pure: what is worth a message, grouped, and never too often
    outbox   pure: what could not be delivered is tried again
    teller   Teller: Slack, Teams, e-mail, a webhook (apprise)

What is critical is decided in `core.rules`; the journal is read in `core.scanning`.
"""

from core.telling.news import Found, Message, Told, news
from core.telling.outbox import Letter, after_try, posted
from core.telling.teller import Teller

__all__ = ["Found", "Letter", "Message", "Teller", "Told", "after_try", "news", "posted"]
