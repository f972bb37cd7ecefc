"""The Setup page asks both sides when it is told to, and shows everybody what was found last, with its age."""

from core.sandbox import World
from tests.dashboard.conftest import Opening, shown
from tests.worlds import world_of

world = world_of("paid_and_booked")


def test_opening_it_asks_stripe_nothing_and_pressing_does(world: World, app: Opening) -> None:
    world.stripe.switches.requests.clear()
    page = app("setup")
    assert not page.exception
    assert "Nobody has looked since this server began" in shown(page)
    assert "The mapping as it is understood" in shown(page)
    assert world.stripe.switches.requests == []

    page.button(key="again").click().run()
    assert not page.exception
    assert "Nobody has looked" not in shown(page)
    assert "Orders as they are read" in shown(page)
    asked = len(world.stripe.switches.requests)
    assert asked

    other = app("setup")
    assert "Looked" in shown(other)
    assert "Orders as they are read" in shown(other)
    assert len(world.stripe.switches.requests) == asked


def test_the_endpoints_are_listed_and_a_probe_is_sent_at_a_press_only(world: World, app: Opening) -> None:
    page = app("setup")
    probed = [one for one in world.shop.heard if "orderlens_probe" in one]
    assert not page.exception
    assert "Probe the endpoint" in [one.label for one in page.button]
    assert [one for one in world.shop.heard if "orderlens_probe" in one] == probed

    page.button(key="probe.send").click().run()
    assert not page.exception
    assert "Signed rightly" in shown(page)
    assert "it refuses what Stripe did not sign" in shown(page)
    assert len([one for one in world.shop.heard if "orderlens_probe" in one]) == len(probed) + 1
