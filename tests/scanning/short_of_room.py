"""`orderlens` with a journal in SQLite that finds no room beyond so many pages: `python -m tests.scanning.short_of_room
PAGES scan ...`."""

import sys
from functools import partial

from sqlalchemy import Engine, event

from core.cli import main
from tests.scanning.one_scan import fill

if __name__ == "__main__":
    event.listen(Engine, "connect", partial(fill, int(sys.argv.pop(1))))
    main()
