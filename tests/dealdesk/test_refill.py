import pytest

from dealdesk.refill import refill

FORM = """<main><form method="post" action="/deals/D-1/offers/"{more}>
<input type="hidden" name="csrfmiddlewaretoken" value="fresh">{fields}</form></main>"""


def put(fields: str, *words: tuple[str, str], path: str = "/deals/D-1/offers/", more: str = "") -> str:
    html = FORM.replace("{more}", more).replace("{fields}", fields)
    done = refill(html, page="/deals/D-1/offers/", path=path, words=words)
    assert done is not None
    assert 'value="fresh"' in done.html
    return done.html.split('value="fresh">')[1].removesuffix("</form></main>")


@pytest.mark.parametrize(
    ("field", "words", "after"),
    [
        ('<input name="a" value="old">', [("a", 'x"<b>')], '<input name="a" value="x&quot;&lt;b&gt;">'),
        (
            '<textarea name="a">old</textarea>',
            [("a", "</textarea>")],
            '<textarea name="a">\n&lt;/textarea&gt;</textarea>',
        ),
        ('<input type="checkbox" name="a" checked>', [("b", "1")], '<input type="checkbox" name="a">'),
        ('<input type="checkbox" name="a">', [("a", "on")], '<input type="checkbox" name="a" checked>'),
        (
            '<input type="radio" name="a" value="1" checked><input type="radio" name="a" value="2">',
            [("a", "2")],
            '<input type="radio" name="a" value="1"><input type="radio" name="a" value="2" checked>',
        ),
        (
            '<select name="a"><option value="1" selected>One</option><option>Two</option></select>',
            [("a", "Two")],
            '<select name="a"><option value="1">One</option><option selected>Two</option></select>',
        ),
        (
            '<input name="a"><input name="a">',
            [("a", "1"), ("a", "2")],
            '<input name="a" value="1"><input name="a" value="2">',
        ),
        ('<input type="password" name="a">', [("a", "secret")], '<input type="password" name="a">'),
        ('<input type="file" name="a">', [("a", "x.pdf")], '<input type="file" name="a">'),
    ],
)
def test_each_kind_of_field_takes_its_words_and_no_markup(field, words, after):
    assert put(field + '<input name="b">', *words, ("b", "")).startswith(after)


def test_a_hidden_field_stays_as_the_new_page_has_it_but_for_the_version_that_was_read():
    hidden = '<input type="hidden" name="seen" value="new"><input type="hidden" name="version" value="9">'
    fields = f'{hidden}<input name="a">'
    after = put(fields, ("seen", "old"), ("version", "7"), ("a", "x"))
    assert '<input type="hidden" name="seen" value="new">' in after
    assert '<input type="hidden" name="version" value="7">' in after


def test_words_go_into_the_form_they_were_sent_from_and_into_no_other():
    html = "".join(
        f'<form method="post" action="/c/{number}/"><input name="text"></form>' for number in (1, 2)
    )
    done = refill(html, page="/c/", path="/c/2/", words=[("text", "Why 60 days?")])
    assert done is not None
    assert done.html == (
        '<form method="post" action="/c/1/"><input name="text"></form>'
        '<form method="post" action="/c/2/" data-refilled><input name="text" value="Why 60 days?"></form>'
    )


def test_of_two_forms_that_go_to_one_place_the_hidden_field_tells():
    html = "".join(
        f'<form method="post"><input type="hidden" name="key" value="{key}"><input name="why"></form>'
        for key in ("discount", "payment")
    )
    done = refill(html, page="/x/", path="/x/", words=[("key", "payment"), ("why", "They pay late.")])
    assert done is not None
    assert done.html.index("data-refilled") > done.html.index("discount")


def test_a_button_may_send_its_form_elsewhere():
    fields = '<input name="a"><button formaction="/ask/" name="use" value="1">Ask</button>'
    assert 'value="x"' in put(fields, ("a", "x"), ("use", "1"), path="/ask/")


def test_words_without_a_field_are_told_and_buttons_are_no_words():
    html = '<form method="post"><input name="a"><button name="go">Go</button></form>'
    words = [("a", "x"), ("lines-9-note", "Kept too"), ("go", "1"), ("blank", " ")]
    done = refill(html, page="/x/", path="/x/", words=words)
    assert done is not None
    assert done.left == (("lines-9-note", "Kept too"),)


def test_a_page_without_the_form_is_left_alone_unless_half_of_the_words_have_a_field():
    html = '<form method="post" action="/x/"><input name="a"><input name="b"></form>'
    words = [("a", "1"), ("b", "2"), ("c", "3")]
    assert refill(html, page="/x/", path="/x/settle/", words=words) is None
    assert refill(html, page="/x/", path="/x/settle/", words=words, anywhere=True) is not None
    few = [("a", "1"), ("c", "3"), ("d", "4")]
    assert refill(html, page="/x/", path="/x/settle/", words=few, anywhere=True) is None


def test_a_form_that_asks_with_get_takes_no_words():
    html = '<form method="get" action="/queue/"><input name="q"></form>'
    assert refill(html, page="/queue/", path="/queue/", words=[("q", "brandt")]) is None
