"""Stripe's data where they already lie: a copy that somebody keeps, read in place of Stripe's lists.

sieve/      who is provably healthy, found in the engine in which the data lie
parquet     whole objects in files of Parquet, written from what Stripe lists and read by DuckDB
"""
