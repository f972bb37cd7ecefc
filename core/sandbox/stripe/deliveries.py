"""Events on their way to webhook endpoints: signed, sent, tried again, counted.

Owns who is to get an event, the attempts, and `pending_webhooks`. An endpoint has it in its own API version. What
happens on a connected account goes to its platform's Connect endpoints. A redirect is not followed: it is a failure.
Runs in the loop of the server; an attempt is signed with the present time of this machine, whatever the sandbox's clock
says, because the shop that checks it has no other.
"""

import asyncio
import hashlib
import json
from collections.abc import Coroutine
from dataclasses import dataclass

import aiohttp
from stripe import WebhookSignature

from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import Store
from core.sandbox.stripe.switches import Switches
from core.sandbox.stripe.versions import TODAY, happened_for, known

USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
LISTENER_SECRET = "whsec_" + "orderlensSandboxListener00000001"
"""What signs the events that go where a `stripe listen` would forward them."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery of an event: the status that came back, or None and why nothing did."""

    event: str
    endpoint: str
    url: str
    status: int | None
    answer: str

    @property
    def accepted(self) -> bool:
        """Whether the endpoint took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - the class of answers


class Deliveries:
    """What the account sends, and what became of it. `platform`: of a connected account, the store of the platform,
    where the endpoints are that hear of it."""

    def __init__(self, store: Store, switches: Switches, platform: Store | None = None) -> None:
        self._store = store
        self._switches = switches
        self._platform = platform
        self._running: set[asyncio.Task[object]] = set()
        self.attempts: list[Attempt] = []

    def announce(self, happened: Json) -> Json:
        """Keep a new event and send it to every enabled endpoint that wants its type."""
        mode = happened["livemode"]
        wanting = [one for one in self._endpoints(livemode=mode) if wants(one, happened["type"])]
        ids = frozenset(one["id"] for one in wanting)
        made_id = happened["id"]
        self._store.audience[made_id], self._store.awaiting[made_id] = ids, set(ids)
        kept = self._store.put({**happened, "pending_webhooks": len(ids)}, livemode=mode)
        for one in wanting:
            self._start(self._persist(made_id, one["id"], livemode=mode))
        return kept

    def resend(self, happened: Json, endpoint: Json) -> None:
        """Send an event once more to an endpoint. One that did not want its type when it happened does not get it."""
        audience = self._store.audience.get(happened["id"])
        heard = wants(endpoint, happened["type"]) and self._hears(endpoint)
        if endpoint["id"] in audience if audience is not None else heard:
            self._start(self._once(happened, endpoint))

    def forward(self, happened: Json) -> None:
        """Send an event to whoever listens in a terminal, if anybody does."""
        if url := self._switches.listening_at:
            listener = {"id": "we_listener", "url": url, "secret": LISTENER_SECRET}
            self._start(self._once(happened, listener))

    @property
    def busy(self) -> bool:
        """Whether an attempt is under way or will be made."""
        return bool(self._running)

    def _endpoints(self, *, livemode: bool) -> list[Json]:
        listed = (self._platform or self._store).newest_first("webhook_endpoint", livemode=livemode)
        return [one for one in listed if one["status"] == "enabled" and self._hears(one)]

    def _hears(self, endpoint: Json) -> bool:
        """Whether an endpoint hears of this account: a Connect endpoint of connected ones, another of its own."""
        return bool(endpoint.get("application")) is (self._platform is not None)

    def _start(self, work: Coroutine[None, None, object]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _persist(self, made_id: str, endpoint_id: str, *, livemode: bool) -> None:
        """Attempt until it is accepted, the endpoint is disabled or gone, or Stripe has had enough."""
        for delay in (0.0, *self._switches.retry_delays):
            await asyncio.sleep(delay)
            happened = self._store.get(made_id, livemode=livemode)
            endpoint = (self._platform or self._store).get(endpoint_id, livemode=livemode)
            if happened is None or endpoint is None or endpoint["status"] != "enabled":
                return
            if endpoint_id not in self._store.awaiting[made_id]:
                return
            if await self._once(happened, endpoint):
                return

    async def _once(self, happened: Json, endpoint: Json) -> bool:
        attempt = await self._post(happened, endpoint)
        self.attempts.append(attempt)
        if attempt.accepted:
            self._accepted(happened["id"], endpoint["id"], livemode=happened["livemode"])
        return attempt.accepted

    async def _post(self, happened: Json, endpoint: Json) -> Attempt:
        version = known(endpoint.get("api_version")) or TODAY
        body = json.dumps(happened_for(happened, version, self._store), indent=2)
        signature = WebhookSignature.generate_signature_header(body, endpoint["secret"])
        if not happened["livemode"]:
            signature += f",v0={hashlib.sha256(body.encode()).hexdigest()}"
        headers = {
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature,
            "User-Agent": USER_AGENT,
        }
        timeout = aiohttp.ClientTimeout(total=self._switches.delivery_timeout)
        status, answer = None, ""
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as client,
                client.post(endpoint["url"], data=body.encode(), headers=headers, allow_redirects=False) as response,
            ):
                status, answer = response.status, (await response.text(errors="replace"))[:2000]
        except (aiohttp.ClientError, TimeoutError) as error:
            answer = f"{type(error).__name__}: {error}"
        return Attempt(happened["id"], endpoint["id"], endpoint["url"], status, answer)

    def _accepted(self, made_id: str, endpoint_id: str, *, livemode: bool) -> None:
        happened = self._store.get(made_id, livemode=livemode)
        if happened is None or endpoint_id == "we_listener":
            return
        if (awaiting := self._store.awaiting.get(made_id)) is not None:
            awaiting.discard(endpoint_id)
            left = len(awaiting)
        else:  # history that was seeded: it says how many are open, not which
            left = max(happened["pending_webhooks"] - 1, 0)
        self._store.change(happened, pending_webhooks=left)


def wants(endpoint: Json, kind: str) -> bool:
    """Whether an endpoint is subscribed to a type of event."""
    return bool({"*", kind} & set(endpoint["enabled_events"]))
