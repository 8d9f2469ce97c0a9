"""One line for each thing worth knowing: JSON in production, plain in the demo. No names, no contents.

What is bound while a request is answered or an effect is done stands in every line written meanwhile. A
request that only reads leaves no line: who looked at what is nobody's business. Addresses are never written:
some hold a token. Where people may act without a name, nothing is written at all.
"""

import logging
import logging.config
import re
import time
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from structlog.contextvars import bind_contextvars, clear_contextvars

from dealdesk.unnamed import unnamed

HEADER = "X-Request-ID"
ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
READING = ("GET", "HEAD", "OPTIONS")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)  # of PostgreSQL: it quotes the row

Line = MutableMapping[str, Any]
log = structlog.get_logger("dealdesk.request")


def set_up(config: Mapping[str, Any]) -> None:
    """For settings.LOGGING_CONFIG: what Python's and structlog's loggers write goes the same way."""
    logging.config.dictConfig(dict(config))
    structlog.configure(
        processors=[*KNOWN, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def without_address(logger: Any, method: str, line: Line) -> Line:
    """Django's own line about a request names its path: the name of the page instead."""
    request = getattr(line.get("_record"), "request", None)
    if isinstance(request, HttpRequest):
        line["event"] = str(line["event"]).replace(request.path, page_of(request))
    return line


def page_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if isinstance(match, ResolverMatch) and not unnamed(request.path) else "a page"


def without_people(logger: Any, method: str, line: Line) -> Line:
    """No address of a person, and nothing PostgreSQL quotes of a row, whatever an error says."""
    for name, said in line.items():
        if isinstance(said, str):
            line[name] = DETAIL.sub(r"\1: left out", MAIL.sub("(address)", said))
    return line


def plain(logger: Any, method: str, line: Line) -> str:
    """As in "17:55:01 WARNING ledger.effects effect 7 failed request_id=… deal=D-1284"."""
    trace = line.pop("exception", "")
    words = [line.pop(name, "") for name in ("timestamp", "level", "logger", "event")]
    words[1] = str(words[1]).upper()
    said = " ".join([*map(str, words), *(f"{name}={value}" for name, value in line.items())])
    return f"{said}\n{trace}" if trace else said


KNOWN = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
LAST = (structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info)


def formatter(*, as_json: bool) -> Mapping[str, Any]:
    """For settings.LOGGING."""
    write = structlog.processors.JSONRenderer(ensure_ascii=False, default=str) if as_json else plain
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": KNOWN,
        "processors": [without_address, *LAST, without_people, write],
    }


class LogMiddleware:
    """Gives each request an id, or takes the one it comes with; binds it, the person and the deal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        clear_contextvars()
        if unnamed(request.path):
            return self.get_response(request)
        given = request.headers.get(HEADER, "")
        request_id = given if ID.fullmatch(given) else uuid.uuid4().hex
        bind_contextvars(request_id=request_id)
        began = time.monotonic()
        try:
            response = self.get_response(request)
            self.say(request, response.status_code, time.monotonic() - began)
        finally:
            clear_contextvars()
        response.headers[HEADER] = request_id
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Mapping[str, Any]) -> None:
        if unnamed(request.path):
            return
        if request.user.pk:
            bind_contextvars(user_id=request.user.pk)
        if "number" in kwargs and page_of(request).startswith("desk:"):
            bind_contextvars(deal=str(kwargs["number"]))

    def say(self, request: HttpRequest, status: int, seconds: float) -> None:
        known = {"method": request.method, "page": page_of(request), "status": status}
        level = logging.ERROR if status >= 500 else logging.INFO
        if level == logging.ERROR or request.method not in READING:
            log.log(level, "answered", **known, ms=round(seconds * 1000))
