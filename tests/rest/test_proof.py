"""What a copy proves, and what its rows only claim; which generations are read, in whose names."""

import time
from contextlib import closing

import pytest
from pydantic import SecretStr

from core.rest.copy import Copy
from core.rest.proof import proofs
from core.sandbox import World
from core.settings import Rest
from core.stripe_api.spans import SESSIONS
from core.times import DAY
from tests.databases import execute, postgresql
from tests.rest.copies import ACCOUNT, LISTS, fill_django, fill_engine
from tests.rest.test_copy import EVER, copy_at, live, made
from tests.worlds import world_of

SYNCED = "ALTER TABLE stripe.checkout_session RENAME COLUMN _last_synced_at TO _synced_at"

world = world_of(orders=60)


def test_of_both_modes_no_run_proves_anything_and_only_rows_of_the_keys_own_claim(world: World) -> None:
    """The runs do not say in which mode they listed: a test key's prove nothing of live payments."""
    with postgresql() as url:
        fill_engine(url, world, at=int(time.time()) - 20 * DAY)
        with closing(Copy(Rest(url=SecretStr(url)), "live", ACCOUNT)) as copy:
            assert [(one.at, one.proven) for one in proofs(copy).values()] == [(None, False)] * 3
        execute(
            url,
            """INSERT INTO stripe.checkout_sessions (_raw_data, _last_synced_at, _account_id)
               SELECT _raw_data || '{"id": "cs_live_1", "livemode": true}', now(), _account_id
               FROM stripe.checkout_sessions LIMIT 1""",
        )
        with closing(copy_at(url)) as copy:
            claim = proofs(copy)["sessions"]
            assert not claim.proven
            assert claim.at is not None
            assert claim.at < time.time() - 19 * DAY


def test_the_youngest_row_is_the_accounts_own_and_not_of_tomorrow(world: World) -> None:
    with postgresql() as url:
        fill_django(url, world, at=int(time.time()) - 20 * DAY)
        execute(
            url,
            """INSERT INTO djstripe_session (id, livemode, stripe_data, djstripe_updated, djstripe_owner_account_id)
               VALUES ('cs_test_other', false, '{}', now(), 'acct_other')""",
            "UPDATE djstripe_charge SET djstripe_updated = now() + interval '1 day'",
        )
        with closing(copy_at(url)) as copy:
            found = {kind: one.at or 0 for kind, one in proofs(copy).items()}
    assert found["sessions"] < time.time() - 19 * DAY
    assert found["charges"] <= time.time() + 1


@pytest.mark.parametrize(
    ("generation", "changes"),
    [
        ("A2", ()),
        ("A4", (*(f"ALTER TABLE stripe.{one} RENAME TO {one.removesuffix('s')}" for one in LISTS), SYNCED)),
        ("Stripe Database", tuple(f"ALTER TABLE stripe.{one} DROP COLUMN _last_synced_at" for one in LISTS)),
    ],
)
def test_other_generations_are_read_by_their_own_names(world: World, generation: str, changes: tuple[str, ...]) -> None:
    with postgresql() as url:
        fill_engine(url, world, runs=False)
        execute(url, *changes)
        with closing(copy_at(url)) as copy:
            assert copy.kind.generation == generation
            found = {str(one["id"]) for some in copy.objects("sessions", EVER) for one in some}
            assert found == live(world, SESSIONS).keys()
            claim = proofs(copy)["sessions"]
            assert not claim.proven
            assert claim.believed


def test_a_range_that_failed_is_not_believed(world: World) -> None:
    with postgresql() as url:
        fill_engine(url, world)
        execute(
            url,
            """UPDATE stripe._sync_obj_runs SET status = 'error', error_message = 'rate limit'
               WHERE object = 'checkout_sessions'
               AND created_gte = (SELECT min(created) FROM stripe.checkout_sessions)""",
        )
        with closing(copy_at(url)) as copy:
            (left,) = proofs(copy)["sessions"].listed
            assert left.since > min(made(o) for some in copy.objects("sessions", EVER) for o in some)
