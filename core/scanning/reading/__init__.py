"""Both sides of a span into the scratch.

    both_sides       the orders in a thread, Stripe's lists beside them
    lister           Stripe's lists of a span, read by a process of its own
    at_rest          a copy of Stripe's data, before Stripe is asked
    unseen           what it does not show, and which of its objects are taken all the same
    went_back        its payments of which money went back, as they are now
    payments_alone   payments without a session
    subscriptions    what sessions of the span began, and its bills
    list_or_ask      where these are listed rather than asked for one by one
    restricted_keys  what a key may not see inside of what it lists
    patience         reads orders, retrying while the database restarts

Hands on nothing itself: the lister's process starts here, and would read the other modules, SQLAlchemy with them.
"""
