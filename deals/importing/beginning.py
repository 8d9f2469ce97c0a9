"""The start of a mapping, written from the columns of a file: what their names say, and what is left to say.

Pure. What is written reads as TOML and names every column once; whoever imports looks at each line."""

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from base.words import say
from deals.importing.fields import Format
from deals.importing.reading import DELIMITERS, Layout, Unreadable, blank, decoded, encoding_told, records
from deals.importing.written import FACTS

ROWS = 50  # looked at
MOST_STAGES = 12  # more are no stages
WORDS = {  # of column names, as old systems call them; the first that fits counts
    "key": ("deal id", "deal number", "deal no", "opportunity id", "quote number", "number", "id", "deal"),
    "title": ("title", "deal name", "opportunity", "name", "subject", "description"),
    "account": ("account", "customer", "client", "company", "buyer", "kunde"),
    "segment": ("segment", "size"),
    "region": ("region", "territory", "country", "office"),
    "deal_type": ("deal type", "type"),
    "currency": ("currency", "currency code"),
    "owner": ("owner", "seller", "sales rep", "sales agent", "salesperson", "rep"),
    "outcome": ("outcome", "stage", "deal stage", "status", "state", "result"),
    "opened": ("opened", "created", "engage date", "start date", "open date"),
    "closed": ("closed", "close date", "closed on", "close", "signed on", "end date"),
    "product": ("product", "product name", "item", "sku", "article"),
    "family": ("family", "product family", "series", "category"),
    "quantity": ("quantity", "qty", "pieces", "units", "seats", "licences", "licenses"),
    "list_price": ("list price", "unit list price", "sales price"),
    "net_price": ("net price", "unit price", "price"),
    "list_total": ("list", "list total", "list value"),
    "net_total": ("net", "net total", "net value", "amount", "value", "revenue", "close value", "sales"),
    "cost_total": ("cost", "cost total", "costs"),
    "profit_total": ("profit", "profit total"),
    "discount": ("discount", "discount percent", "rebate"),
    "payment_days": ("payment days", "payment terms", "net days"),
}
DEAL = (
    *("key", "title", "account", "segment", "region", "deal_type", "currency", "owner", "outcome"),
    *("opened", "closed"),
)
LINE = (
    *("product", "family", "per", "recurring", "quantity"),
    *("list_price", "net_price", "list_total", "net_total", "cost_total", "profit_total", "discount"),
)
STAND_INS = {  # what is needed and has no column: a value to replace
    "account": '{ value = "Account not recorded" }',
    "segment": '{ value = "Enterprise" }',
    "region": '{ value = "DACH" }',
    "deal_type": '{ value = "New business" }',
    "currency": '{ value = "EUR" }',
    "product": '{ value = "Product not recorded" }',
    "family": '{ value = "Platform" }',
    "per": '{ value = "piece" }',
    "recurring": "{ value = false }",
    "quantity": "{ value = 1 }",
}
DAYS, FORMATS = ("opened", "closed"), ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")
NUMBERS = tuple(fact for fact in WORDS if fact in FACTS or fact == "quantity")
COMMA = re.compile(r"^[\d.]+,\d+$")
WON, LOST = frozenset({"won", "closed won", "win", "signed"}), frozenset({"lost", "closed lost", "loss"})


def begin_mapping(start: bytes, source: str) -> str:
    """A mapping to go on with, from the beginning of a file. "" where its first row names no two columns."""
    rows = rows_of(text_of(start))
    header = [name.strip() for name in rows[0]] if rows else []
    if len([name for name in header if name]) < 2:
        return ""
    found = columns_by_fact(header)
    cells = {fact: words_below(rows, header.index(column)) for fact, column in found.items()}
    used = {*found.values(), key_of(found, header), stage_of(found, header)}
    left = [name for name in header if name and name not in used]
    lines = [
        *head_of(source, cells),
        *deal_of(found, cells.get("outcome", []), header),
        *line_of(found),
        *left_over(left),
    ]
    return "\n".join(lines) + "\n"


def text_of(start: bytes) -> str:
    if told := encoding_told(start):
        return decoded(start, told)
    try:
        return decoded(start, "utf-8")
    except UnicodeDecodeError:
        return decoded(start, "latin-1")  # as cp1252, and never at a loss


def rows_of(sample: str) -> list[list[str]]:
    """The first rows, cut at whatever cuts the first into most."""

    def cut(delimiter: str) -> list[list[str]]:
        layout = Layout("", delimiter, Format().quote, "", (), False)
        read = (row for row in records(io.StringIO(sample, newline=""), layout) if not blank(row))
        try:
            return list(islice(read, ROWS))
        except Unreadable:
            return []

    return max((cut(delimiter) for delimiter in DELIMITERS), key=lambda rows: len(rows[0]) if rows else 0)


def columns_by_fact(header: Sequence[str]) -> dict[str, str]:
    """Fact → column, each column once: by its whole name, the likeliest first."""
    names = {told(name): name for name in reversed(header) if name}
    found: dict[str, str] = {}
    for fact, words in WORDS.items():
        for word in words:
            if word in names and names[word] not in found.values():
                found[fact] = names[word]
                break
    return found


def told(name: str) -> str:
    """ "Close_Date", "closeDate" and "Close date" are one."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"\W+|_", " ", apart.lower()).split())


def words_below(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """What stands in one column, each word once."""
    return sorted({row[place].strip() for row in rows[1:] if len(row) > place and row[place].strip()})


def head_of(source: str, cells: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield f"source = {quoted(source)}  # " + say("with its key it names a deal for ever")
    yield ""
    if any(COMMA.search(cell) for fact in NUMBERS for cell in cells.get(fact, ())):
        yield from ("[numbers]", 'decimal = ","', 'thousands = "."', "")
    days = [cell for fact in DAYS for cell in cells.get(fact, ())]
    written = next((each for each in FORMATS if days and all(reads(day, each) for day in days)), "")
    if written:
        yield from ("[dates]", f"formats = [{quoted(written)}]", "")


def reads(cell: str, format: str) -> bool:
    try:
        datetime.strptime(cell, format)
    except ValueError:
        return False
    return True


def key_of(found: Mapping[str, str], header: Sequence[str]) -> str:
    return found.get("key") or header[0]


def stage_of(found: Mapping[str, str], header: Sequence[str]) -> str:
    return found.get("outcome") or header[-1]


def deal_of(found: Mapping[str, str], stages: Iterable[str], header: Sequence[str]) -> Iterator[str]:
    key = key_of(found, header)
    yield "[deal]"
    for fact in DEAL:
        if fact == "outcome":
            yield f"outcome = {outcome_of(stage_of(found, header), list(stages))}{unsure(fact not in found)}"
        elif fact in ("key", "owner"):
            yield f"{fact} = {{ column = {quoted(found.get(fact) or key)} }}{unsure(fact not in found)}"
        elif fact in found:
            yield f"{fact} = {{ column = {quoted(found[fact])} }}"
        elif fact in STAND_INS:
            yield f"{fact} = {STAND_INS[fact]}{unsure(True)}"
        elif fact == "title":
            yield f"title = {{ column = {quoted(key)} }}{unsure(True)}"
    yield ""


def outcome_of(column: str, stages: Sequence[str]) -> str:
    won = [word for word in stages if word.lower() in WON] or ["Won"]
    lost = [word for word in stages if word.lower() in LOST] or ["Lost"]
    others = [word for word in stages if word not in (*won, *lost)]
    open_ = others if len(others) <= MOST_STAGES else []
    said = (("won", won), ("lost", lost), ("open", open_))
    lists = ", ".join(f"{name} = [{', '.join(map(quoted, words))}]" for name, words in said if words)
    return f"{{ column = {quoted(column)}, {lists} }}"


def line_of(found: Mapping[str, str]) -> Iterator[str]:
    yield "[line]"
    for fact in LINE:
        if fact in found:
            yield f"{fact} = {{ column = {quoted(found[fact])} }}"
        elif fact in STAND_INS:
            yield f"{fact} = {STAND_INS[fact]}{unsure(True)}"
    if "payment_days" in found:
        yield ""
        yield "[terms]"
        yield f"payment_days = {{ column = {quoted(found['payment_days'])} }}"


def left_over(columns: Sequence[str]) -> Iterator[str]:
    if columns:
        yield ""
        named = ", ".join(" ".join(one.split()) for one in columns)
        yield "# " + say("Columns not read: {columns}", columns=named)


def unsure(is_: bool) -> str:
    """Beside what no column says."""
    return "  # " + say("please look: no column says it") if is_ else ""


def quoted(text: str) -> str:
    """As a text of TOML."""
    return json.dumps(text, ensure_ascii=False)
