"""Log lines without secrets, whoever writes them: a library's too, and the trace that comes with one.

Owns the one place where every line of the process passes. Does not decide what is logged, or where to.
"""

import json
import logging
import os
import traceback
from typing import Any, Final

from core.addresses import hidden, known
from core.errors import redact
from core.times import iso

SETTING: Final = "ORDERLENS_LOG"  # "json": a line of a service's log is a JSON object


def keep_secrets() -> None:
    """From now on no line of this process says a secret of its environment, nor what looks like one. Once is enough;
    more does no harm."""
    made = logging.getLogRecordFactory()
    if not isinstance(made, _Factory):
        logging.setLogRecordFactory(_Factory(made))


def as_json() -> None:
    """From now on a line of every log that there is by now is one JSON object: `ts` (UTC), `level`, `logger`, `says`,
    and `trace` where there is one."""
    known_loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    for logger in (logging.root, *known_loggers):
        for handler in logger.handlers:
            handler.setFormatter(_Json())


def asked_for_json() -> bool:
    """Whether the environment wants lines that are JSON."""
    return os.environ.get(SETTING) == "json"


def line_of(at: int, logger: str, says: str, level: str = "info") -> dict[str, str]:
    """A line as its object; `at`: seconds since 1970."""
    return {"ts": iso(at) or "", "level": level, "logger": logger, "says": says}


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = line_of(int(record.created), record.name, record.getMessage(), record.levelname.lower())
        if record.exc_info and record.exc_info[0] is not None:
            line["trace"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Factory:
    """Makes records as the one before did, and takes the secrets out of them."""

    def __init__(self, before: Any) -> None:  # noqa: ANN401 - as logging types it
        self._before = before
        self._kept_back = known(os.environ)

    def __call__(self, *args: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401 - as logging calls it
        record: logging.LogRecord = self._before(*args, **named)
        try:
            said = record.getMessage()
        except (TypeError, ValueError, LookupError):  # arguments that do not fit their line
            said = str(record.msg)
            record.msg, record.args = said, ()
        clean = self._clean(said)
        if clean != said:
            record.msg, record.args = clean, ()
            record.__dict__.pop("color_message", None)
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self._clean("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return record

    def _clean(self, text: str) -> str:
        return redact(hidden(text, self._kept_back))
