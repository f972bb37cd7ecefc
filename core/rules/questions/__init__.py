"""What several rules ask of a case. Each question is a module, asked by its name: `states.missed(seen)`.

    states        how far the order is, and what it missed
    figures       what was paid and what it costs, brought to figures that can be compared
    apart         which payments buy one thing: a schedule is no purchase paid twice
    subscribed    what its subscription says of an order: it may have ended with it, or outlived it
    not_paid_but  what stands in the place of a payment
    payable       what can still be paid, and until when
    last_attempt  what the newest attempt says of itself
    why_unheard   the one cause why the app did not hear of it
    sites         hosts and sites: where a URL leads, and whether a delivery meets a redirect
    hearing       whether an endpoint receives the events of a refusal, a hold, a dispute

It has no face: a rule that asks one of them need not read the others.
"""
