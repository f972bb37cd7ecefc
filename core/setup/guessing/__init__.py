"""What a database seems to be: the mapping that `orderlens init` proposes.

sampling   the one reader: tables, keys, and at most 300 rows of those that may matter
vocabulary pure: what names and status words usually mean
sql        pure: names and values as SQL
hits       pure: which columns hold Stripe's ids, told by the ids
mirrors    pure: tables that are copies of what Stripe has
leading    pure: how a row names a row of another table
fitting    pure: which column of a table is which field
beside     pure: what an order has in the tables that it names
choosing   pure: the table of orders and its columns
relating   pure: the tables of payments, and how they lead to an order
otherwise  pure: rows of payments by other means than Stripe
refunding  pure: where money that went back is written down
wording    pure: what the words of a status mean
asking     pure: what was not found, as what is to be said
beliefs    what is believed and asked
guess      pure: all of it as a mapping, with reasons and open questions
presets    applications that are known, each with the columns it requires
mending    pure: a preset that lacks one table beside the orders
drafting   pure: a mapping as a commented settings file
"""

from core.setup.guessing.beliefs import Belief, Guess, Open, Question
from core.setup.guessing.drafting import RELATIONS, heading, toml
from core.setup.guessing.guess import guess
from core.setup.guessing.mending import Mended, mended
from core.setup.guessing.presets import Preset, presets, recognised, resembling
from core.setup.guessing.sampling import Seen, look

__all__ = [
    "RELATIONS", "Belief", "Guess", "Mended", "Open", "Preset", "Question", "Seen", "guess", "heading", "look",
    "mended", "presets", "recognised", "resembling", "toml",
]  # fmt: skip
