"""A scan, from windows to journal; the watch.

    scan        run: the phases, one after the other, and the verdict
    plan        what a scan is asked to do, as a command line too, and how far it is
    reading     both sides of a span into the scratch, side by side
    lister      Stripe's lists of a span, read by a process of its own
    bare        payments without a session, listed where that is cheaper than asking for each; bulk says where
    blind       what a key may not see inside of what it lists
    scratch     what has been read so far, in a file: a scan that is killed goes on; tables has its tables
    briefs      what is kept of an order and an object: the few columns for joining and for the cheap test
    plainness   is there anything unusual about a session?
    healthy     the cheap test: is this pair healthy beyond doubt?
    comparing   who is to be looked at, found in SQL
    claiming    payments that no order of the span claims
    suspects    everything about each suspect, and what is wrong; with facts_of and looked
    looking     suspect by suspect into the inbox
    ahead       suspects looked at, and their events read, while sessions still come in
    coverage    ranges and holes
    heart       the heartbeat, and what a scan counts
    cycles      garbage in circles, searched for rarely meanwhile
    patience    orders, found although their database is restarted
    watch       Watch: after a scan, only what changes
    following   how far a watch has read, and what waits to be looked at
    glancing    what is due is looked at: at one request where all is plainly well
    reporting   what a watch found, told to people

Refuses to decide what is wrong (`core.rules`), to keep findings (`core.journal`) and to know any page.
"""
