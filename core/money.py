"""Money as Stripe counts it: a whole number of minor units and a lower-case ISO code.

Owns the exponents. Refuses to convert between currencies and to guess a unit.
Source: docs.stripe.com/currencies. UGX and ISK are zero-decimal by nature; Stripe's API keeps two decimals for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd iqd jod kwd omr tnd".split())
_EXPONENTS = {**dict.fromkeys(ZERO_DECIMAL, 0), **dict.fromkeys(THREE_DECIMAL, 3)}


def exponent(currency: str) -> int:
    """How many digits of an amount in `currency` stand behind the point in Stripe's API: 0, 2 or 3."""
    return _EXPONENTS.get(currency.strip().lower(), 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents, yen, fils) of a currency (ISO 4217, lower case)."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        """Letter case is never a difference."""
        code = self.currency.strip().lower()
        if code != self.currency:
            object.__setattr__(self, "currency", code)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact: 4200 usd is 42.00, 500 jpy is 500, 1500 kwd is 1.500."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    @classmethod
    def from_major(cls, amount: Decimal, currency: str) -> "Money":
        """Major units to minor ones. ValueError where the amount is finer than the currency's smallest coin."""
        minor = amount.scaleb(exponent(currency))
        if minor != minor.to_integral_value():
            raise ValueError(f"{amount} {currency.upper()} has more decimals than the currency")
        return cls(int(minor), currency)

    def __str__(self) -> str:
        """For people: `1,234.50 USD`, `-5 JPY`."""
        digits = _EXPONENTS.get(self.currency, 2)
        whole, part = divmod(abs(self.amount_minor), 10**digits)
        sign, decimals = "-" if self.amount_minor < 0 else "", f".{part:0{digits}}" if digits else ""
        return f"{sign}{whole:,}{decimals} {self.currency.upper()}"


def added_up(amounts: Sequence[Money | None]) -> Money | None:
    """The sum; None where there is nothing to add, an amount is unknown, or currencies are mixed."""
    if len(amounts) <= 1:
        return amounts[0] if amounts else None
    known = [money for money in amounts if money]
    if len(known) < len(amounts) or len({money.currency for money in known}) > 1:
        return None
    return Money(sum(money.amount_minor for money in known), known[0].currency)
