"""What a run must have before it may begin, and who may approve it. Pure: refuses, or says whether somebody else has
to approve it."""

from core.errors import Refused
from core.journal import ReplayRun
from core.people import LOGGED_IN, Person
from core.replaying.planning import RunPlan
from core.replays import How
from core.settings import Replays


def guard(plan: RunPlan, rules: Replays, *, reason: str, typed: str) -> bool:
    """Refused where the run may not begin; else whether it waits for a second person. In live mode it takes a setting,
    a reason, and the count and the mode as somebody `typed` them."""
    number = len(plan.to_send)
    if not number:
        raise Refused("There is nothing to send.", next_step="Look at why each is left out.")
    if number > rules.max_items:
        raise Refused(
            f"A run sends at most {rules.max_items:,} events, and these are {number:,}.",
            next_step="Choose fewer, or raise max_items under [replays] in orderlens.toml.",
            setting="replays.max_items",
        )
    if plan.mode != "live":
        return False
    guard_mode(plan.mode, rules)
    if not reason.strip():
        raise Refused("A run of live replays needs a reason or a ticket.", next_step="Say why; the journal keeps it.")
    if " ".join(typed.split()) != plan.confirms:
        raise Refused(
            f"This was not confirmed: {number:,} live events would be sent.",
            next_step=f"Type the count and the mode: {plan.confirms}",
        )
    return rules.second_person


def guard_mode(mode: str, rules: Replays) -> None:
    """Refused where a run of this mode is off: before it begins, and each time it is carried out."""
    if mode == "live" and not rules.live:
        raise Refused(
            "Runs of live replays are off.",
            next_step="Set live = true under [replays] in orderlens.toml, then start Orderlens again.",
            setting="replays.live",
        )


def guard_reconstructed(how: How, rules: Replays, *, fetches: bool) -> None:
    """Refused where no reconstructed event may be planned; `fetches`: the app fetches each event from Stripe."""
    if not rules.reconstruct:
        raise Refused(
            "Reconstructed events are not sent here: the settings do not allow it.",
            next_step="If your app trusts what a signed event says, write reconstruct = true under [replays].",
            setting="replays.reconstruct",
        )
    if fetches:
        raise Refused(
            "By your settings the app fetches each event from Stripe by its id: a reconstructed one it would not find.",
            next_step="Correct the orders in the shop, or plan without reconstructed events.",
            setting="app.fetches_events",
        )
    if how == "resend":
        raise Refused(
            "Stripe does not have what is reconstructed: it cannot send it.", next_step="Have Orderlens send (via app)."
        )


def refuse_another_account(run: ReplayRun, account: str | None) -> None:
    """Refused where the run was planned on one account of Stripe and the key is of another. `account`: the key's, None
    while that is not known."""
    if run.account and account and run.account != account:
        raise Refused(
            f"Run {run.id} was planned on the account {run.account}, and this key opens {account}.",
            next_step="Carry it out with a key of that account, or cancel it and plan anew.",
        )


def guard_second(run: ReplayRun, who: Person) -> None:
    """Refused to whoever began it, under whichever of their names; and where nothing says that it is somebody else: a
    name at a terminal is what its account calls itself."""
    if run.sub == who.sub or run.who.casefold() in (who.called.casefold(), who.sub.casefold()):
        raise Refused(
            f"{who.called} began run {run.id}, and somebody else has to approve it.",
            next_step="Ask another operator to look at its plan and approve it.",
        )
    if who.known == LOGGED_IN:
        return
    if not who.known:
        because = "this dashboard asks nobody who they are"
    elif run.known == who.known:
        because = f"it was begun under this {run.known} too, which can call itself anything"
    elif run.known == LOGGED_IN:
        because = "whoever began it logged in, and may have this terminal too"
    else:
        because = "" if run.known else "it is not known who began it"
    if because:
        raise Refused(
            f"Nothing shows that {who.called} is a second person: {because}.",
            next_step="Approve it in a dashboard that people log in to, or have it begun and approved under two "
            "accounts of a machine.",
        )
