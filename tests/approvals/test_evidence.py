"""Evidence of a task: who hands it in, which files are kept, and where."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, transaction

from approvals.evidence import Shown, hand_in
from approvals.mark_met import mark_met
from approvals.models import Condition, Evidence
from approvals.submit import submit
from approvals.task import Task
from base import clock
from base.errors import Invalid, NotYours, WrongState
from deals.files import MOST
from deals.models import Deal
from ledger.models import Effect, Event
from tests.brandt import Verdict, rule, step_of
from tests.cast import Cast

PDF = b"%PDF-1.7 a guarantee"


@pytest.fixture
def task(brandt: Deal, cast: Cast, settings: Any, tmp_path: Path) -> Condition:
    settings.MEDIA_ROOT = tmp_path
    asked = Task("A bank guarantee", cast.arjun.pk, clock.today() + timedelta(days=2))
    rule(step_of(submit(brandt, by=cast.maya), "finance"), cast.henrik, Verdict.UP_TO, tasks=(asked,))
    return Condition.objects.tasks().get()


def file(name: str = "guarantee.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_kept_under_a_name_of_ours_with_its_hash(
    task: Condition, cast: Cast, tmp_path: Path
) -> None:
    shown = hand_in(task, by=cast.arjun, shown=Shown("Here.", file("C:\\bank\\../gua\nrantee.pdf")))
    assert (shown.name, shown.size, shown.sha256) == ("guarantee.pdf", len(PDF), sha256(PDF).hexdigest())
    assert (tmp_path / shown.path).read_bytes() == PDF
    assert (tmp_path / shown.path).parent == tmp_path / "evidence"
    assert "guarantee" not in shown.path
    event = Event.objects.get(kind="condition.evidenced").facts
    assert (event["evidence"], event["sha256"]) == (shown.pk, shown.sha256)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("guarantee.exe", b"MZ", "cannot be kept"),
        ("guarantee", PDF, "cannot be kept"),
        ("guarantee.html", b"<p>", "cannot be kept"),
        ("guarantee.pdf", b"<script>", "not what its name says"),
        ("guarantee.png", PDF, "not what its name says"),
        ("guarantee.txt", b"a\0b", "not what its name says"),
        ("guarantee.pdf", b"", "is empty"),
        ("guarantee.pdf", PDF + b" " * MOST, "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else len(value),
)
def test_what_is_not_kept_is_named_and_leaves_nothing_behind(
    task: Condition, cast: Cast, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    before = (Event.objects.count(), Effect.objects.count())
    with pytest.raises(Invalid, match=why) as refusal:
        hand_in(task, by=cast.arjun, shown=Shown("", file(name, content)))
    assert refusal.value.field == "file"
    assert (Event.objects.count(), Effect.objects.count()) == before
    assert not Evidence.objects.exists()
    assert list(tmp_path.rglob("*")) == []


def test_each_kind_that_is_kept_is_kept(task: Condition, cast: Cast) -> None:
    kinds = {"a.PDF": PDF, "a.jpg": b"\xff\xd8\xff\xe0", "a.txt": "ä".encode()}
    for name, content in kinds.items():
        assert hand_in(task, by=cast.arjun, shown=Shown("", file(name, content))).name == name


@pytest.mark.parametrize(
    ("who", "may"),
    [("arjun", True), ("maya", True), ("henrik", True), ("tomas", False), ("elena", False), ("ines", False)],
)
def test_its_owner_the_deal_team_and_who_asked_hand_it_in(
    task: Condition, cast: Cast, who: str, may: bool
) -> None:
    user = getattr(cast, who)
    if may:
        assert hand_in(task, by=user, shown=Shown("Here.")).by == user
    else:
        with pytest.raises(NotYours, match="Arjun Mehta sees to this"):
            hand_in(task, by=user, shown=Shown("Here."))
        assert not Evidence.objects.exists()


def test_a_copy_goes_with_the_transaction_that_fails_after_it(
    task: Condition, cast: Cast, tmp_path: Path
) -> None:
    for verb in (
        lambda shown: hand_in(task, by=cast.arjun, shown=shown),
        lambda shown: mark_met(task, by=cast.henrik, evidence=shown),
    ):
        with pytest.raises(ValueError, match="NUL"), transaction.atomic():
            verb(Shown("words that no row holds: \0", file()))
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Evidence.objects.exists()
    assert Condition.objects.get(pk=task.pk).met_at is None


def test_nothing_shown_is_refused(task: Condition, cast: Cast) -> None:
    for shown in (Shown(), Shown("  "), Shown("x" * 2001)):
        with pytest.raises(Invalid):
            hand_in(task, by=cast.arjun, shown=shown)
    assert not Evidence.objects.exists()


def test_after_it_is_met_or_has_lapsed_nothing_more_is_handed_in(task: Condition, cast: Cast) -> None:
    mark_met(task, by=cast.henrik, evidence=Shown("Seen."))
    with pytest.raises(WrongState, match="Henrik Sørensen marked it met"):
        hand_in(task, by=cast.arjun, shown=Shown("Late."))
    Condition.objects.filter(pk=task.pk).update(met_at=None, met_by=None, lapsed_at=clock.now())
    with pytest.raises(WrongState, match="It lapsed"):
        hand_in(task, by=cast.arjun, shown=Shown("Late."))
    assert [one.text for one in Evidence.objects.all()] == ["Seen."]


def test_evidence_never_changes(task: Condition, cast: Cast) -> None:
    hand_in(task, by=cast.arjun, shown=Shown("Here."))
    for change in (lambda: Evidence.objects.update(text="Else."), lambda: Evidence.objects.all().delete()):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()
