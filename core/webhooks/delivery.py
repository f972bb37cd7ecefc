"""`Delivery`: what became of a sending."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a sending. `status`: the endpoint's HTTP status, None where it gave none or where Stripe sent it;
    `answer`: the first 5,000 characters; `error`: in words, None where an answer came (whatever it says); `sent_at`:
    seconds since 1970; `headers`: as sent, signature included; `uncertain`: no answer tells whether it arrived (a
    time-out, a cut connection, a resend by Stripe): only the order can."""

    url: str
    status: int | None
    latency_ms: int
    answer: str
    error: str | None
    sent_at: int
    headers: tuple[tuple[str, str], ...] = ()
    uncertain: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the endpoint said that it took it (2xx). Not a proof of anything."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers
