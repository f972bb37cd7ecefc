"""Stripe's data where they already lie: a copy that somebody keeps, read in place of Stripe's lists.

A scan takes from a copy what is over and done, and reads the rest from Stripe. Owns what a copy is and what it can
prove; never writes to it, and decides nothing about an order.

examining   what doctor says of a copy
proof       how far it can be believed
opening     the copy that the settings name
pipeline    Pipeline: a run of Stripe's Data Pipeline, by DuckDB
files       Files: an export of ours, by DuckDB
copy        Copy: in PostgreSQL, by Sync Engine or dj-stripe: the objects of a span, read-only
assembling  pure: rows become an object as Stripe sends it; what of one is over
kinds       pure: which copy these tables are, of which generation
sieves      which engine goes through a copy
mapped      pure: copies that others make, by mapping: Fivetran's, Airbyte's, tables of whole objects
views       pure: Stripe's objects made out of single columns, by SQL
laid        pure: tables of single columns as they lie there, and how an engine makes JSON of columns
fields      pure: what is read of each object, what has to be there, and what is not seen where it is not
sieve/      who is provably healthy, found in the engine in which the data lie
parquet     whole objects in files of Parquet, written from what Stripe lists and read by DuckDB
"""
