import re
from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from django import forms

from tests.desk.writing import write


class Ask(forms.Form):
    discount = forms.DecimalField(help_text="Manager up to 20.0 %", widget=forms.TextInput)
    why = forms.CharField(required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("new", "New business")])
    agreed = forms.BooleanField(required=False)


def test_an_icon_points_into_the_sprite_and_is_hidden_from_screen_readers() -> None:
    assert write('{% icon "check" "s" %}') == (
        '<svg class="i s" aria-hidden="true"><use href="/static/icons.svg#check"/></svg>'
    )


def test_every_state_has_its_word_and_an_icon_of_the_sprite() -> None:
    assert write('{% state "kept" %}').endswith('#lock"/></svg>Kept</span>')
    assert write('{% state "open" "Director" %}').startswith('<span class="st on">')
    assert write('{% state "open" "Director" %}').endswith("Director</span>")


def test_an_unknown_state_is_a_mistake_of_the_page() -> None:
    with pytest.raises(KeyError, match="sleeping"):
        write('{% state "sleeping" %}')


@pytest.mark.parametrize(("rank", "shade"), [(0, "lv"), (1, "lv l1"), (4, "lv l4"), (6, "lv l4")])
def test_a_higher_level_has_a_stronger_shade_up_to_the_fourth(rank: int, shade: str) -> None:
    assert write('{% level "CFO" rank %}', rank=rank) == f'<span class="{shade}">CFO</span>'


def test_a_level_nobody_holds_says_never() -> None:
    assert "st bad" in write('{% level "" None %}')
    assert "Never granted" in write('{% level "" None %}')


@pytest.mark.parametrize(
    ("left", "tone", "words", "width"),
    [
        (290, "clock", "4~h~50~m left", "60%"),
        (181, "clock", "3~h~01~m left", "75%"),
        (180, "clock warn", "3~h left", "75%"),
        (0, "clock warn", "0~m left", "100%"),
        (-65, "clock bad", "Over by 1~h~05~m", "100%"),
    ],
)
def test_a_clock_turns_amber_at_three_quarters_and_red_past_the_end(
    left: int, tone: str, words: str, width: str
) -> None:
    text = write("{% clock left 720 %}", left=left)
    assert text.startswith(f'<span class="{tone}" title="')
    assert f"{words}</span>" in text
    assert f'class="go" width="{width}"' in text


def test_a_clock_that_stands_still_says_with_whom_and_draws_no_bar() -> None:
    text = write('{% clock None 0 "" "With seller" %}')
    assert text.startswith('<span class="clock off">')
    assert text.endswith("With seller</span></span>")


def test_a_clock_prints_when_the_answer_is_due() -> None:
    assert write('{% clock 290 720 "16:20 today" %}').endswith("<small>16:20 today</small>")


def test_a_clock_says_whose_hours_it_counts_and_in_days_how_long_a_day_is() -> None:
    assert write('{% clock 479 720 "" "" "Finance" %}').startswith(
        '<span class="clock" title="7~h~59~m in working hours of Finance"><span class="t">'
    )
    days = write('{% clock -970 720 "" "" "Finance" %}')
    assert 'title="16~h~10~m in working hours of Finance; a day has 8"' in days
    assert "Over by 2~working~days" in days


def test_words_from_people_are_escaped() -> None:
    hostile = "<script>x</script>"
    text = write(
        "{% chip w 'ok' %}{% st w %}{% level w 1 %}{% ava w %}{% delta w w %}{% crumb w w w %}", w=hostile
    )
    assert "<script>" not in text
    assert text.count("&lt;script&gt;") == 9


def test_a_change_says_so_to_screen_readers() -> None:
    text = write('{% delta "20.0 %" "22.5 %" "bad" %}')
    assert "<s>20.0 %</s>" in text
    assert '<span class="vh"> is now </span><b class="is-bad">22.5 %</b>' in text


def test_a_hash_is_read_in_two_groups_and_keeps_the_whole_one() -> None:
    assert (
        write("{% hash value %}", value="7c1e94b2a1")
        == '<span class="hash" title="7c1e94b2a1">7c1e 94b2</span>'
    )
    assert write("{{ value|shorthash }}", value="7c1") == "7c1"


def test_a_breadcrumb_links_all_but_the_page_itself() -> None:
    text = write('{% crumb "Deals" "/deals/" "D-1284" %}')
    assert re.findall(r"<a [^>]*>[^<]*</a>", text) == ['<a href="/deals/">Deals</a>']
    assert text.endswith("<span>D-1284</span></nav>")


def test_a_range_bar_draws_zones_marks_and_a_sentence() -> None:
    text = write(
        '{% range_bar name="Discount" start=0 end=28 standard="12.5" limit="20.0" offer="18.6" over="22.5" %}'
    )
    assert '<rect class="std" x="0" y="8" width="44.64%"' in text
    assert '<rect class="grant" x="0" y="8" width="71.43%"' in text
    assert '<circle class="offer" cx="66.43%"' in text
    assert '<line class="over" x1="71.43%" x2="80.36%"' in text
    assert 'aria-label="Discount: standard to 12.5~%, granted to 20.0~%, offer at 18.6~%' in text
    assert 'past the limit at 22.5~%"' in text
    assert "walk" not in text


def test_a_range_bar_takes_name_direction_and_writing_from_a_metric() -> None:
    margin = SimpleNamespace(said="Margin", riskier="lower", show=lambda value: f"{value} percent")
    text = write(
        "{% range_bar metric=m start=66 end=52 standard=60 limit=limit %}", m=margin, limit=D("58.9")
    )
    assert 'aria-label="Margin: standard to 60 percent, granted to 58.9 percent"' in text
    assert '<line class="lim" x1="50.71%"' in text


def test_what_was_granted_below_the_standard_ends_the_standard_zone_too() -> None:
    text = write('{% range_bar name="Discount" start=0 end=20 standard=10 limit=5 %}')
    assert '<rect class="std" x="0" y="8" width="25%"' in text


def test_a_range_bar_without_values_is_empty_but_says_so() -> None:
    assert 'aria-label="Discount: "' not in write('{% range_bar name="Discount" standard=None %}')
    assert 'aria-label="Discount"' in write('{% range_bar name="Discount" standard=None %}')


def test_a_ladder_marks_was_and_now_and_paints_never() -> None:
    rungs = [(D("12.5"), 1), SimpleNamespace(past=D(20), level=2), (D(30), None)]
    text = write('{% ladder rungs start=0 end=36 was="20" now="22.5" label="Discount" %}', rungs=rungs)
    assert re.findall(r'<rect class="(l\w)"', text) == ["l0", "l1", "l2", "lx"]
    assert '<circle class="from" cx="55.56%"' in text
    assert '<circle class="at" cx="62.5%"' in text


def test_a_waterfall_prints_amounts_and_differences_beside_its_bars() -> None:
    steps = [
        SimpleNamespace(key="list", name="List price", kind="sum", amount=D(200000)),
        SimpleNamespace(key="give", name="Discount", kind="give", amount=D(-50000)),
        SimpleNamespace(key="net", name="Net price", kind="sum", amount=D(150000)),
    ]
    against = {"list": D(0), "give": D(-1000), "net": D(500)}
    text = write('{% waterfall steps "EUR" against=a heading="Against limit" %}', steps=steps, a=against)
    assert re.findall(r'<td class="num[^"]*">([^<]+)</td>', text) == [
        *("€200,000", "same", "−€50,000", "−€1,000", "€150,000", "+€500")
    ]
    assert '<rect x="75%" y="2" width="25%"' in text
    assert re.findall(r'<tr class="([^"]*)">', text) == ["sum", "give", "sum end"]


def test_a_waterfall_says_a_repeated_name_once_and_is_exact_when_asked() -> None:
    steps = [
        SimpleNamespace(key="list", name="List price", kind="sum", amount=D("100.50")),
        SimpleNamespace(key="a", name="Discount, Platform", kind="give", amount=D("-1.25")),
        SimpleNamespace(key="b", name="Discount, Support", kind="give", amount=D(0)),
        SimpleNamespace(key="c", name="Cost, Support", kind="out", amount=None),
    ]
    text = write('{% waterfall steps "EUR" against=a exact=True %}', steps=steps, a={"a": D("0.25")})
    assert re.findall(r'<th scope="row"[^>]*>(.*?)</th>', text) == [
        "List price",
        "Discount, Platform",
        '<span class="vh">Discount, </span>Support',
        "Cost, Support",
    ]
    assert re.findall(r'<td class="num[^"]*">([^<]+)</td>', text) == [
        *("€100.50", "–", "−€1.25", "+€0.25", "€0.00", "–", "–", "–")
    ]


def test_a_field_names_its_label_help_unit_and_mistake() -> None:
    form = Ask({"discount": "x", "kind": "new"})
    text = write('{% include "includes/field.html" with field=form.discount unit="%" %}', form=form)
    assert '<label for="id_discount">Discount</label>' in text
    assert 'aria-describedby="id_discount_helptext id_discount_error"' in text
    assert 'aria-invalid="true"' in text
    assert '<span class="err" id="id_discount_error">' in text
    assert 'class="input num"' in text
    assert 'id="id_discount_helptext">Manager up to 20.0 %<' in text


def test_a_field_without_mistake_or_help_describes_nothing() -> None:
    text = write('{% include "includes/field.html" with field=form.why %}', form=Ask())
    assert "aria-" not in re.sub(r'aria-hidden="true"', "", text)
    assert "optional" in text


def test_controls_wear_the_class_of_their_kind() -> None:
    form = Ask()
    assert 'class="select"' in write("{% control form.kind %}", form=form)
    assert 'class="tick"' in write("{% control form.agreed %}", form=form)
    assert 'class="input tall"' in write('{% control form.why "tall" %}', form=form)
