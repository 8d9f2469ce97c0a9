"""Starting an import: files are kept, looked into and refused here, before anything is read of their rows."""

import shutil
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import IO

from django.conf import settings
from django.db import connection, transaction

from base import clock
from base.errors import Invalid
from base.words import say
from deals.importing.errors import BadMapping
from deals.importing.fields import Mapped
from deals.importing.fit import fit
from deals.importing.mapping import MappingErrors, load, located
from deals.importing.reading import BLOCK, Layout, Unreadable, blank, layout_of, open_text, records
from deals.importing.sources import Misfit
from deals.importing.stop import refuse_unless_desk
from deals.models import Import
from guardrails.faults import Fault
from guardrails.models import PolicyVersion
from ledger.record import record
from people.models import User

NO_TABLES: Mapping[str, IO[bytes]] = MappingProxyType({})


def start(
    file: IO[bytes],
    mapping_text: str,
    *,
    by: User | None,
    name: str,
    tables: Mapping[str, IO[bytes]] = NO_TABLES,
    dry_run: bool = False,
) -> Import:
    """Keep the file and its tables, and see that the mapping fits them; `run` does the rest.

    `by` None is the command line. Raises NotYours, BadMapping (every mistake with its line), Invalid (field
    file, or tables.<name>), NoPolicy.
    """
    refuse_unless_desk(by)
    at = clock.now()
    mapped = read(mapping_text)
    version = version_for(mapped, mapping_text)
    refuse_missing(mapped, tables)
    import_ = Import(pk=next_pk(), by=by, name=name[-200:], source=mapped.source, mapping=mapping_text)
    import_.version, import_.dry_run, import_.created_at = version, dry_run, at
    folder = settings.MEDIA_ROOT / "imports" / str(import_.pk)
    try:
        keep(import_, file, tables, folder, mapped)
        look_into(import_, mapped)
        with transaction.atomic():
            import_.save(force_insert=True)
            record(
                import_.stream, "import_checked", by=by, at=at, source=mapped.source, sha256=import_.sha256
            )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return import_


def judge_by(import_: Import, number: int) -> Import:
    """Judge by another published version than the mapping or the day says. Raises BadMapping."""
    import_.version = published(number, import_.mapping)
    refuse_clauses(load(import_.mapping), import_.version, import_.mapping)
    Import.objects.filter(pk=import_.pk, status=Import.Status.CHECKED).update(version=import_.version)
    return import_


def read(text: str) -> Mapped:
    try:
        return load(text)
    except MappingErrors as errors:
        raise BadMapping(errors.mistakes) from errors


def version_for(mapped: Mapped, text: str) -> PolicyVersion:
    """The published version the mapping names, else the one in force. Raises BadMapping, NoPolicy."""
    version = published(mapped.policy, text) if mapped.policy else PolicyVersion.objects.in_force(clock.now())
    refuse_clauses(mapped, version, text)
    return version


def published(number: int, text: str) -> PolicyVersion:
    version = PolicyVersion.objects.published().filter(number=number).first()
    if version is None:
        refuse([Fault(("policy",), say("there is no published policy v{number}", number=number))], text)
    assert version is not None
    return version


def refuse_clauses(mapped: Mapped, version: PolicyVersion, text: str) -> None:
    known = {clause.key for clause in version.policy.clauses}
    refuse(
        [
            Fault(field.where, say("policy {policy} has no clause “{key}”", policy=version.name, key=key))
            for key, field in mapped.clauses.items()
            if key not in known
        ],
        text,
    )


def refuse(faults: Iterable[Fault], text: str) -> None:
    if mistakes := tuple(located(faults, text)):
        raise BadMapping(mistakes)


def refuse_missing(mapped: Mapped, tables: Mapping[str, IO[bytes]]) -> None:
    for name, table in mapped.tables.items():
        if name not in tables:
            if table.file:
                words = say(
                    "The mapping looks things up in table “{name}” ({file}): give it too.",
                    name=name,
                    file=table.file,
                )
            else:
                words = say("The mapping looks things up in table “{name}”: give it too.", name=name)
            raise Invalid(words, field=f"tables.{name}")


def next_pk() -> int:
    """The import's number, known before its row is written: its folder is named by it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('deals_import', 'id'))")
        return int(cursor.fetchone()[0])


def keep(
    import_: Import, file: IO[bytes], tables: Mapping[str, IO[bytes]], folder: Path, mapped: Mapped
) -> None:
    """Store the files under names of our own, outside what is served."""
    folder.mkdir(parents=True)
    import_.sha256 = stored(file, folder / "deals")
    import_.file = str((folder / "deals").relative_to(settings.MEDIA_ROOT))
    import_.tables = {}
    for place, name in enumerate(mapped.tables, start=1):
        stored(tables[name], folder / f"table-{place}")
        import_.tables[name] = str((folder / f"table-{place}").relative_to(settings.MEDIA_ROOT))


def stored(file: IO[bytes], path: Path) -> str:
    """Copied block by block; the hash of what it holds."""
    seal = sha256()
    with path.open("wb") as copy:
        while block := file.read(BLOCK):
            seal.update(block)
            copy.write(block)
    return seal.hexdigest()


def look_into(import_: Import, mapped: Mapped) -> None:
    """Name encoding, delimiter and columns, see that the mapping fits them, count the rows."""
    try:
        layout = layout_of(import_.path, mapped.format, mapped.read())
        import_.encoding, import_.delimiter = layout.encoding, layout.delimiter
        import_.header = list(layout.columns)
        fit(mapped, layout, import_.table_paths, import_.version.policy)
        import_.rows_total = rows_in(import_.path, layout)
    except Misfit as misfit:
        raise BadMapping(tuple(located(misfit.faults, import_.mapping))) from None
    except Unreadable as error:
        raise Invalid(str(error), field="file") from error
    if not import_.rows_total:
        raise Invalid(say("The file has no row below its header."), field="file")


def rows_in(path: Path, layout: Layout) -> int:
    with open_text(path, layout.encoding) as stream:
        rows = (number for number, cells in enumerate(records(stream, layout), start=1) if not blank(cells))
        return sum(number >= layout.first for number in rows)
