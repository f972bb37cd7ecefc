"""Setting up: a first mapping from the database itself, and whether everything that is set holds.

    weigh_against_stripe  pure: what Stripe's payments say of unit, time zone, currency and metadata
    doctor     every check there is, of both sides, and what a page needs to show them
    starting   `init`: look, guess or recognise, ask the oracle, write the file

Refuses to change anything but the settings file that `init` writes.
"""

from core.setup.doctor import Doctor, Examination
from core.setup.guessing import Belief, Question
from core.setup.starting import Draft, draft, existing, write

__all__ = ["Belief", "Doctor", "Draft", "Examination", "Question", "draft", "existing", "write"]
