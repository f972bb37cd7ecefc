"""Which cases are shown, and in which order: one row of choices. All of it stands in the address, so that a link can be
shared; but for an e-mail address."""

from collections.abc import Callable, Sequence
from typing import Final

import streamlit as st

from core.desk import Filter, Order
from core.rules import TITLES
from dashboard import visit, words
from dashboard.frame import search_box
from dashboard.inbox import address, rows
from dashboard.inbox.rows import AGES, ANY_AGE, DEAREST, ORDERS, SEVERE, STATES

NEW = "new"  # the query parameter of what is new since that time
LISTS: Final = ("severity", "state", "owner", "code", "currency")  # choices of many, by their names in the address
SINGLE: Final = ("age", "order")
_LINKED = "least.in_address"


def choice(changed: Callable[[], None], currencies: Sequence[str]) -> tuple[Filter, Order]:
    """What is to be shown, and in which order. `changed` is called when another choice is made; `currencies`: those
    that cases have, in capitals."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="filters"):
        severities = _pills("Severity", "severity", list(SEVERE), changed)
        states = _pills("State", "state", list(STATES), changed, "Without a choice: open and acknowledged.")
        names = rows.owners_called(("", visit.operator(), *visit.get_desk().inbox.owners()))
        owners = _many("Owner", "owner", list(names), changed)
        codes = _many("Finding", "code", list(TITLES), changed, lambda code: TITLES.get(code, code))
        money, at_least = _money(currencies, changed)
        since = _one("Age", "age", [ANY_AGE, *AGES], changed)
        said = search_box.box(
            "Search in these", key="q", placeholder="Search in these", changed=changed, labelled=False, width=240
        )
        kept = [*ORDERS, DEAREST] if len(money) == 1 else list(ORDERS)
        by = _one("Order", "order", kept, changed)
    chosen = rows.chosen(
        states=states, severities=severities, codes=codes, currencies=money, at_least=at_least, age=since, text=said,
        now=visit.now(), owners=[owner for name in owners for owner in names.get(name, ())], new_since=new_since(),
    )  # fmt: skip
    return chosen, ORDERS.get(by, "dearest")


def new_since() -> int | None:
    """Since when what is shown is new, where that was chosen (seconds since 1970)."""
    said = st.query_params.get(NEW, "")
    return int(said) if said.isdecimal() and len(said) <= rows.DIGITS else None


def _label(name: str, chosen: Sequence[str]) -> str:
    """The name of a choice, and what is chosen."""
    if not chosen:
        return name
    first = TITLES.get(chosen[0], chosen[0])
    more = f" +{len(chosen) - 1}" if len(chosen) > 1 else ""
    return f"{name}: **{words.md_escape(first, 28)}{more}**"


def _pills(
    name: str, key: str, options: list[str], changed: Callable[[], None], help_text: str | None = None
) -> list[str]:
    address.take_in(key, options, many=True)
    with st.popover(_label(name, st.session_state[key]), key=f"{key}.choice"):
        return st.pills(
            name, options, selection_mode="multi", key=key, wrap=True, help=help_text,
            on_change=address.chosen(key, options, changed, many=True),
        )  # fmt: skip


def _many(
    name: str, key: str, options: list[str], changed: Callable[[], None], called: Callable[[str], str] = str
) -> list[str]:
    address.take_in(key, options, many=True)
    with st.popover(_label(name, st.session_state[key]), key=f"{key}.choice"):
        return _of_many(name, key, options, changed, called)


def _of_many(
    name: str, key: str, options: list[str], changed: Callable[[], None], called: Callable[[str], str] = str
) -> list[str]:
    return st.multiselect(
        name, options, format_func=called, key=key, placeholder="Any", width=360,
        on_change=address.chosen(key, options, changed, many=True),
    )  # fmt: skip


def _one(name: str, key: str, options: list[str], changed: Callable[[], None]) -> str:
    address.take_in(key, options, many=False)
    if st.session_state[key] not in options:
        st.session_state[key] = options[0]
    said = st.selectbox(
        name, options, key=key, label_visibility="collapsed", width=160,
        on_change=address.chosen(key, options, changed, many=False),
    )  # fmt: skip
    return said or options[0]


def _money(known: Sequence[str], changed: Callable[[], None]) -> tuple[list[str], float | None]:
    """Currencies, and of a single one the least amount."""
    address.take_in("currency", known, many=True)
    with st.popover(_label("Currency", st.session_state["currency"]), key="currency.choice"):
        picked = _of_many("Currency", "currency", list(known), changed)
        if len(picked) != 1:
            st.caption("With one currency: at least how much, and the most money first.")
            return picked, None
        return picked, _least(picked[0], changed)


def _least(currency: str, changed: Callable[[], None]) -> float | None:
    """The least amount, as the address has it."""
    linked = "".join(address.said("least")[-1:])
    if linked != st.session_state.get(_LINKED) or "least" not in st.session_state:
        st.session_state["least"] = rows.amount(linked)
        st.session_state[_LINKED] = linked

    def typed() -> None:
        value = st.session_state["least"]
        st.session_state[_LINKED] = "" if value is None else f"{value:g}"
        address.put("least", [st.session_state[_LINKED]] if value else [])
        changed()

    return st.number_input(
        f"At least, in {currency}", min_value=0.0, key="least", on_change=typed, placeholder="Any amount"
    )
