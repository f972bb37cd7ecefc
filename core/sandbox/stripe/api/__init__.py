"""Stripe's API as its clients meet it, one module for each thing they come for.

refusals     every way to say no, in Stripe's words
forms        parameters as they come over the wire
call         one request, and what answering it needs
lists, expansion, search   how things are found and shown
sessions, payment_page     checkout: from making a session to its money or its end
payment_intents, setup_intents, payment_methods, charges   payments without a session
subscriptions, invoices, products, customers   what is sold, to whom, and billed
nothing      lists of what is not here
account, webhook_endpoints, events   the account itself, and what it tells
paying, billing   what an intent goes through when it is paid, and what follows for its invoice
switchboard, faults   what Stripe does not have: the switches over HTTP, and failing on demand
limits       who may ask, how often, and asking twice with one key
app          the way of a request through all of it
"""
