import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from structlog.contextvars import get_contextvars
from structlog.stdlib import ProcessorFormatter

from base import clock
from dealdesk.logs import LogMiddleware, formatter
from deals.models import Deal
from ledger.effects import deliver, schedule
from tests.brandt import make_brandt
from tests.cast import Cast

GIVEN = "proxy-7f3a.91"


class Lines(io.StringIO):
    def read_all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


def handler_for(as_json: bool) -> tuple[logging.Handler, Lines]:
    known = dict(formatter(as_json=as_json))
    known.pop("()")
    handler = logging.StreamHandler(lines := Lines())
    handler.setFormatter(ProcessorFormatter(**known))
    return handler, lines


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What production would write."""
    handler, found = handler_for(as_json=True)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(handler)
    root.setLevel(before)


def test_what_changes_something_leaves_one_line_and_reading_none(
    client: Client, cast: Cast, lines: Lines
) -> None:
    deal: Deal = make_brandt(cast)
    client.force_login(cast.maya)
    assert client.get(f"/deals/{deal.number}/").status_code == 200
    assert lines.getvalue() == ""
    answer = client.post(f"/deals/{deal.number}/watch/", headers={"X-Request-ID": GIVEN})
    (line,) = lines.read_all()
    assert answer.headers["X-Request-ID"] == GIVEN
    assert {name: line[name] for name in ("event", "level", "logger", "method", "page", "status")} == {
        "event": "answered",
        "level": "info",
        "logger": "dealdesk.request",
        "method": "POST",
        "page": "desk:watch",
        "status": answer.status_code,
    }
    assert (line["request_id"], line["user_id"], line["deal"]) == (GIVEN, cast.maya.pk, deal.number)
    assert get_contextvars() == {}


@pytest.mark.parametrize(
    "given", ["short", "x" * 65, "two words of it", 'quote"quote', "<script>x</script>", ""]
)
def test_an_id_that_is_none_is_replaced(given: str, client: Client) -> None:
    seen: list[Any] = []
    request = RequestFactory().get("/", headers={"X-Request-ID": given} if given else {})

    def view(request: Any) -> HttpResponse:
        seen.append(get_contextvars())
        return HttpResponse()

    answer = LogMiddleware(view)(request)
    assert len(answer.headers["X-Request-ID"]) == 32
    assert seen == [{"request_id": answer.headers["X-Request-ID"]}]


@pytest.mark.parametrize(
    "path", ["/concerns/", "/deals/D-1284/concerns/", "/deals/D-1284/concerns/3/withdraw/"]
)
def test_where_nobody_is_named_nothing_is_known_or_written(path: str, lines: Lines) -> None:
    seen: list[Any] = []
    request = RequestFactory().post(path, headers={"X-Request-ID": GIVEN})

    def view(request: Any) -> HttpResponse:
        middleware.process_view(request, view, (), {"number": "D-1284"})
        seen.append(get_contextvars())
        return HttpResponse(status=500)

    middleware = LogMiddleware(view)
    answer = middleware(request)
    assert (seen, lines.getvalue(), "X-Request-ID" in answer.headers) == ([{}], "", False)


def test_a_concern_raised_through_the_page_leaves_no_line(client: Client, cast: Cast, lines: Lines) -> None:
    deal: Deal = make_brandt(cast)
    client.force_login(cast.maya)
    form = {"text": "The reference visit never happened.", "named": ""}
    assert client.post(f"/deals/{deal.number}/concerns/", form).status_code in (200, 302, 422)
    assert lines.getvalue() == ""


def test_people_and_rows_in_errors_are_left_out(lines: Lines) -> None:
    said = "refused: {'maya@helio.example': (550, b'no')}\nDETAIL:  Failing row contains (Maya Okafor, 7)."
    try:
        raise ValueError(said)
    except ValueError:
        logging.getLogger("ledger.effects").exception("mail to %s failed", "maya@helio.example")
    (line,) = lines.read_all()
    assert line["event"] == "mail to (address) failed"
    assert "ValueError: refused: {'(address)': (550, b'no')}\nDETAIL: left out" in line["exception"]
    assert "Maya" not in lines.getvalue() and "maya" not in lines.getvalue()


def test_a_fault_is_told_by_the_page_not_by_its_address(lines: Lines) -> None:
    request = RequestFactory().get("/answer/a-secret-token/")
    logging.getLogger("django.request").error(
        "%s: %s", "Server Error", request.path, extra={"request": request}
    )
    (line,) = lines.read_all()
    assert line["event"] == "Server Error: a page"
    assert "secret" not in lines.getvalue()


@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_in_an_effect_names_it(lines: Lines, settings: Any) -> None:
    settings.EFFECTS = {"mail": "operator.truth"}  # takes no two arguments
    effect = schedule("mail", "deal:7", "mail:7", clock.now())
    deliver(effect.pk)
    (line,) = lines.read_all()
    assert (line["effect"], line["effect_kind"], line["effect_key"]) == (effect.pk, "mail", "deal:7")
    assert line["level"] == "error"
    assert get_contextvars() == {}


def test_the_demo_writes_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    handler, found = handler_for(as_json=False)
    log = logging.getLogger("plain")
    log.addHandler(handler)
    log.warning("no heartbeat: %s", "no answer")
    log.removeHandler(handler)
    words = found.getvalue().split(" ", 1)
    assert words[1] == "WARNING plain no heartbeat: no answer\n"
