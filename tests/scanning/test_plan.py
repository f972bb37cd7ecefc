"""A scan's plan as the command line that carries it out."""

from core.jobs import orderlens
from core.scanning.plan import Plan, command
from core.stripe_api.spans import Range


def test_the_command_carries_out_the_plan() -> None:
    told = command(Plan(since=10, until=20, who="jo", only=(Range(11, 12),), resume=False, scan_id=7))
    given = "--since 10 --until 20 --who jo --scan 7 --only 11-12 --anew".split()
    assert told == orderlens("scan", "--json", *given)


def test_what_is_not_asked_for_is_not_said() -> None:
    assert command(Plan(since=None)) == orderlens("scan", "--json")
