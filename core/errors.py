"""The errors a person may meet, as one small tree.

    OrderlensError            what, where, which setting, what to do next
    ├── SettingsError         a setting is missing or wrong: nothing was read
    ├── UsageError            what was asked for cannot be: a reference nobody knows, a file that is no bundle
    ├── Unreachable           a side could not be read at all (an outage is never a finding)
    │   ├── StripeUnreachable
    │   │   └── AccountClosed   the key does not open this one connected account
    │   └── OrdersUnreachable
    └── Refused               an action that must not be done, with the reason

A discrepancy is never an exception. Neither is one read of many that failed: that is `facts.Unread`.
No message carries a key, a secret or a password: `redact` is applied to every text that comes from elsewhere.
"""

import re

_SECRETS = re.compile(
    r"\b(?:sk|rk|rkcs)_(?:org_)?(?:test|live)_\w{4,}"  # Stripe keys
    r"|\bwhsec_\w+"  # signing secrets
    r"|(?<=_secret_)\w+"  # client secrets; the id before it is none
)
_ADDRESS = re.compile(r'://[^\s"]+')  # to the first blank: a password may hold whatever else there is
_OPTION = re.compile(r"([?&;]([\w.%\[\]-]{1,80})=)[^&#\s]+")
_TELLING = re.compile(r"(?i)pass|pwd|token|secret|credential|signature|^sig$|^auth$|key$")  # names of such an option

_MARKS = ("sk_", "rk_", "rkcs_", "whsec_", "_secret_")  # one of them is in every secret but a password


def redact(text: str) -> str:
    """`text` with each key, secret and password of an address replaced by `***` (Stripe's own last four are kept)."""
    if "_" in text and any(map(text.__contains__, _MARKS)):
        text = _SECRETS.sub("***", text)
    if "://" in text and ("@" in text or "=" in text):
        text = _ADDRESS.sub(lambda found: "://".join(map(_redacted, found[0].split("://"))), text)
    return text


def _redacted(part: str) -> str:
    """What follows a `://`, without user and password, and without the value of an option that is called like one."""
    at, colon, slash = part.rfind("@"), part.find(":"), part.find("/")
    if 0 <= colon < at and not 0 <= slash < colon:
        part = f"***{part[at:]}"
    return _OPTION.sub(lambda found: f"{found[1]}***" if _TELLING.search(found[2]) else found[0], part)


class OrderlensError(Exception):
    """Something a person can mend. `message` says what and where; `next_step` says what to do."""

    def __init__(self, message: str, *, next_step: str, setting: str | None = None) -> None:
        self.message = redact(message)
        self.next_step = redact(next_step)
        self.setting = setting
        super().__init__(f"{self.message} {self.next_step}")


class SettingsError(OrderlensError):
    """A setting is missing or wrong; nothing was read."""


class UsageError(OrderlensError):
    """What was asked for cannot be."""


class Unreachable(OrderlensError):
    """A side could not be read at all."""


class StripeUnreachable(Unreachable):
    """Stripe gave no usable answer to the first question: no key, a wrong key, no network."""


class AccountClosed(StripeUnreachable):
    """The key does not open the connected account that was asked for: it is not connected (any more)."""


class OrdersUnreachable(Unreachable):
    """The orders database is missing, locked, or of another shape than the settings say."""


class Refused(OrderlensError):
    """An action that must not be done; the message says why."""
