"""What Streamlit's own parts cannot do, as parts of ours in plain JavaScript.

    keys        the key `/`: the cursor into the search of the page
    cases       the list of cases
    entries     a list of links, such as the catalogue's
    whole       what is cut or abbreviated, whole and to copy
    clock       the clock that was chosen, kept by the browser
    figure      a figure of plotly's, by its smallest bundle
    mounting    a part of ours, looked up once a process
    orderlens/  their scripts and styles, where Streamlit finds them: a package named like the distribution

A script builds what it shows with `textContent`, never from text as markup, and keeps state on an element of its own:
it runs again whenever its data change. It is loaded from our own address, so the content policy stays as it is. What is
not ours (plotly's bundle) lies in `orderlens/assets/vendor`, as its makers packed it, with their licence.
"""

from dashboard.component.cases import Row, cases
from dashboard.component.clock import keep_clock
from dashboard.component.entries import Line, entries
from dashboard.component.figure import figure
from dashboard.component.keys import keys
from dashboard.component.whole import whole

__all__ = ["Line", "Row", "cases", "entries", "figure", "keep_clock", "keys", "whole"]
