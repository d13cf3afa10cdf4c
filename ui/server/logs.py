"""The log: plain lines, or a JSON object a line, without names of photos and without anybody's address.

What goes wrong is logged with its traceback, and the message of an exception may hold the name of a file, or
what somebody typed. So what stands between quotation marks there, names of files and addresses are left out;
where in the program it happened stays.
"""

from __future__ import annotations

import json
import logging
import os
import re
import traceback
from datetime import UTC, datetime

FORM = "SPOTLIGHT_LOG"
"""Variable of the environment that says how the log is written: `plain` or `json`."""

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OWN = ("spotlight", "streamlit", "uvicorn", "websockets")  # loggers, with all below them
_FRAME = re.compile(r' +File "[^"]*", line \d+')
_PRIVATE = re.compile(
    r"“[^”]*”"
    r"|'(?:[^'\\\n]|\\.)*'"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|\S*[\w)\]-]\.(?:jpe?g|jfif|png|webp|avif|hei[cf]|gif|bmp|ico|tiff?|csv|zip|mpo)\b"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)"  # IPv4
    r"|(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?![\w:])",  # IPv6
    re.IGNORECASE,
)


def without_names(text: str) -> str:
    """A text without what is quoted in it, names of pictures and tables, and addresses."""
    return _PRIVATE.sub("…", text)


class Plain(logging.Formatter):
    """Lines as people read them."""

    def __init__(self) -> None:
        """Time, level, logger, message."""
        super().__init__(_PLAIN)

    def formatException(self, ei: object) -> str:  # noqa: N802 logging's own name
        """A traceback whose messages name nothing and nobody."""
        lines = "".join(traceback.format_exception(ei[1])).splitlines()  # type: ignore[index]
        before = ("", *lines[:-1])
        told = [
            line if _FRAME.match(line) or _FRAME.match(last) else without_names(line)
            for line, last in zip(lines, before, strict=True)
        ]
        return "\n".join(told)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 logging's own name
        """The line, whose message names nothing and nobody."""
        record.message = without_names(record.message)
        return super().formatMessage(record)


class Json(Plain):
    """A JSON object a line: `time` (UTC, ISO 8601), `level`, `logger`, `message`, of an error `traceback`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_names(record.getMessage()),
        }
        if record.exc_info and record.exc_info[1] is not None:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up() -> None:
    """Gives the log of the app, and Streamlit's, the form that whoever runs the server has set."""
    form = os.environ.get(FORM, "").strip().lower()
    formatter = Json() if form == "json" else Plain()
    own = logging.getLogger("spotlight")
    if not own.handlers:
        own.addHandler(logging.StreamHandler())
        own.propagate = False
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in _OWN:
            for handler in logging.getLogger(name).handlers:
                handler.setFormatter(formatter)
    if form not in ("", "plain", "json"):
        own.warning("%s can be plain or json; lines are plain", FORM)
