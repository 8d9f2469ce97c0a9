from decimal import Decimal as D

import pytest

from desk.bars import Bar, Scale, Segment, parts, percent, scale_of, segments, waterfall


def test_a_share_is_written_in_percent_without_needless_zeros() -> None:
    assert [percent(D(share)) for share in ("0", "0.5", "0.714286", "1")] == ["0%", "50%", "71.43%", "100%"]


def test_a_mark_past_either_end_is_held_at_the_edge() -> None:
    scale = Scale(D(0), D(28))
    assert (scale.at(D(-3)), scale.at(D(40))) == ("0%", "100%")


def test_right_is_the_buyers_side_also_where_the_number_falls() -> None:
    assert Scale(D(0), D(28)).at(D(20)) == "71.43%"
    assert Scale(D(66), D(52)).at(D("58.9")) == "50.71%"


def test_a_scale_of_one_point_only_is_refused_when_its_ends_agree() -> None:
    with pytest.raises(ValueError, match="5 twice"):
        Scale(D(5), D(5))


def test_a_rising_metric_leaves_more_room_on_our_side_than_on_theirs() -> None:
    assert scale_of([D("12.5"), D("22.5")], "higher") == Scale(D("6.5"), D("26.5"))


def test_a_falling_metric_is_turned_round() -> None:
    assert scale_of([D(62), D(57)], "lower") == Scale(D("65"), D("55"))


def test_a_scale_never_crosses_zero_by_itself() -> None:
    assert scale_of([D(1), D(11)], "higher") == Scale(D(0), D(15))
    assert scale_of([D(-2), D(8)], "higher") == Scale(D(-8), D(12))


def test_a_given_end_overrules_the_scale() -> None:
    assert scale_of([D(20)], "higher", start=D(0), end=D(28)) == Scale(D(0), D(28))


def test_one_point_gets_room_around_it() -> None:
    assert scale_of([D(20)], "higher") == Scale(D(17), D(22))
    assert scale_of([D(0)], "higher") == Scale(D(0), D("0.4"))


@pytest.mark.parametrize(("points", "riskier"), [([], "higher"), ([D(1)], "sideways")])
def test_a_scale_of_nothing_or_of_no_direction_is_refused(points: list[D], riskier: str) -> None:
    with pytest.raises(ValueError, match=r"at least one point|higher or lower"):
        scale_of(points, riskier)


def test_a_ladder_is_cut_where_a_level_begins() -> None:
    rungs = [(D("12.5"), 1), (D("20"), 2), (D("30"), None)]
    assert segments(Scale(D(0), D(36)), rungs) == (
        Segment(0, "0%", "34.72%"),
        Segment(1, "34.72%", "20.83%"),
        Segment(2, "55.56%", "27.78%"),
        Segment(None, "83.33%", "16.67%"),
    )


def test_a_falling_ladder_is_cut_from_high_to_low() -> None:
    assert segments(Scale(D(70), D(50)), [(D(60), 1)]) == (Segment(0, "0%", "50%"), Segment(1, "50%", "50%"))


def test_steps_of_a_waterfall_hang_where_the_last_ended_and_sums_stand_on_zero() -> None:
    drawn = waterfall([(True, D(200)), (False, D(-50)), (True, D(150)), (False, D(-50)), (True, D(100))])
    assert drawn == (
        Bar("0%", "100%"),
        Bar("75%", "25%"),
        Bar("0%", "75%"),
        Bar("50%", "25%"),
        Bar("0%", "50%"),
    )


def test_a_surcharge_grows_to_the_right() -> None:
    assert waterfall([(True, D(100)), (False, D(25))]) == (Bar("0%", "80%"), Bar("80%", "20%"))


def test_a_loss_lies_left_of_zero() -> None:
    drawn = waterfall([(True, D(100)), (False, D(-125)), (True, D(-25))])
    assert drawn == (Bar("20%", "80%"), Bar("0%", "100%"), Bar("0%", "20%"))


def test_an_unknown_step_has_no_width_and_moves_nothing() -> None:
    drawn = waterfall([(True, D(100)), (False, None), (False, D(-20)), (True, None)])
    assert drawn == (Bar("0%", "100%"), Bar("100%", "0%"), Bar("80%", "20%"), Bar("80%", "0%"))


def test_a_waterfall_of_nothing_has_no_width() -> None:
    assert waterfall([(True, D(0))]) == (Bar("0%", "0%"),)
    assert waterfall([]) == ()


def test_a_bar_is_cut_into_its_parts_with_a_hairline_between() -> None:
    assert parts([D(5), D(4), D(1)]) == (Bar("0%", "49.6%"), Bar("50%", "39.6%"), Bar("90%", "9.6%"))
    assert parts([D(0)]) == (Bar("0%", "0%"),)


def test_a_negative_part_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        parts([D(5), D(-1)])
