"""The dashboard: shows and asks, decides nothing. Streamlit, served as an ASGI application.

    app         the script of every page: navigation, the case behind `?case=`, troubles in words, the footer
    app_pages/  one short file a page
    case/       the page of one case
    causes/     one cause: an outage, or what is wrong over time; the overview of all
    inbox/      the cases of the inbox
    scans/      scans on a page
    replays/    any number of webhooks sent again: the plan, the run, what came of it
    setup/      what the Setup page says
    frame/      what stands around every page, and what several are made of
    component/  parts of our own in plain JavaScript: the list of cases, the key `/`
    visit       what a visit holds: the desk, the clock, the operator, the case that is open
    whose       who the visitor is, and which shop is open
    placing     a case's place in the list that it was opened from
    words       looks, money and escaping: how what is said is shown, in more than one place
    palette     the theme's colours by value, for figures
    server/     the server's edge: the application and its guard

A shop that has a name stands in the URL as `?shop=`. A case is shown wherever it has `?case=`, on any page: opening
one is one step in the browser's history, so Back leads to exactly the list it was opened from. Text that comes from a
database or from Stripe goes through `words.md_escape`, or into a command that does not read Markdown.
"""
