"""What a database seems to be: the mapping that `orderlens init` proposes.

sampling   the one reader: tables, keys, and at most 300 rows of those that may matter
vocabulary pure: what names and status words usually mean
sql        pure: names and values as SQL
hits       pure: which columns hold Stripe's ids, told by the ids
choosing   pure: the table of orders and its columns
relating   pure: how other tables lead to an order
guess      pure: all of it as a mapping, with reasons and open questions
presets    applications that are known, each with the columns it requires
drafting   pure: a mapping as a commented settings file
"""

from core.setup.guessing.drafting import heading, toml
from core.setup.guessing.guess import Belief, Guess, Question, guess
from core.setup.guessing.presets import Preset, presets, recognised, resembling
from core.setup.guessing.sampling import Seen, look

__all__ = [
    "Belief", "Guess", "Preset", "Question", "Seen", "guess", "heading", "look", "presets", "recognised", "resembling",
    "toml",
]  # fmt: skip
