"""A plan as CSV, safe for a spreadsheet, and read back."""

import pytest

from core.errors import UsageError
from core.export import as_written
from core.journal import ReplayItem
from core.money import Money
from core.replaying import Wanted
from core.replaying.tabling import COLUMNS, csv_of, selection_of

ITEM = ReplayItem(
    case_key="order:=1;+2", name="=SUM(A1)", event_id="evt_1", event_type="charge.succeeded", how="resend",
    endpoint_id="we_1", endpoint="https://shop.example/hook", money=Money(500, "jpy"),
)  # fmt: skip
LEFT = ReplayItem(case_key="order:2", state="skipped", left_out="applied", says="It is paid.")


def lines(*items: ReplayItem, mode: str = "test") -> list[str]:
    return "".join(csv_of(items, mode)).splitlines()


def test_what_was_written_is_read_back_and_who_was_left_out_is_not() -> None:
    chosen = selection_of(lines(ITEM, LEFT), "test", "plan.csv")
    assert chosen.wanted == (Wanted("order:=1;+2", "evt_1", "resend", "we_1"),)
    assert chosen.says == "the plan plan.csv"


def test_no_cell_is_a_formula() -> None:
    (_, line) = lines(ITEM)
    assert '"\'=SUM(A1)"' in line
    assert '"order:=1;\'+2"' in line
    assert as_written("order:=1;'+2") == "order:=1;+2"
    assert as_written("it's") == "it's"
    assert '"500","500","JPY"' in line


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ([], "has no column case"),
        (["a,b", "1,2"], "has no column case"),
        (lines(ITEM, mode="live"), "line 2: this is a plan of live mode"),
        ([",".join(COLUMNS), ",".join("x" for _ in COLUMNS)], ""),
        (["case,event,way,mode,state", "order:1,evt_1,by hand,test,planned"], "line 2: the way is by hand"),
        (["case,event,way,mode,state", "order:1,,replay,test,planned"], "names no case, or no event"),
        (["case,event,way,mode,state", "order:1"], ""),
    ],
)
def test_what_is_no_plan_is_said(file: list[str], says: str) -> None:
    if not says:
        assert selection_of(file, "test", "plan.csv").wanted == ()
        return
    with pytest.raises(UsageError, match=says):
        selection_of(file, "test", "plan.csv")
