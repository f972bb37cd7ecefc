"""The cases of the inbox.

rows      pure: choices to a filter, cases to rows, shares to figures
address   choices in the page's address
choosing  which cases are shown, and in which order
saved     views that somebody saved
findings  counts and money by headline, to unfold
banner    outages, a line each
table     the list, page by page
walking   from one case of the list to the next, over the ends of its pages
listing   cases as a list of rows on other pages
settling  acknowledge, ignore, reopen, assign, note
charts    pure: figures of many orders
"""
