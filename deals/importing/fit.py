"""A mapping fitted to the files of one import: what turns their rows into past deals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from deals.importing.fields import Field, Mapped
from deals.importing.heads import HeadReader, head_reader
from deals.importing.lines import line_reader
from deals.importing.mapping import load
from deals.importing.reading import Layout
from deals.importing.shaping import Shaper
from deals.importing.sources import Desk, Getter, Wrong, places_of, tables_of
from deals.models import Import
from guardrails.policy import Policy
from people.models import User


@dataclass(frozen=True, slots=True)
class Fitted:
    """`layout`: of the file. `key` finds a row's deal, `shaper` makes deals of rows."""

    mapped: Mapped
    layout: Layout
    key: Getter
    heads: HeadReader
    shaper: Shaper

    def day(self, cells: Sequence[str], today: date) -> date:
        """The day by which a row's deal is put in order; one that cannot be read is refused later."""
        try:
            return self.heads.day("closed", cells) or self.heads.day("opened", cells) or today
        except Wrong:
            return today

    def column(self, field: str) -> str:
        """The column that fills a field of the deal, if it is one."""
        each = self.mapped.deal.get(field)
        return each.column if each else ""


def fit(mapped: Mapped, layout: Layout, tables: Mapping[str, Path], policy: Policy) -> Fitted:
    """Raises Misfit and Unreadable when a file is not as the mapping says."""
    places = places_of(layout, mapped.read())
    blank = mapped.numbers.blank
    desk = Desk(places, tables_of(mapped, Desk(places, {}, blank), tables), blank)
    heads = head_reader(mapped, desk, policy, people(mapped.owner_by))
    told = sorted({places[column] for field in told_by(mapped) for column in columns_of(field, mapped)})
    shaper = Shaper(mapped.source, heads, line_reader(mapped, desk), tuple(told))
    return Fitted(mapped, layout, desk.getter(mapped.deal["key"]), heads, shaper)


def fit_import(import_: Import) -> Fitted:
    """The same for the stored files of an import."""
    mapped = load(import_.mapping)
    format = mapped.format
    layout = Layout(
        encoding=import_.encoding,
        delimiter=import_.delimiter,
        quote=format.quote,
        row_end=format.row_end,
        columns=tuple(import_.header),
        named=not format.columns,
    )
    return fit(mapped, layout, import_.table_paths, import_.version.policy)


def told_by(mapped: Mapped) -> Iterator[Field]:
    """The fields that say something of the deal as a whole."""
    yield from (field for name, field in mapped.deal.items() if name not in ("key", "title"))
    yield from (*mapped.terms.values(), *mapped.clauses.values())


def columns_of(field: Field, mapped: Mapped) -> Iterator[str]:
    """The columns of the file that it is read from, also by way of tables."""
    for table, column in field.columns(mapped.tables):
        if table:
            yield from columns_of(mapped.tables[table].find, mapped)
        else:
            yield column


def people(by: str) -> dict[str, Sequence[int]]:
    """E-mail address or name in lower case → ids. Also of those who left: they once sold."""
    found: dict[str, list[int]] = defaultdict(list)
    rows: Iterable[tuple[str, int]] = User.objects.values_list(by, "pk")
    for word, pk in rows:
        found[" ".join(word.lower().split())].append(pk)
    return dict(found)
