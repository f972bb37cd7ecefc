"""A watch of a sandbox world on a clock of its own: the real readers, over real HTTP and real databases."""

import sqlite3
from pathlib import Path

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, Built, Purchase
from core.sandbox.stripe.objects import Json
from core.scanning.watch import Reporter, Step, Watch
from core.telling import Teller
from tests.desks import desk_on
from tests.scanning.scanned import Shop


class Clock:
    """Both sides' time; it stands still until it is moved on."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, world.now
        self.pass_by(0)

    def __call__(self) -> float:
        return float(self.at)

    def pass_by(self, seconds: int) -> int:
        self.at += seconds
        self.world.stripe.switches.frozen_at = self.at
        return self.at


class Watched:
    """A world under a watch. `teller`: whom it tells; `one_journal`: pages and watch share it, as they do at a shop."""

    def __init__(self, world: World, folder: Path, *, teller: Teller | None = None, one_journal: bool = False) -> None:
        self._own = f"sqlite:///{folder / 'journal.sqlite3'}" if one_journal else None
        self.world, self.folder, self.teller, self.clock = world, folder, teller, Clock(world)
        self.sold = 20_000
        self.begin()

    def begin(self, me: str = "here 1") -> None:
        """Start the process, so to speak."""
        self.shop = Shop(self.world, self.folder, clock=self.clock)
        self.desk = desk_on(self.world, clock=self.clock, journal_url=self._own)
        journal, orders = self.shop.journal, self.shop.orders
        reporter = Reporter(journal, orders, self.teller, "told") if self.teller else None
        self.watch = Watch(self.shop.sources(), self.desk.open, who="tests", me=me, reporter=reporter)

    def restart(self) -> None:
        """End it without a word, and start anew."""
        self.close()
        self.begin()

    def step(self, seconds: int = 60) -> Step:
        """The round after so many seconds."""
        return self.watch.step(self.clock.pass_by(seconds))

    def steps(self, minutes: int) -> list[Step]:
        return [self.step() for _ in range(minutes)]

    def sell(self, name: str = "paid_and_booked", *, age: int = 200) -> Built:
        """What a scenario tells has happened, to an order made `age` seconds ago."""
        self.sold += 1
        buys = Purchase(f"SH-{self.sold}", "Ada Abbott", f"ada.{self.sold}@example.org", "Teapot", 4200, "eur")
        built = BY_NAME[name].build(self.clock.at, self.world.shop.url, purchase=buys, age=age)
        self.world.stripe.store.put_all(built.objects)
        self.world.shop.books.add(built.orders)
        return built

    def write(self, statement: str, *values: object) -> None:
        """The shop changes its books."""
        with sqlite3.connect(self.world.shop.books.path) as db:
            db.execute(statement, values)
        db.close()

    def objects(self, built: Built, kind: str) -> list[Json]:
        return [thing for thing in built.objects if thing["object"] == kind]

    def headlines(self) -> dict[str, str | None]:
        return self.shop.headlines()

    @property
    def requests(self) -> int:
        """That Stripe has answered so far."""
        return len(self.world.stripe.switches.requests)

    def close(self) -> None:
        self.desk.close()
        self.shop.close()
