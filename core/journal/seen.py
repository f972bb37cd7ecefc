"""Of two people who decide on the same sight: the second is told what the first did, and nothing is done twice."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select

from core.errors import Refused
from core.journal.filtering import of
from core.journal.kept import Kept
from core.journal.tables import CASES, ENTRIES
from core.times import moment

_NEXT = "Look at the case as it is now, then decide anew."
_DID = {"acknowledge": "acknowledged", "ignore": "ignored", "reopen": "reopened"}


def as_seen(connection: Connection, seen: Sequence[Kept], part: str) -> None:
    """Refused where one of the cases is not in the state, or not its owner's, in which it was seen. At most as many as
    one statement takes."""
    columns = (CASES.c.key, CASES.c.state, CASES.c.owner, CASES.c.who)
    query = select(*columns).where(of(part), CASES.c.key.in_([case.key for case in seen]))
    now = {row["key"]: row for row in connection.execute(query).mappings()}
    for case in seen:
        stands = now.get(case.key)
        if stands is not None and (stands["state"], stands["owner"]) != (case.state, case.owner):
            raise Refused(f"Nothing was done now: {_did(connection, case, stands, part)}.", next_step=_NEXT)


def _did(connection: Connection, case: Kept, stands: RowMapping, part: str) -> str:
    """What became of it since, and by whom, as a clause."""
    name = case.number or case.order_id or case.key.partition(":")[2]
    if stands["owner"] != case.owner:
        whose = f"{name} is {stands['owner']}'s by now" if stands["owner"] else f"{name} is nobody's by now"
        last = _last(connection, case.key, ("assign",), part)
        return f"{whose}, by {last['who']} at {moment(last['at'], seconds=True)}" if last else whose
    if stands["state"] == "resolved":
        return f"{name} is resolved by now: a reading found it well"
    last = _last(connection, case.key, tuple(_DID), part)
    if last is None or last["outcome"] != stands["state"]:  # a reading, or the time, did it
        return f"{name} is {stands['state']} by now"
    return f"{last['who']} {_DID[last['what']]} {name} at {moment(last['at'], seconds=True)}"


def _last(connection: Connection, key: str, steps: Sequence[str], part: str) -> RowMapping | None:
    """The last of these steps that somebody took."""
    e = ENTRIES.c
    query = select(e.who, e.at, e.what, e.outcome).where(e.case_key == key, e.key_mode == part, e.what.in_(steps))
    return connection.execute(query.order_by(e.at.desc(), e.id.desc()).limit(1)).mappings().first()
