"""Scans on a page.

panel     starts one, shows how far it is, and what the last one left unread
standing  pure: what was read until when, and whether that may be called well
spans     pure: spans of time that can be scanned
"""
