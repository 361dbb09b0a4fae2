"""Logs: one JSON line an event, on the console. The tokens of links, and the rows that a database refused, are taken
out before anything is written.

docs/operations/logs.md lists the events, and says what is left out and why.
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

# The addresses whose last part is a token, as they stand in a path and, quoted, in "?next=".
LINKS = re.compile(
    r"((?:/|%2F)(?:invitations|calendars|check-in|accounts(?:/|%2F)link|mail(?:/|%2F)stop)(?:/|%2F))[\w:-]{20,}",
    re.IGNORECASE,
)
# What a city's provider answers through the browser: a code for us alone.
ANSWERS = re.compile(r"(/accounts/login/through/[^/?\s]+/back/)\?\S*", re.IGNORECASE)

# PostgreSQL tells the whole row that it refuses, and the statement, with all that people typed: after its message, each
# behind a word in the server's language and a wider space than Python writes ("DETAIL:  ", "DÉTAIL : ", "LINE 1: ").
REFUSED_ROW = re.compile(
    r"^(\w+)(?::  | : | \d+ ?: ).*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL | re.MULTILINE
)


def hide(value: Any) -> Any:
    """A value for the log, with the token of each link and each refused row in it replaced."""
    if isinstance(value, str):
        value = ANSWERS.sub(r"\1?[hidden]", LINKS.sub(r"\1[hidden]", value))
        return REFUSED_ROW.sub(r"\1: [hidden]", value)
    if isinstance(value, list | tuple):
        return type(value)(hide(part) for part in value) if not hasattr(value, "_fields") else value
    if isinstance(value, dict):
        return {hide(key): hide(part) for key, part in value.items()}
    return value


def hide_tokens(logger: object, name: str, event: EventDict) -> EventDict:
    """The last processor before a line is written: whatever came before it, no token gets past."""
    return {key: hide(value) for key, value in event.items()}


# What watches over the site asks these every few seconds, and the clock wakes the worker as often.
WATCHED = ("GET /healthz", "GET /readyz", "GET /metrics", "HEAD /healthz", "HEAD /readyz")
TASKS = ("task_enqueued", "task_started", "task_succeeded")


def drop_the_usual(logger: object, name: str, event: EventDict) -> EventDict:
    """Drop what happens all day without anybody having done anything: it would be all that an idle site's log holds.

    A watcher's request that did not go well stays, and so does a task that a request woke: it has the request's id.
    """
    asked_by_a_watcher = event.get("request") in WATCHED and event.get("code", 200) == 200
    woken_by_the_clock = event.get("event") in TASKS and "request_id" not in event
    if asked_by_a_watcher or woken_by_the_clock:
        raise structlog.DropEvent
    return event


COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def to_console(level: str) -> dict[str, Any]:
    """The LOGGING setting. Also sets structlog up, which django-structlog writes through."""
    structlog.configure(
        processors=[*COMMON, drop_the_usual, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": COMMON,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_tokens,
            structlog.processors.JSONRenderer(default=str),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "level": level}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would write a second line, past the formatter above.
            **{name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
            # Celery tells of each tick of the clock; of a task that failed, `task_failed` says the same with its ids.
            "celery": {"level": "WARNING"},
            "celery.app.trace": {"level": "CRITICAL"},
            # It names each passkey that is used.
            "fido2": {"level": "WARNING"},
        },
    }


def of_the_web_server() -> dict[str, Any]:
    """gunicorn's own logs the same way: its word of a request that broke names the address. Its log of each is off."""
    errors = {"handlers": ["console"], "propagate": False, "level": "WARNING"}
    requests = {"handlers": [], "propagate": False, "level": "CRITICAL"}
    return {**to_console("INFO"), "loggers": {"gunicorn.error": errors, "gunicorn.access": requests}}
