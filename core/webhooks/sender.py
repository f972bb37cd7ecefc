"""`Sender`: whether a replay may be sent to where it is to go, and its sending."""

from core.addresses import ESCAPED, flaw, shown
from core.endpoints.probing import Answered
from core.errors import Refused, SettingsError
from core.replays import Replay
from core.webhooks.delivery import Delivery

TOTAL_SECONDS = 30.0


class Sender:
    """Sends replays to `url`, signed with `secret` (`whsec_...`). Either may be None: then `send` refuses.

    `seconds` is the longest a sending may take in all. SettingsError where `url` is not an http(s) address.
    """

    def __init__(self, url: str | None, secret: str | None, *, seconds: float = TOTAL_SECONDS) -> None:
        if url is not None and (wrong := flaw(url)):
            example = "Set it to your app's webhook endpoint, e.g. https://shop.example.com/webhooks/stripe."
            raise SettingsError(
                f"ORDERLENS_WEBHOOK_URL {wrong}.",
                next_step=f"{example} {ESCAPED}",
                setting="ORDERLENS_WEBHOOK_URL",
            )
        self.url = url
        self._secret = secret or None
        self._seconds = seconds

    @property
    def can_sign(self) -> bool:
        """Whether a signing secret is configured."""
        return self._secret is not None

    def send(self, replay: Replay, *, now: int) -> Delivery:
        """POST the replay's body with its headers and a signature of the time `now`.

        Never raises for what the endpoint does: that is in the delivery. Refused where the replay is for another URL
        than the configured one, or nothing is configured.
        """
        if self.url is None or self._secret is None or replay.url != self.url:
            raise Refused(
                f"Nothing was sent: {shown(replay.url)} is not the endpoint that is configured for replays.",
                next_step="Set ORDERLENS_WEBHOOK_URL and ORDERLENS_WEBHOOK_SECRET to your app's endpoint.",
                setting="ORDERLENS_WEBHOOK_URL",
            )
        from core.webhooks.posting import post, signed  # noqa: PLC0415 - most who open a case send nothing

        return post(self.url, signed(replay, self._secret, now), replay.body, now, self._seconds)

    def probe(self, bodies: tuple[bytes, bytes], *, now: int) -> tuple[Answered, Answered]:
        """POST the first body with a right signature and the second with a wrong one, to the configured URL. Never
        raises for what the endpoint does. Refused where nothing is configured."""
        if self.url is None or self._secret is None:
            raise Refused(
                "There is no endpoint to probe: its address or its signing secret is not set.",
                next_step="Set ORDERLENS_WEBHOOK_URL and ORDERLENS_WEBHOOK_SECRET to your app's endpoint.",
                setting="ORDERLENS_WEBHOOK_URL",
            )
        from core.webhooks.probing import probed  # noqa: PLC0415 - as above

        return probed(self.url, self._secret, bodies, now, self._seconds)
