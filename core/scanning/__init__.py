"""A scan, from windows to journal; the watch.

    scan      run: from the plan to the verdict; which scan it goes on with after a kill
    phases    both sides read, a copy sieved, compared, looked at, noted
    sources   what a scan reads, and where it tells
    sifting   a copy of Stripe's data gone through by its sieve, where it lies
    plan      what a scan is asked to do, as a command line too, and how far it is
    whose     whose account is read, and who hears of it
    heart     the heartbeat, and what a scan counts
    reading/  both sides of a span into the scratch, side by side
    scratch/  what has been read so far, in a file, so that nothing is read twice
    names     where the names of orders stand: what is known at the beginning, what is learned
    sieve/    who is to be looked at, found in SQL
    spark/    the same on a cluster of the user's own
    looking/  suspect by suspect into the inbox
    watch/    after a scan, only what changes
    garbage   garbage in circles, searched for rarely meanwhile

Hands on nothing itself: the process that reads lists starts below here, and a page needs `plan` without the rest.
What is wrong is decided in `core.rules`; what was found is kept by `core.journal`.
"""
