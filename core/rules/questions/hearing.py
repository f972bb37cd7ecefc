"""Whether any enabled endpoint receives these events: of a refusal, the end of a hold, a dispute."""

from core.findings import Action
from core.rules.questions.why_unheard import listening
from core.rules.rule import Seen


def hears(seen: Seen, *types: str) -> bool:
    """Whether an endpoint, or another destination, that is switched on asks for one of these events."""
    others = [one for one in seen.case.facts.destinations if one.enabled]
    told = any(endpoint.wants(kind) for endpoint in listening(seen) for kind in types)
    return told or any(one.asks_for(kind) for one in others for kind in types)


def cure(seen: Seen, *types: str) -> tuple[Action, ...]:
    """What to do about an app that did not act on these events: have them sent, else look at its code. Nothing where
    the endpoints were not read."""
    if seen.unread("endpoints"):
        return ()
    return (Action.FIX_HANDLER_CODE,) if hears(seen, *types) else (Action.SUBSCRIBE_EVENT,)
