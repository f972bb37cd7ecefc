"""`judge`: what was listed, beside what the shop needs, in doctor's lines. What could not be read is never "none"."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Final

from core.addresses import shown
from core.checks import Check, Level
from core.endpoints.listed import Listed, address
from core.endpoints.needs import Need, Suffered, needs
from core.facts import Destination, Endpoint, Mode
from core.rules.questions.sites import host, one_site, redirect
from core.rules.sentences import several
from core.times import GRACE, moment

AREA: Final = "webhooks"
FEW: Final = 5  # names of types or orders in a sentence
_line = partial(Check, AREA)


@dataclass(frozen=True, slots=True)
class Shop:
    """What the settings say: `url`: the endpoint replays go to; `hosts`: of the app and of its webhooks; `api_version`:
    what its SDK expects; `booked_on`: the events on which it books; `connected`: orders are on connected accounts."""

    url: str | None = None
    hosts: tuple[str, ...] = ()
    api_version: str | None = None
    booked_on: tuple[str, ...] = ()
    mode: Mode = "test"
    connected: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """Every host that is known to be the shop's."""
        own = host(self.url) if self.url else ""
        return tuple(dict.fromkeys(filter(None, (own, *self.hosts))))


def judge(listed: Listed, shop: Shop, suffered: Mapping[str, Suffered], now: int) -> tuple[Check, ...]:
    """Every line, in the order in which one reads them. `suffered`: by the key of the need; `now`: seconds since 1970,
    by Stripe's events."""
    every = listed.of(shop.mode)
    on = tuple(one for one in every if one.enabled)
    return (
        *_unread(listed),
        *(_described(one, shop) for one in every),
        *_own(listed, every, shop),
        *_asked(listed, on, shop, suffered),
        *_redirects(on, shop),
        *_twice(on),
        *_versions(on, shop),
        *_undelivered(listed, now),
    )


def _unread(listed: Listed) -> Iterator[Check]:
    do = "Give the key the right webhook_read, or ask again in a moment."
    if listed.unread is not None:
        yield _line("webhook endpoints", Level.UNREAD, f"Not read, because {listed.unread}.", do)
    if listed.unread_v2 is not None:
        said = f"Not read, because {listed.unread_v2}. Whether there is an EventBridge or an Event Grid is not known."
        yield _line("event destinations", Level.UNREAD, said, do)
    if listed.more:
        yield _line("webhook endpoints", Level.UNREAD, "There are more than were read.", "Look at the rest in Stripe.")


def _described(one: Destination, shop: Shop) -> Check:
    """One endpoint, whatever is to be said of it elsewhere."""
    nameless = f"{one.called} whose address Stripe does not show" if one.is_webhook else one.called
    said = [shown(one.url) if one.url else nameless]
    said.append("enabled" if one.enabled else "disabled")
    said.append("every type of event" if "*" in one.enabled_events else _few(one.enabled_events) or "no event")
    if one.thin:
        said.append("thin events")
    elif one.api_version:
        said.append(f"API version {one.api_version}")
    if one.hears != "own":
        said.append("of connected accounts" + (" only" if one.hears == "connected" else " as well"))
    if one.is_webhook and one.url and shop.known and not _at_shop(one, shop):
        said.append("on another site than this shop's")
    return _line(f"endpoint {one.id}", Level.FINE, "; ".join(said) + ".")


def _own(listed: Listed, every: tuple[Destination, ...], shop: Shop) -> Iterator[Check]:
    """The endpoint of the settings; without one, whether any stands on a site of the shop's."""
    line = partial(_line, "endpoint at Stripe")
    hooks = [one for one in every if one.is_webhook]
    if shop.url:
        mine = [one for one in hooks if one.url and address(one.url) == address(shop.url)]
        if any(one.enabled for one in mine):
            yield line(Level.FINE, f"{next(one.id for one in mine if one.enabled)} is enabled.")
        elif mine:
            said = f"Stripe has disabled the endpoint {mine[0].id}: no event is delivered to it."
            yield line(Level.ERROR, said, "Mend what it answers, then enable it at Stripe.")
        elif listed.unseen:
            said = f"Not found at the address {shown(shop.url)}; but {listed.unseen}."
            yield line(Level.UNREAD, said, "Ask again once it can be read.")
        else:
            said = f"None of Stripe's {len(hooks)} endpoints has the address {shown(shop.url)}."
            do = "Register it at Stripe, or correct the address; behind a proxy the two may differ rightly."
            yield line(Level.WARNING, said, do)
    elif shop.hosts and not listed.unseen:
        there = [one for one in hooks if one.enabled and one.url]
        if there and not any(_at_shop(one, shop) for one in there):
            hosts = _few(dict.fromkeys(host(one.url) for one in there))
            said = f"Stripe reports to {hosts}, and to no site of this shop."
            do = "Point the endpoint at the shop; if the other site is right, name it: [app] webhook_hosts."
            yield line(Level.WARNING, said, do)


def _asked(
    listed: Listed, on: tuple[Destination, ...], shop: Shop, suffered: Mapping[str, Suffered]
) -> Iterator[Check]:
    """What is heard of, and what nobody asks Stripe for."""
    everybody = [one for one in on if shop.connected or one.hears != "connected"]
    hearing = _of_shop(everybody, shop)
    unseen = listed.unseen
    if not hearing and not unseen:
        yield _nobody(on, shop)
        return
    wanted = needs(shop.booked_on)
    gaps = [need for need in wanted if not any(one.asks_for(kind) for one in hearing for kind in need.types)]
    whole = any(need not in gaps for need in wanted if need.types and need.key.startswith(("paid", "booked")))
    optional = list[Need]()
    for need in gaps:
        hurt = suffered.get(need.key)
        if not need.always and hurt is None:
            optional.append(need)
        elif unseen:
            said = f"No endpoint that was read asks for what tells that {need.what}; but {unseen}.{_hurt(hurt)}"
            yield _line(need.key, Level.UNREAD, said, "Ask again once all can be read.")
        else:
            others = [one for one in everybody if any(map(one.asks_for, need.types))]
            grave = need.key.startswith(("paid", "booked")) and not whole and not others
            yield _line(need.key, Level.ERROR if grave else Level.WARNING, *_gap(need, others, hurt))
    heard = [need.what for need in wanted if need not in gaps]
    said = f"Stripe tells when {'; '.join(heard)}." if heard else ""
    if optional:
        said += (
            f" Not asked for: when {'; '.join(need.what for need in optional)}. No kept case shows that it is missed."
        )
    if said:
        yield _line("events asked for", Level.FINE, said.strip())


def _of_shop(hearing: list[Destination], shop: Shop) -> list[Destination]:
    """Those that this shop hears by, where any is known to be at one of its sites: what another site's endpoint is told
    helps no order here."""
    if not any(one.is_webhook and _at_shop(one, shop) for one in hearing):
        return hearing
    return [one for one in hearing if not one.is_webhook or _at_shop(one, shop)]


def _gap(need: Need, others: list[Destination], hurt: Suffered | None) -> tuple[str, str]:
    """What is not heard, and what to do; `others`: endpoints of other sites that are told."""
    do = f"Add {need.types[0]} to the endpoint at Stripe; events of before never reach it: see the Inbox."
    if not others:
        return f"No endpoint asks for an event that tells that {need.what}.{_hurt(hurt)}", do
    told = _few(dict.fromkeys(host(one.url) for one in others))
    said = f"No endpoint at this shop's sites asks for an event that tells that {need.what}; told is {told}."
    return f"{said}{_hurt(hurt)}", f"{do} If that site is this shop's too, name it: [app] webhook_hosts."


def _nobody(on: tuple[Destination, ...], shop: Shop) -> Check:
    if on:
        said = "Every endpoint that is enabled hears of connected accounts only, and never of this one's payments."
        return _line("Connect scope", Level.ERROR, said, "Add an endpoint at Stripe for events on your own account.")
    said = f"No endpoint is enabled in {shop.mode} mode: nothing tells the app of a payment."
    do = "Enable or add one at Stripe; an app that asks Stripe itself needs none."
    return _line("endpoints", Level.ERROR, said, do)


def _redirects(on: tuple[Destination, ...], shop: Shop) -> Iterator[Check]:
    for one in on:
        if one.is_webhook and one.url and (not shop.known or _at_shop(one, shop)):
            likely = redirect(Endpoint(one.id, one.url, enabled=True), shop.known)
            if likely:
                said = f"{one.id}: a redirect is likely at its address ({likely}); Stripe follows none."
                yield _line("redirect", Level.WARNING, said, "Probe it: orderlens endpoints --probe.")


def _twice(on: tuple[Destination, ...]) -> Iterator[Check]:
    """Endpoints that are told the same. Of two lists, one may be the other's."""
    hooks = [one for one in on if one.is_webhook and one.url]
    for a, b in combinations(sorted(hooks, key=lambda one: one.id), 2):
        if (a.listed_by, a.thin, a.hears) != (b.listed_by, b.thin, b.hears) or not (both := _shared(a, b)):
            continue
        if address(a.url) == address(b.url):
            said = f"{a.id} and {b.id} have one address: {both} arrives there twice, signed with two secrets."
            yield _line("duplicates", Level.WARNING, said, "Remove one of the two at Stripe.")
        elif host(a.url) == host(b.url):
            said = f"{a.id} and {b.id} are two addresses of {host(a.url)}, and both are told of {both}."
            do = "Right where two parts of the app listen; else remove one: the app may book a message twice."
            yield _line("duplicates", Level.WARNING, said, do)


def _versions(on: tuple[Destination, ...], shop: Shop) -> Iterator[Check]:
    for one in on:
        other = one.api_version and shop.api_version and one.api_version != shop.api_version
        if other and not one.thin and (not one.is_webhook or _at_shop(one, shop) or not shop.known):
            said = f"{one.id} sends events of {one.api_version}, and the app expects {shop.api_version}."
            do = "Make an endpoint of the app's version at Stripe; the version of one that exists cannot be changed."
            yield _line("API version", Level.WARNING, said, do)


def _undelivered(listed: Listed, now: int) -> Iterator[Check]:
    line = partial(_line, "last event not delivered")
    if listed.undelivered_unread is not None:
        yield line(
            Level.UNREAD, f"Not read, because {listed.undelivered_unread}.", "Give the key the right event_read."
        )
        return
    stuck = [one for one in listed.undelivered if one.created <= now - GRACE]
    if not stuck:
        yield line(Level.FINE, "None: of the last 30 days Stripe lists no event that waits for an endpoint.")
        return
    newest, number = stuck[0], f"more than {len(stuck)}" if listed.undelivered_more else str(len(stuck))
    events = "1 event of the last 30 days was" if number == "1" else f"{number} events of the last 30 days were"
    said = (
        f"{events} not accepted by every endpoint; the newest: {newest.type} ({newest.id}), {moment(newest.created)}."
    )
    do = "What was answered stands beside it in Stripe's dashboard; a probe tells what is answered now."
    yield line(Level.WARNING, said, do)


def _at_shop(one: Destination, shop: Shop) -> bool:
    there = host(one.url)
    return any(there == own or one_site(there, own) for own in shop.known)


def _shared(a: Destination, b: Destination) -> str:
    """What both ask for, in words."""
    if "*" in a.enabled_events and "*" in b.enabled_events:
        return "every event"
    one, other = (b, a) if "*" in a.enabled_events else (a, b)
    return _few(kind for kind in one.enabled_events if other.asks_for(kind))


def _few(names: Iterable[str]) -> str:
    every = list(names)
    rest = [f"{len(every) - FEW} more"] if len(every) > FEW else []
    return several([*every[:FEW], *rest])


def _hurt(hurt: Suffered | None) -> str:
    if hurt is None:
        return ""
    number = f"at least {hurt.cases}" if hurt.more else str(hurt.cases)
    kept = f" {number} kept {'case is' if number == '1' else 'cases are'} of the kind that comes of this"
    return f"{kept}: {several(list(hurt.names))}." if hurt.names else f"{kept}."
