import json

import pytest
from django.core.management import CommandError, call_command

from base import canonical
from ledger.models import Event, Head
from ledger.record import seal
from ledger.verify import export, read, verify

FORGED = canonical.digest("forged")


def found(**options):
    return [(fault.stream, fault.sequence, fault.kind) for fault in verify(**options).faults]


@pytest.fixture
def streams(write):
    return {"deal:1": write("deal:1", 6), "deal:2": write("deal:2", 2), "policy": write("policy", 1)}


@pytest.fixture
def checkpoint(streams):
    return read(export(verify().heads))


def test_an_untouched_ledger_has_no_faults(streams):
    report = verify()
    assert (report.streams, report.events, report.faults) == (3, 9, ())
    assert report.heads["deal:2"] == (2, streams["deal:2"][1].hash)


def test_an_empty_ledger_has_no_faults(transactional_db):
    report = verify()
    assert (report.streams, report.events, report.faults) == (0, 0, ())


@pytest.mark.parametrize(
    "change",
    [
        'body = \'{"offer":9,"schema":1}\'',
        "kind = 'deal.won'",
        "at = at + interval '1 microsecond'",
        f"hash = '{FORGED}'",
        "stream = 'deal:9'",
    ],
)
def test_an_altered_event_is_named(streams, tamper, change):
    tamper(f"UPDATE ledger_event SET {change} WHERE stream = 'deal:1' AND sequence = 3")
    assert any(sequence == 3 and kind in ("altered", "removed") for _, sequence, kind in found())


def test_an_event_given_to_another_person_is_named(streams, tamper, cast):
    tamper("UPDATE ledger_event SET actor_id = %s WHERE stream = 'deal:2' AND sequence = 1", cast.maya.pk)
    assert found() == [("deal:2", 1, "altered")]
    tamper("UPDATE ledger_event SET actor_id = NULL, acting_for_id = NULL")
    assert found() == []


def test_two_altered_events_are_both_named_and_nothing_else(streams, tamper):
    tamper("UPDATE ledger_event SET kind = 'deal.won' WHERE stream = 'deal:1' AND sequence IN (2, 5)")
    assert found() == [("deal:1", 2, "altered"), ("deal:1", 5, "altered")]


def test_an_altered_event_with_its_hash_made_anew_breaks_the_next_link(streams, tamper):
    event = streams["deal:1"][2]
    event.kind = "deal.won"
    tamper("UPDATE ledger_event SET kind = 'deal.won', hash = %s WHERE id = %s", seal(event, 3), event.pk)
    assert found() == [("deal:1", 4, "altered")]


def test_a_chain_written_anew_that_skips_an_entry_is_named(streams, tamper):
    second, _, fourth, fifth, sixth = streams["deal:1"][1:]
    before = second.hash
    for event in (fourth, fifth, sixth):
        event.previous = before
        before = seal(event, event.sequence)
        tamper(
            "UPDATE ledger_event SET previous = %s, hash = %s WHERE id = %s", event.previous, before, event.pk
        )
    Head.objects.filter(stream="deal:1").update(hash=before)
    assert found() == [("deal:1", 4, "altered")]


def test_removed_events_are_named(streams, tamper):
    tamper("DELETE FROM ledger_event WHERE stream = 'deal:1' AND sequence IN (1, 3, 4)")
    assert found() == [("deal:1", 1, "removed"), ("deal:1", 3, "removed"), ("deal:1", 4, "removed")]


def test_a_gap_closed_by_moving_up_is_found(streams, tamper):
    tamper("DELETE FROM ledger_event WHERE stream = 'deal:1' AND sequence = 3")
    for number in (4, 5, 6):
        tamper(
            "UPDATE ledger_event SET sequence = sequence - 1 WHERE stream = 'deal:1' AND sequence = %s",
            number,
        )
    assert found() == [*(("deal:1", number, "altered") for number in (3, 4, 5)), ("deal:1", 6, "cut off")]


def test_reordered_events_are_named_with_their_true_place(streams, tamper):
    for old, new in ((3, 99), (4, 3), (99, 4)):
        tamper("UPDATE ledger_event SET sequence = %s WHERE stream = 'deal:1' AND sequence = %s", new, old)
    assert [str(fault) for fault in verify().faults] == [
        "deal:1, entry 3: it was written as entry 4",
        "deal:1, entry 4: it was written as entry 3",
    ]


def test_a_cut_tail_is_named_by_the_head(streams, tamper):
    tamper("DELETE FROM ledger_event WHERE stream = 'deal:1' AND sequence > 4")
    assert found() == [("deal:1", 5, "cut off"), ("deal:1", 6, "cut off")]


def test_a_stream_without_events_is_named_by_the_head(streams, tamper):
    tamper("DELETE FROM ledger_event WHERE stream = 'deal:2'")
    assert found() == [("deal:2", 1, "cut off"), ("deal:2", 2, "cut off")]


def test_a_head_that_was_changed_or_removed_is_named(streams):
    Head.objects.filter(stream="deal:1").update(hash=FORGED)
    Head.objects.filter(stream="deal:2").update(sequence=1, hash=streams["deal:2"][0].hash)
    Head.objects.filter(stream="policy").delete()
    assert found() == [("deal:1", 6, "head"), ("deal:2", 2, "head"), ("policy", 1, "head")]


def test_an_event_put_in_without_the_lock_is_named(streams):
    last = streams["deal:2"][1]
    forged = Event(stream="deal:2", sequence=3, kind="deal.won", at=last.at, body="{}", previous=last.hash)
    forged.hash = seal(forged, 3)
    forged.save()
    assert found() == [("deal:2", 3, "head")]


def cut_with_head(streams, tamper, stream, kept):
    tamper("DELETE FROM ledger_event WHERE stream = %s AND sequence > %s", stream, kept)
    if kept:
        Head.objects.filter(stream=stream).update(sequence=kept, hash=streams[stream][kept - 1].hash)
    else:
        Head.objects.filter(stream=stream).delete()


def test_a_tail_cut_with_its_head_shows_only_against_a_checkpoint(streams, checkpoint, tamper):
    cut_with_head(streams, tamper, "deal:1", 4)
    assert found() == []
    assert found(checkpoint=checkpoint) == [("deal:1", 6, "checkpoint")]


def test_a_whole_stream_that_vanished_shows_only_against_a_checkpoint(streams, checkpoint, tamper):
    cut_with_head(streams, tamper, "deal:2", 0)
    assert found() == []
    assert found(checkpoint=checkpoint) == [("deal:2", 2, "checkpoint")]
    assert found(stream="deal:2", checkpoint=checkpoint) == [("deal:2", 2, "checkpoint")]
    assert found(stream="deal:1", checkpoint=checkpoint) == []


def test_a_chain_written_anew_shows_only_against_a_checkpoint(streams, checkpoint, tamper, write):
    cut_with_head(streams, tamper, "policy", 0)
    tamper("UPDATE ledger_head SET stream = 'spare' WHERE stream = 'deal:2'")
    tamper("DELETE FROM ledger_head WHERE stream = 'spare'")
    tamper("DELETE FROM ledger_event WHERE stream = 'deal:2'")
    write("policy", 1)
    assert found() == []
    assert found(checkpoint=checkpoint) == [("deal:2", 2, "checkpoint")]
    first = Event.objects.of("policy").get()
    tamper("UPDATE ledger_event SET kind = 'x' WHERE id = %s", first.pk)
    first.kind = "x"
    tamper("UPDATE ledger_event SET hash = %s WHERE id = %s", seal(first, 1), first.pk)
    Head.objects.filter(stream="policy").update(hash=seal(first, 1))
    assert found() == []
    assert found(stream="policy", checkpoint=checkpoint) == [("policy", 1, "checkpoint")]


def test_a_stream_that_grew_since_the_checkpoint_is_fine(streams, checkpoint, write):
    write("deal:1", 3)
    write("deal:3", 1)
    assert found(checkpoint=checkpoint) == []


def test_one_stream_can_be_verified_alone(streams, tamper):
    tamper("UPDATE ledger_event SET kind = 'x' WHERE stream = 'deal:1'")
    assert found(stream="deal:2") == []
    assert verify("deal:1").events == 6
    assert len(verify("deal:1").faults) == 6


def test_the_command_names_the_fault_and_exits_1(streams, tamper, capsys):
    call_command("verify_ledger")
    assert "9 events in 3 streams read, nothing wrong." in capsys.readouterr().out
    tamper("UPDATE ledger_event SET kind = 'x' WHERE stream = 'deal:1' AND sequence = 3")
    with pytest.raises(CommandError, match="1 faults") as caught:
        call_command("verify_ledger")
    assert caught.value.returncode == 1
    assert "deal:1, entry 3: it does not say what was written" in capsys.readouterr().out


def test_the_command_writes_a_checkpoint_and_compares_with_it(streams, tamper, tmp_path, capsys):
    file = tmp_path / "heads.json"
    call_command("verify_ledger", export=file)
    assert json.loads(file.read_text())["heads"]["deal:1"] == [6, streams["deal:1"][5].hash]
    call_command("verify_ledger", checkpoint=file)
    cut_with_head(streams, tamper, "deal:1", 4)
    call_command("verify_ledger")
    capsys.readouterr()
    with pytest.raises(CommandError):
        call_command("verify_ledger", checkpoint=file)
    assert "deal:1, entry 6: the checkpoint has it, the ledger does not" in capsys.readouterr().out


def test_the_command_writes_no_checkpoint_of_a_broken_ledger_and_over_no_other(streams, tamper, tmp_path):
    file = tmp_path / "heads.json"
    call_command("verify_ledger", export=file)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("verify_ledger", export=file)
    tamper("UPDATE ledger_event SET kind = 'x' WHERE stream = 'deal:1' AND sequence = 3")
    with pytest.raises(CommandError, match="faults"):
        call_command("verify_ledger", export=tmp_path / "other.json")
    assert not (tmp_path / "other.json").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"heads":{"a":[1]},"schema":1}', '{"heads":{},"schema":2}']
)
def test_the_command_refuses_a_file_that_is_no_checkpoint(transactional_db, tmp_path, text):
    file = tmp_path / "heads.json"
    file.write_text(text)
    with pytest.raises(CommandError, match="cannot be read as a checkpoint"):
        call_command("verify_ledger", checkpoint=file)
