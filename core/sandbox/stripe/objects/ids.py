"""Ids that look and sort like Stripe's: an era digit, five digits of time, the account's ending, random letters.

Owns the shape of every id the sandbox makes up. An unknown prefix gets the common shape.
Real ones for comparison: `pi_3TGnEsQK2ZHS99Rk1DIz66Nj` was made by `acct_...QK2ZHS99Rk` at 1774905650.
"""

import string
from random import Random

ACCOUNT_ID = "acct_1RvS7mH0pLanternQ8"
_ENDING = ACCOUNT_ID[-10:]
_EPOCH = 1_342_389_380  # with this origin, five base-62 digits reproduce the time in captured ids
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHORT = {"cus": 14, "prod": 14, "req": 14}
_OF_A_PAYMENT = {"pi", "ch", "py", "re", "pyr", "txn"}


def new_id(prefix: str, rng: Random, created: int = 1_790_000_000) -> str:
    """A fresh id: `new_id("pi", rng, created)`; a session's prefix is `cs_test` or `cs_live`."""
    if prefix.startswith("cs_"):
        return f"{prefix}_a1{letters(rng, 56)}"
    if prefix in _SHORT:
        return f"{prefix}_{letters(rng, _SHORT[prefix])}"
    if prefix in _OF_A_PAYMENT:
        return f"{prefix}_3{_time(created)}{_ENDING}{rng.randrange(3)}{letters(rng, 7)}"
    return f"{prefix}_1{_time(created)}{_ENDING}{letters(rng, 8)}"


def letters(rng: Random, count: int) -> str:
    """`count` random letters and digits."""
    return "".join(rng.choices(_ALPHABET, k=count))


def _time(created: int) -> str:
    rest, digits = max(created - _EPOCH, 0), ""
    for _ in range(5):
        rest, digit = divmod(rest, 62)
        digits = _ALPHABET[digit] + digits
    return digits
