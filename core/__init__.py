"""Everything Orderlens knows; runs without a browser.

    money       minor units and currency
    errors      what a person may meet, and the next step
    people      pure: persons, roles, and the table of who may do what
    sdk         the Stripe SDK, imported lightly
    private     files and folders that only their owner may read
    times       seconds since 1970: read, and spelled for people and programs
    checks      what doctor looked at: what was found, what to do
    addresses   pure: what may be said of an address that can hold a password
    logs        log lines without secrets, whoever writes them
    databases   a database's address understood, and an engine that keeps it to itself
    settings/   environment and orderlens.toml; the mapping language
    facts/      Order, Session, Intent, Charge, ... Facts; Stripe's JSON is read here, once
    pasted      pure: what somebody pasted -> what to look for
    described   pure: an amount, a day, a card, a receipt, a name in what a customer says
    stripe_links pure: Dashboard pages and CLI commands, of the right mode and account
    shop_links  pure: an order's page in the shop
    findings    the vocabulary of a diagnosis: how bad, how sure, evidence, steps
    surroundings what is known of the app around a case: from the settings, and from its rows
    cases       Case and its bundle (JSON in and out)
    linking/    pure: which of Stripe's objects belong to which order
    rules/      the catalogue, one folder a family, with the sentences of its findings; RULES and examine(case)
    endpoints/  pure: whether what a shop has to hear of reaches it; what the answers to a probe mean
    replays/    pure: what may be sent again, to whom, or why not
    catalogue/  pure: what each code means, on examples; error texts; the fixes for good
    comparison/ pure: order and Stripe field by field; which figures explain a difference
    report/     pure: what is said of a case, made once: verdict, next action, letter, timeline, who has the money
    export      CSV that a spreadsheet can open safely
    outages     pure: many cases of one cause and one beginning -> outages
    causes      pure: one cause over time, beside the orders that came through well
    pulse       pure: is anything wrong, is it getting worse, and may that be said
    jobs/       what outlives a page: started, followed, cancelled, gone on with; a scan is a job
    orders/     reading the app's database as the mapping says, read-only
    stripe_api/ reading Stripe: everything about one case
    webhooks/   signing and sending
    login/      who somebody is, as the provider says; the cookie of whoever is in
    journal/    Orderlens' own tables: actions taken, scans, the inbox, cursors
    telling/    messages to people: what is news, and where it is sent
    rest/       Stripe's data where they lie already: what a copy holds, what it can prove, and the sieve
    setup/      init and doctor: a first mapping, and whether all of it holds
    scanning/   every order and object of a span, compared, diagnosed and noted, also after a kill; the watch
    metrics/    how Orderlens itself does: figures for a monitor, alive, ready
    desk/       what an operator can do: find, open, retrieve, plan, send, survey
    replaying/  any number of replays: planned, guarded, carried out by a job, each proved
    wiring      settings -> a desk, what a scan needs, a watch
    cli/        the command `orderlens`
    sandbox/    Stripe and a shop on loopback, for the demo and the tests

Imports go up this list, never down: import-linter holds it (pyproject.toml).
"""
