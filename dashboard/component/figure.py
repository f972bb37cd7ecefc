"""A figure of plotly's by its smallest bundle (npm plotly.js-basic-dist-min, of the version in our plotly).

Streamlit's own part brings all of plotly, 1.4 MB packed: too much for what a page shows at first.
"""

from collections.abc import Mapping, Sequence

from dashboard.component.mounting import part


def figure(traces: Sequence[Mapping[str, object]], layout: Mapping[str, object], *, alt: str, key: str) -> None:
    """Draw it, as plain JSON; `alt`: the same in words. It is as wide as there is room; its height the layout says."""
    part("figure")(key=key, data={"traces": list(traces), "layout": dict(layout), "alt": alt}, height="content")
