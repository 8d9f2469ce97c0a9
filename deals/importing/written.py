"""From the tables of a TOML text to a mapping, keeping every mistake on the way. Pure."""

import codecs
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal, cast

from base.words import mark, say
from deals.importing.fields import PLACE, Field, Format, Mapped, Numbers, Table, place_of
from deals.terms import TYPED
from guardrails.faults import Fault, Path, key_faults, repeated
from guardrails.sheet import Sheet

NEEDED = ("key", "title", "account", "segment", "region", "deal_type", "currency", "owner", "outcome")
DEAL = (*NEEDED, "opened", "closed", "partner_fee")
LINE = ("product", "family", "per", "recurring", "quantity")
FACTS = (
    "list_price",
    "net_price",
    "cost",
    "list_total",
    "net_total",
    "cost_total",
    "profit_total",
    "discount",
)
OUTCOMES = ("won", "lost", "open")
ALREADY = {
    "won": mark("“{word}” is won already"),
    "lost": mark("“{word}” is lost already"),
    "open": mark("“{word}” is open already"),
}
FORMAT = {"encoding": "", "delimiter": "", "quote": '"', "row_end": ""}
DATES = ["%Y-%m-%d"]


def read(document: dict[str, object]) -> tuple[Mapped | None, list[Fault]]:
    """The mapping in these tables, and everything that is wrong with it."""
    faults: list[Fault] = []
    sheet = Sheet(document, faults)
    source, policy = sheet.text("source"), sheet.whole("policy") if "policy" in document else None
    faults += key_faults(source, ("source",)) if source else ()
    tables = [_table(each) for each in sheet.tables("table")]
    deal, line = sheet.table("deal"), sheet.table("line")
    by = _by(deal)
    outcomes = _outcomes(deal)
    mapped = Mapped(
        source=source,
        policy=policy,
        format=_format(sheet.table("file", {})),
        numbers=_numbers(sheet.table("numbers", {})),
        dates=_dates(sheet.table("dates", {})),
        tables={table.name: table for table in tables},
        deal=_group(deal, DEAL, NEEDED),
        line=_group(line, (*LINE, "key", *FACTS, "target_discount"), LINE),
        outcomes=outcomes,
        owner_by=by,
        terms=_group(sheet.table("terms", {}), TYPED),
        clauses=_group(sheet.table("clauses", {}), None),
    )
    sheet.close()
    faults += [*_table_faults(tables, mapped), *_price_faults(mapped), *_outcome_faults(mapped)]
    return (mapped if not faults else None), faults


def _group(sheet: Sheet, known: Iterable[str] | None, needed: Iterable[str] = ()) -> dict[str, Field]:
    """The fields of one table; `known` None takes any name."""
    names = list(sheet.values) if known is None else [name for name in known if name in sheet.values]
    found = {name: _field(sheet.table(name)) for name in names}
    for name in needed:
        if name not in found and sheet.sound:
            sheet.fault((), say("{name} is missing: a column, a value or a text", name=name))
    sheet.close()
    return found


def _field(sheet: Sheet) -> Field:
    column, table, text = (sheet.text(key, "") for key in ("column", "table", "text"))
    value = _plain(sheet, "value") if "value" in sheet.values else None
    given = [key for key in ("column", "value", "text") if key in sheet.values]
    if sheet.sound and len(given) != 1:
        sheet.fault((), say("say one of column, value and text"))
    if table and not column:
        sheet.fault(("table",), say("a table needs the column that is looked up in it"))
    aliases = sheet.table("aliases", {})
    words = {name: _plain(aliases, name) for name in list(aliases.values)}
    blank = _plain(sheet, "blank") if "blank" in sheet.values else None
    sheet.close()
    return Field(sheet.path, column, table, value, text, words, blank)


def _plain(sheet: Sheet, key: str) -> str:
    """A text, a number or true and false, as a text."""
    sheet.read.add(key)
    value = sheet.values[key]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    sheet.fault((key,), say("{key} must be a text, a number, true or false", key=key), sound=False)
    return ""


def _by(deal: Sheet) -> Literal["email", "name"]:
    """Taken out of the owner's field, which only the owner has."""
    owner = deal.values.get("owner")
    by = owner.pop("by", "email") if isinstance(owner, dict) else "email"
    if by not in ("email", "name"):
        deal.fault(("owner", "by"), say("an owner is found by “email” or by “name”"))
    return cast('Literal["email", "name"]', by)


def _outcomes(deal: Sheet) -> dict[str, str]:
    field = deal.values.get("outcome")
    sheet = Sheet(dict(field) if isinstance(field, dict) else {}, deal.faults, (*deal.path, "outcome"))
    found: dict[str, str] = {}
    for outcome in OUTCOMES:
        words = sheet.words(outcome, [])
        if isinstance(field, dict):
            field.pop(outcome, None)
        for place, word in enumerate(words):
            if found.setdefault(word, outcome) != outcome:
                sheet.fault((outcome, place), say(ALREADY[found[word]], word=word))
    return found


def _format(sheet: Sheet) -> Format:
    read = {key: sheet.text(key, usual) for key, usual in FORMAT.items()}
    columns = sheet.words("columns", [])
    places: list[Path] = [(*sheet.path, "columns", place) for place in range(len(columns))]
    sheet.faults += repeated(columns, "column", places)
    if read["encoding"] and not _known(read["encoding"]):
        sheet.fault(("encoding",), say("there is no encoding “{encoding}”", encoding=read["encoding"]))
    if len(read["quote"]) > 1:
        sheet.fault(("quote",), say("a quote is one sign, or none"))
    if sheet.path[:1] == ("file",):
        sheet.close()
    return Format(**read, columns=columns)


def _known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


def _numbers(sheet: Sheet) -> Numbers:
    decimal = sheet.text("decimal", ".")
    thousands = sheet.text("thousands", "." if decimal == "," else ",")
    percent = sheet.text("percent", "percent")
    blank = sheet.words("blank", [""])
    if decimal not in (".", ","):
        sheet.fault(("decimal",), say("a decimal sign is “.” or “,”"))
    if thousands == decimal or thousands not in ("", ",", ".", " ", "'"):
        sheet.fault(
            ("thousands",),
            say("thousands are set apart by “,”, “.”, “ ”, “'” or “”, not by the decimal sign"),
        )
    if percent not in ("fraction", "percent"):
        sheet.fault(("percent",), say("percent is “fraction” (0.2) or “percent” (20)"))
    sheet.close()
    kind = cast('Literal["fraction", "percent"]', percent)
    return Numbers(decimal, thousands, kind, frozenset({"", *(word.strip() for word in blank)}))


def _dates(sheet: Sheet) -> tuple[str, ...]:
    formats = sheet.words("formats", list(DATES))
    for place, each in enumerate(formats):
        if "%" not in each:
            sheet.fault(
                ("formats", place),
                say("“{format}” is no format of a date: write it like %d.%m.%Y", format=each),
            )
    sheet.close()
    return formats


def _table(sheet: Sheet) -> Table:
    name, file, key = sheet.text("name"), sheet.text("file", ""), sheet.text("key")
    table = Table(name, file, key, _field(sheet.table("find")), _format(sheet), sheet.path)
    sheet.close()
    sheet.faults += key_faults(name, (*sheet.path, "name")) if name else ()
    return table


def _table_faults(tables: list[Table], mapped: Mapped) -> Iterator[Fault]:
    """Tables that are named must be there, once, and none may be needed to find itself."""
    yield from repeated(
        [table.name for table in tables], "table", [(*table.where, "name") for table in tables]
    )
    for each in mapped.fields():
        for name in _named(each, mapped.tables):
            if name not in mapped.tables:
                yield Fault((*each.where, "table"), say("there is no table “{name}”", name=name))
    for table in tables:
        seen: set[str] = set()
        ahead = [table.name]
        while ahead:
            here = mapped.tables.get(ahead.pop())
            steps = _named(here.find, mapped.tables) if here else set()
            if table.name in steps:
                yield Fault(
                    (*table.where, "find"),
                    say("table “{name}” would be needed to find itself", name=table.name),
                )
                break
            ahead += steps - seen
            seen |= steps


def _named(field: Field, tables: Mapping[str, Table]) -> set[str]:
    in_text = {place_of(name, tables)[0] for name in PLACE.findall(field.text)}
    return {name for name in (field.table, *in_text) if name}


def _price_faults(mapped: Mapped) -> Iterator[Fault]:
    """Two of list price, net price and discount must be there: the third follows."""
    known = set(mapped.line)
    found = [
        bool(known & {"list_price", "list_total"}),
        bool(known & {"net_price", "net_total"}),
        "discount" in known,
    ]
    if mapped.line and sum(found) < 2:
        yield Fault(
            ("line",), say("two of list price, net price and discount are needed, per unit or in total")
        )


def _outcome_faults(mapped: Mapped) -> Iterator[Fault]:
    field = mapped.deal.get("outcome")
    if field is None:
        return
    if not mapped.outcomes:
        yield Fault(field.where, say("name the words that mean won, lost and open"))
    elif field.value is not None and field.value not in mapped.outcomes:
        yield Fault(
            (*field.where, "value"), say("“{word}” is in none of won, lost and open", word=field.value)
        )
