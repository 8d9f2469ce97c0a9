"""Words put back into the form they were typed in: of the page, only the fields are changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

Attributes = dict[str, str | None]
Words = Sequence[tuple[str, str]]

TRAVELS = re.compile(r"(^|-)(version|key)$")  # hidden, yet part of what was typed: which version, which row
SENDS = ("action", "formaction", "hx-post")
UNTYPED = ("submit", "button", "image", "reset", "file", "password")


@dataclass(slots=True)
class Control:
    """A field of a form: where its tag stands in the text, and for a textarea where its words end."""

    tag: str
    attributes: Attributes
    start: int
    end: int
    close: int = 0
    words: str = ""

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        return (self.attributes.get("type") or "text").lower() if self.tag == "input" else self.tag

    @property
    def value(self) -> str:
        given = self.attributes.get("value")
        return self.words.strip() if given is None and self.tag == "option" else given or ""


@dataclass(slots=True)
class Form:
    start: int
    end: int
    attributes: Attributes
    goes_to: set[str] = field(default_factory=set)
    controls: list[Control] = field(default_factory=list)

    def fits(self, path: str, words: Words) -> tuple[bool, int]:
        """Whether it is sent to `path`, and how much of what was sent it has a field for."""
        names = {name for name, _ in words}
        shared = len({each.name for each in self.controls if each.kind != "option"} & names)
        same = sum((each.name, each.value) in words for each in self.controls if each.kind == "hidden")
        return path in self.goes_to, shared + same


@dataclass(frozen=True, slots=True)
class Refilled:
    """The page with the words in it, and the words that no field of it takes."""

    html: str
    left: tuple[tuple[str, str], ...]


def refill(html: str, *, page: str, path: str, words: Words, anywhere: bool = False) -> Refilled | None:
    """Put `words`, which were sent to `path`, into the form of `page` that is sent there.

    None when there is none; `anywhere` takes the form that has a field for at least half of them then.
    """
    reader = Reader(html, page)
    found = [(form.fits(path, words), form) for form in reader.forms]
    least = len({name for name, _ in words}) / 2
    fitting = [
        (fit, form) for fit, form in found if fit[1] and (fit[0] or (anywhere and fit[1] >= max(least, 1)))
    ]
    if not fitting:
        return None
    form = max(fitting, key=lambda each: each[0])[1]
    left = list(words)
    edits = [(form.start, form.end, tag("form", {**form.attributes, "data-refilled": None}))]
    for control in form.controls:
        edits += edited(control, words, left)
    buttons = {each.name for each in form.controls if each.kind in UNTYPED}
    hidden = {each.name for each in form.controls if each.kind == "hidden"}
    untaken = tuple((name, said) for name, said in left if said.strip() and name not in buttons | hidden)
    return Refilled(spliced(html, edits), untaken)


def edited(control: Control, words: Words, left: list[tuple[str, str]]) -> Iterable[tuple[int, int, str]]:
    """What becomes of the tag; takes from `left` what it uses."""
    attributes = dict(control.attributes)
    if control.kind in UNTYPED or (control.kind == "hidden" and not TRAVELS.search(control.name)):
        return
    if control.kind in ("checkbox", "radio", "option"):
        mark, pair = ("selected" if control.tag == "option" else "checked"), (control.name, chosen(control))
        attributes.pop(mark, None)
        if pair in words:
            attributes[mark] = None
            if pair in left:
                left.remove(pair)
        if control.tag == "option":
            attributes.pop("name")
    else:
        said = next((pair for pair in left if pair[0] == control.name), None)
        if said is None:
            return
        left.remove(said)
        if control.tag == "textarea":
            yield control.end, control.close, "\n" + escape(said[1])
            return
        attributes["value"] = said[1]
    yield control.start, control.end, tag(control.tag, attributes)


def chosen(control: Control) -> str:
    return control.value or ("on" if control.kind == "checkbox" else "")


def tag(name: str, attributes: Attributes) -> str:
    said = (key if value is None else f'{key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{' '.join((name, *said))}>"


def spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


class Reader(HTMLParser):
    """The forms of a page. A select's options are controls of their own, under its name."""

    def __init__(self, html: str, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.within: Control | None = None  # the textarea or option whose words are read
        self.select = ""
        self.lines = [0]
        for line in html.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.feed(html)

    def at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes, start = dict(attrs), self.at()
        end = start + len(self.get_starttag_text() or "")
        if name == "form":
            self.open = Form(start, end, attributes) if attributes.get("method") == "post" else None
            self.forms += [self.open] if self.open else []
        if self.open:
            self.open.goes_to |= {
                urlsplit(urljoin(self.page, target)).path for key in SENDS if (target := attributes.get(key))
            }
            if name == "form" and not attributes.get("action"):
                self.open.goes_to.add(urlsplit(self.page).path)
            self.control(self.open, Control(name, attributes, start, end))

    def control(self, form: Form, control: Control) -> None:
        if control.tag == "select":
            self.select = control.name
        elif control.tag == "option":
            control.attributes["name"] = self.select
        elif control.tag == "button":
            control.attributes.setdefault("type", "submit")
        if control.tag == "button" or (control.tag in ("input", "textarea", "option") and control.name):
            form.controls.append(control)
            self.within = control if control.tag in ("textarea", "option") else self.within

    def handle_startendtag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(name, attrs)

    def handle_data(self, data: str) -> None:
        if self.within:
            self.within.words += data

    def handle_endtag(self, name: str) -> None:
        if self.within and name == self.within.tag:
            self.within.close, self.within = self.at(), None
        elif name == "form":
            self.open = None
