"""Lines of the brief moved, and pasted from a table."""

import pytest

from deals.changes import DraftChanges, PriorityChange
from deals.edit import save_draft
from tests.desk.briefing import BRIEF, HTMX, opened

pytestmark = pytest.mark.http
PASTE = f"{BRIEF}lines/"
TABLE = "Control Platform\t420\t16\t24.5\nSite conector\t3\t10\t18"


def text(answer) -> str:
    return str(answer.content.decode()).replace("\u00a0", " ")


def keys(deal) -> list[str]:
    return [line.key for line in deal.lines.all()]


def pasted(client, deal, **more):
    deal.refresh_from_db()
    return client.post(PASTE, {"table": TABLE, "version": deal.version, "mode": "append", **more})


def test_a_line_moves_with_all_that_was_typed_and_its_button_keeps_the_focus(client, brandt, cast):
    sent = opened(client, cast.maya)

    answer = client.post(f"{BRIEF}rows/", {**sent, "move": "lines-1-up", "lines-1-walk_away": "17"})

    assert keys(brandt) == ["line-2", "line-1", "line-3", "line-4"]
    assert brandt.lines.get(key="line-2").walk_away == 17
    page = text(answer)
    assert "Line moved up: now 1 of 4." in page
    button = page.partition('id="lines-0-up"')[2].partition(">")[0]
    assert "autofocus" in button and "Move Site connector up" in button


@pytest.mark.parametrize("move", ["lines-0-up", "lines-3-down", "lines-9-up", "lines-1-left", "terms-0-up"])
def test_a_move_to_nowhere_changes_nothing(client, brandt, cast, move):
    sent = opened(client, cast.maya)
    version = brandt.version
    assert client.post(f"{BRIEF}rows/", {**sent, "move": move}).status_code == 200
    brandt.refresh_from_db()
    assert (keys(brandt), brandt.version) == (["line-1", "line-2", "line-3", "line-4"], version)


@pytest.mark.parametrize(
    ("to", "order"),
    [
        ("1", ["line-4", "line-1", "line-2", "line-3"]),
        (" 2 ", ["line-1", "line-4", "line-2", "line-3"]),
        ("4", ["line-1", "line-2", "line-3", "line-4"]),
    ],
)
def test_a_line_goes_to_the_place_that_was_typed(client, brandt, cast, to, order):
    sent = opened(client, cast.maya)

    answer = client.post(
        f"{BRIEF}rows/", {**sent, "move": "lines-to", "move-line": "lines-3", "move-to": to, "title": "New"}
    )

    brandt.refresh_from_db()
    assert (keys(brandt), brandt.title) == (order, "New")
    assert f"Line moved: now {to.strip()} of 4." in text(answer)


@pytest.mark.parametrize(
    ("line", "to"),
    [("lines-3", ""), ("lines-3", "0"), ("lines-3", "5"), ("lines-3", "up"), ("", "1"), ("lines-9", "1")],
)
def test_a_place_that_is_none_moves_nothing_and_says_so(client, brandt, cast, line, to):
    sent = opened(client, cast.maya)

    answer = client.post(
        f"{BRIEF}rows/", {**sent, "move": "lines-to", "move-line": line, "move-to": to}, headers=HTMX
    )

    assert "Choose a line, and type a place from 1 to 4." in text(answer)
    assert keys(brandt) == ["line-1", "line-2", "line-3", "line-4"]


def test_the_place_is_asked_for_where_there_are_many_lines(client, brandt, cast):
    opened(client, cast.maya)
    assert 'name="move-to"' not in text(client.get(BRIEF))
    table = "Premium support\t1\t0\t5\nImplementation\t10\t0\t10"

    pasted(client, brandt, table=table, act="write")

    page = text(client.get(BRIEF))
    assert 'name="move-to"' in page and '<option value="lines-5">6. Implementation</option>' in page


def test_what_the_buyer_wants_most_is_put_in_order(client, brandt, cast):
    wishes = (PriorityChange("Second"), PriorityChange("First", True, "Katrin"))
    save_draft(brandt, by=cast.maya, version=brandt.version, changes=DraftChanges(priorities=wishes))
    sent = opened(client, cast.maya)

    client.post(f"{BRIEF}rows/", {**sent, "move": "priorities-0-down"})

    assert [(row.text, row.must, row.who) for row in brandt.priorities.all()] == [
        ("First", True, "Katrin"),
        ("Second", False, ""),
    ]


def test_what_is_typed_is_saved_on_the_way_to_the_table(client, brandt, cast):
    sent = opened(client, cast.maya)
    answer = client.post(f"{BRIEF}rows/", {**sent, "add": "paste", "objective": "New"})
    assert answer.url == PASTE
    brandt.refresh_from_db()
    assert brandt.objective == "New"
    assert "Copy the cells in your spreadsheet" in text(client.get(PASTE))


def test_a_table_is_looked_at_before_it_is_written(client, brandt, cast):
    client.force_login(cast.maya)

    looked = pasted(client, brandt)

    page = text(looked)
    assert looked.status_code == 200
    assert "Nothing is written yet." in page and "Nearest: Site connector" in page
    assert keys(brandt) == ["line-1", "line-2", "line-3", "line-4"]
    refused = pasted(client, brandt, act="write")
    assert refused.status_code == 422
    assert "mend the rows that are marked, or leave them out" in text(refused)
    assert brandt.lines.count() == 4
    answer = pasted(client, brandt, act="write", **{"row-2": "site-connector"})
    assert answer.url == BRIEF
    assert [(line.product.key, line.quantity) for line in brandt.lines.all()][4:] == [
        ("control-platform", 420),
        ("site-connector", 3),
    ]


def test_all_lines_are_replaced_and_a_row_left_out(client, brandt, cast):
    client.force_login(cast.maya)
    assert pasted(client, brandt, act="write", mode="replace", **{"row-2": "out"}).status_code == 302
    assert keys(brandt) == ["line-1"]
    none = pasted(client, brandt, act="write", **{"row-1": "out", "row-2": "out"})
    assert none.status_code == 422 and "Keep one of them" in text(none)


def test_lines_saved_meanwhile_are_not_overwritten(client, brandt, cast):
    client.force_login(cast.maya)
    version = brandt.version
    save_draft(brandt, by=cast.maya, version=version, changes=DraftChanges(title="Meanwhile"))
    answer = pasted(client, brandt, act="write", version=version, mode="replace", **{"row-2": "out"})
    assert answer.status_code == 409
    assert "The brief was saved meanwhile." in text(answer)
    assert brandt.lines.count() == 4
    brandt.refresh_from_db()
    assert f'name="version" value="{brandt.version}"' in text(answer)


def test_no_table_is_said_beside_the_field_and_kept(client, brandt, cast):
    client.force_login(cast.maya)
    answer = pasted(client, brandt, table="Control Platform 3")
    assert answer.status_code == 422
    assert "neither tabs nor semicolons" in text(answer) and "Control Platform 3</textarea>" in text(answer)
    assert client.post(PASTE, {}).status_code == 422
