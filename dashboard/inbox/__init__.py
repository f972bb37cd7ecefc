"""The cases of the inbox.

rows      pure: choices to a filter, cases to cells, shares to figures
table     the table, page by page
listing   cases as a list of rows
settling  acknowledge, ignore, reopen
charts    pure: figures of many orders
"""
