"""A desk in a process of its own, on the settings of its environment: it opens the case it is told, plans, says
`planned`, waits for a line, sends, and says what came of it."""

import sys

from core.errors import OrderlensError
from core.replays import candidates
from core.settings import load
from core.wiring import desk as wired
from tests.people import MIRA, person


def main(number: str, who: str) -> None:
    """Plan and send the first event of an order that is worth sending."""
    with wired(load()) as desk:
        (hit,) = desk.find(number, who=MIRA).hits
        opened = desk.open(hit.key)
        plan = desk.plan_replay(opened, candidates(opened)[0].id)
        sys.stdout.write("planned\n")
        sys.stdout.flush()
        sys.stdin.readline()
        try:
            said = desk.carry_out(plan, opened, who=person(who)).outcome.value
        except OrderlensError as error:
            said = error.message
        sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
