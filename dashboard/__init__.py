"""The dashboard: shows and asks, decides nothing. Streamlit, served as an ASGI application.

    asgi        the server's edge: st.App, /healthz, the guard, what makes a click cost 10 ms
    guard       pure ASGI: who may connect, and which headers every answer carries
    app         the script of every page: navigation, the case behind `?case=`, troubles in words, the footer
    state       the desk, the clock, the operator, the case that is open
    words       looks, times, money and escaping: everything that is said in more than one place
    parts/      what pages are made of; `parts/*_view` are pure, the others draw
    app_pages/  one short file a page

A case is shown wherever the URL has `?case=`, on any page: opening one is one step in the browser's history, so Back
leads to exactly the list it was opened from. Text that comes from a database or from Stripe goes through
`words.md_escape`, or into a command that does not read Markdown.
"""
