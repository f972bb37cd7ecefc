"""One reading of Stripe: rounds of questions, what could not be read, and what it cost.

A round is a set of questions sent at the same time; the next one waits for its answers, so rounds are what a person
waits for. Questions are derived from what is known, until no new one arises or the rounds are used up.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from core.errors import AccountClosed, StripeUnreachable, redact
from core.facts import Cost, Json, Missing, Unread, json
from core.stripe_api.wire import Answer, Ask, Wire

ROUNDS: Final = 4
_ACCOUNT: Final = re.compile(r"on account '(acct_\w{1,250})'")
TOO_LONG: Final = f"that would have been more than {ROUNDS} questions in a row"


class Habits:
    """What a Stripe account was found to answer, remembered between readings so that it is not asked in vain.

    `expands`: the key may read the objects inside others. `thin_events`: `/v2/core/events` knows this account's
    objects (None: not found out yet). `account`: whose data the key reads, where it may tell; `asks_account`: whether
    that is still worth asking.
    """

    def __init__(self, account: str | None = None) -> None:
        self.account = account
        self.asks_account = account is None
        self.expands = True
        self.thin_events: bool | None = None

    def learn_account(self, answer: Answer) -> None:
        """From the answer to `asks.own_account`, also from a refusal: it names the account that the key is of. That
        does not change while the key is the same, and a refusal is not worth asking for again."""
        failure = answer.failure
        named = _ACCOUNT.search(failure.message) if failure is not None and failure.is_final else None
        self.account = json.text(answer.body or {}, "id") or (named[1] if named else None)
        self.asks_account = failure is not None and not failure.is_final


class Reading:
    """Asks in rounds. `missing` and `unread` fill up as answers come. A search that Stripe does not offer to the
    account is unread of the kind "search": nothing that was asked for by its id is incomplete without it. `account`:
    the connected account whose data is read, if it is not the one of the wire."""

    def __init__(self, wire: Wire, habits: Habits, account: str | None = None) -> None:
        self.habits = habits
        self.account = account
        self.missing: dict[str, Missing] = {}
        self.unread: dict[tuple[str, str], Unread] = {}
        self.asked: dict[Ask, None] = {}
        self._wire = wire
        self._requests = 0
        self._rounds = 0
        self._began = time.perf_counter()

    @property
    def cost(self) -> Cost:
        """What it cost so far. `rounds` counts every wait: a second try is one more."""
        return Cost(self._requests, self._rounds, round(time.perf_counter() - self._began, 3))

    def run(self, wanted: Callable[[], Iterable[Ask]], take: Callable[[Answer], None]) -> tuple[Ask, ...]:
        """Ask what is `wanted`, `take` the answers, and again with what they taught. Returns the questions that still
        stood open after ROUNDS rounds."""
        for _ in range(ROUNDS):
            asks = [ask for ask in dict.fromkeys(wanted()) if ask not in self.asked]
            if not asks:
                return ()
            self.asked.update(dict.fromkeys(asks))
            for answer in self._round(asks):
                self._note(answer)
                take(answer)
        return tuple(ask for ask in dict.fromkeys(wanted()) if ask not in self.asked and not ask.optional)

    def leave(self, kind: str, what: str, because: str) -> None:
        """Note something as not read."""
        self.unread.setdefault((kind, what), Unread(kind, what, redact(because)))

    def _round(self, asks: Sequence[Ask]) -> list[Answer]:
        first = self._rounds == 0
        answers = self._send(asks)
        if first:
            _raise_if_unreachable(answers, self.account)
        worth = [answer.ask for answer in answers if _forbidden(answer) and not answer.ask.optional]
        refused = [ask for ask in worth if ask.expands]
        if refused and self.habits.expands:
            self.habits.expands = False
            plain = {answer.ask: answer for answer in self._send(refused)}
            self.habits.expands = all(_forbidden(answer) for answer in plain.values())  # then it was not for these
            answers = [plain.get(answer.ask, answer) for answer in answers]
        return answers

    def _send(self, asks: Sequence[Ask]) -> list[Answer]:
        """One round on the wire; without expansions where the key may not read what stands inside."""
        sent = asks if self.habits.expands else [_plain(ask) for ask in asks]
        answers = self._wire.ask([self._addressed(ask) for ask in sent])
        self._requests += sum(answer.attempts for answer in answers)
        self._rounds += max(answer.attempts for answer in answers) + (len(asks) - 1) // self._wire.workers
        return [replace(answer, ask=ask) for ask, answer in zip(asks, answers, strict=True)]

    def _addressed(self, ask: Ask) -> Ask:
        return ask if ask.account is not None else replace(ask, account=self.account)

    def _note(self, answer: Answer) -> None:
        failure, ask = answer.failure, answer.ask
        if failure is None:
            if not all(map(_is_object, _listed(answer.body))):
                self.leave(ask.kind, ask.what, "something in Stripe's list is none of its objects")
            return
        if failure.is_missing and ask.id is not None:
            self.missing.setdefault(ask.id, Missing(ask.id, failure.code or "", failure.message))
        elif not ask.optional:
            again = f", also at try {answer.attempts}" if answer.attempts > 1 else ""
            unoffered = ask.path.endswith("/search") and failure.is_unoffered
            self.leave("search" if unoffered else ask.kind, ask.what, failure.because + again)


def _forbidden(answer: Answer) -> bool:
    return answer.failure is not None and answer.failure.status == HTTPStatus.FORBIDDEN


def _raise_if_unreachable(answers: Sequence[Answer], account: str | None) -> None:
    """A key that is refused, or not one answer from Stripe: then nothing can be said at all."""
    failed = [(answer, answer.failure) for answer in answers if answer.failure is not None]
    for answer, failure in failed:
        if account and failure.closes_account:
            raise AccountClosed(
                f"The connected account {account} was not read: {failure.because}",
                next_step="Check that it is (still) connected to the platform that the key is of.",
            )
        if failure.refuses_key:
            raise unreachable(answer)
    if len(failed) == len(answers) and not any(failure.is_final for _, failure in failed):
        raise unreachable(failed[0][0])


def unreachable(answer: Answer) -> StripeUnreachable:
    """The error for a failure that would meet every other question as well."""
    failure = answer.failure
    assert failure is not None  # noqa: S101 - for the type checker: only failures come here
    if failure.status == HTTPStatus.UNAUTHORIZED:
        return StripeUnreachable(
            f"Nothing was read from Stripe: {failure.because}",
            next_step="Put a working secret or restricted key into STRIPE_API_KEY (Dashboard, Developers > API keys).",
            setting="STRIPE_API_KEY",
        )
    if failure.code == "account_invalid":
        return StripeUnreachable(
            f"Nothing was read from Stripe: {failure.because}",
            next_step="Check `account` under [stripe] in orderlens.toml, or use a key of the platform it belongs to.",
            setting="stripe.account",
        )
    return StripeUnreachable(
        f"Nothing was read from Stripe: {failure.because} (asked for {answer.ask.what}).",
        next_step="Check the network, the proxy and ORDERLENS_STRIPE_API_BASE, and status.stripe.com; then try again.",
        setting="ORDERLENS_STRIPE_API_BASE",
    )


def _listed(body: Json | None) -> list[object]:
    data = body.get("data") if body else None
    return data if isinstance(data, list) else []


def _is_object(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str)


def _plain(ask: Ask) -> Ask:
    return replace(ask, params=tuple(pair for pair in ask.params if not pair[0].startswith("expand")))


def items(body: Json) -> tuple[Json, ...]:
    """The objects of a list or search answer, else the one object itself."""
    data = body.get("data")
    if body.get("object") in {"list", "search_result"} or isinstance(data, list):
        return tuple(item for item in data if isinstance(item, Mapping)) if isinstance(data, list) else ()
    return (body,)


def goes_on(body: Json) -> bool:
    """Whether there is more of a list behind this page."""
    return body.get("has_more") is True or bool(body.get("next_page_url"))


def following(answer: Answer) -> Ask | None:
    """The question for the page after this one: behind the last one of API v1, at the address that API v2 gives. None
    at the end of the list, where no more pages are allowed, and where that is another list's address."""
    body, ask = answer.body, answer.ask
    if body is None or not goes_on(body) or ask.pages == 0:
        return None
    if isinstance(url := body.get("next_page_url"), str):
        parts = urlsplit(url)
        params = tuple(dict((*ask.params, *parse_qsl(parts.query))).items())
        return replace(ask, params=params, pages=ask.pages - 1) if parts.path == ask.path else None
    found = items(body)
    after = ("page", body.get("next_page")) if body.get("object") == "search_result" else ("starting_after", None)
    cursor = after[1] or (found[-1].get("id") if found else None)
    if not isinstance(cursor, str):
        return None
    params = (*(pair for pair in ask.params if pair[0] != after[0]), (after[0], cursor))
    return replace(ask, params=params, pages=ask.pages - 1)
