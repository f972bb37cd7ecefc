"""Setting up: a first mapping from the database itself, and whether everything that is set holds.

    starting              `init`: look, guess or recognise, weigh, write the file
    doctor                every check there is, of both sides, and what a page needs to show them
    endpoints             Stripe's endpoints beside what the shop needs, with the kept cases of each gap
    guessing/             what a database seems to be: the mapping that init proposes
    amounts_at_stripe     pure: which column is the amount, by what Stripe took
    statuses_at_stripe    pure: how many orders of a status that is a question are paid
    sums_at_stripe        pure: the total as what several columns make
    otherwise_at_stripe   pure: gift cards and store credit, proved by what Stripe took or asked
    statuses_by_payments  pure: what the app's own payments say of such a status
    order_names           pure: by which value payments name their orders, and in which column that stands
    logging_in            whether people can log in, and whom the settings let in
    weigh_against_stripe  pure: what Stripe's payments say of unit, time zone and currency

Changes nothing but the settings file that `init` writes.
"""

from core.setup.doctor import Doctor, Examination
from core.setup.guessing import Belief, Open, Question
from core.setup.starting import Draft, draft, existing, write

__all__ = ["Belief", "Doctor", "Draft", "Examination", "Open", "Question", "draft", "existing", "write"]
