"""The copy that the settings name, whichever it is. Nothing is looked at before it is asked."""

from pathlib import Path

from core.facts import Mode
from core.rest.copy import Copy
from core.rest.files import Files
from core.rest.pipeline import Pipeline
from core.settings import Rest


def opened(rest: Rest, mode: Mode, *, beside: Path | None = None) -> Copy | Files:
    """For a key of `mode`; `beside`: where what memory does not hold is laid. The caller closes it."""
    if rest.path is None:
        return Copy(rest, mode)
    return (Pipeline if rest.kind == "data-pipeline" else Files)(rest, mode, beside=beside)
