"""Three public data sets of past deals, as they lie beside the project; their rows as text in PostgreSQL."""

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("DEALDESK_TEST_DATA") or ROOT.parent / "shared" / "data")
MAPPINGS = ROOT / "tests" / "mappings"
SQL = Path(__file__).parent / "sql"
WITHOUT_HEADER = "oltp/Product.csv"  # its columns are in HEADERS.tsv, as separator and names


@dataclass(frozen=True, slots=True)
class Past:
    """One data set: the file with the deals, what it looks things up in, and each file's name in the SQL."""

    name: str
    file: str
    raw: Mapping[str, str]
    tables: Mapping[str, str] = field(default_factory=dict)
    owners: tuple[str, str] = ("", "")  # file and column of the people who own its deals
    addressed: str = "seller-{}@helio.example"

    def path(self, file: str) -> Path:
        """Where a file of this set lies; skips the test where the data is not."""
        if not DATA.is_dir():
            pytest.skip(f"no public data: {DATA} is not there (DEALDESK_TEST_DATA names another place)")
        return DATA / file

    @property
    def mapping(self) -> str:
        return (MAPPINGS / f"{self.name}.toml").read_text()

    @property
    def policy(self) -> str:
        return (MAPPINGS / f"{self.name}.policy.toml").read_text()

    def owned_by(self) -> list[str]:
        """Everyone the set names as an owner, each once."""
        file, column = self.owners
        if not file:
            return []
        with self.path(file).open(encoding="utf-8-sig", newline="") as lines:
            return sorted({row[column] for row in csv.DictReader(lines)})

    def address(self, owner: str) -> str:
        """The e-mail address of one of them."""
        return self.addressed.format(owner.lower().replace(" ", "."))


AWS = Past(
    name="aws-saas-sales",
    file="aws-saas-sales/SaaS-Sales.anycompany.csv",
    raw={"raw_order": "aws-saas-sales/SaaS-Sales.anycompany.csv"},
)
MAVEN = Past(
    name="maven-crm",
    file="maven-crm/sales_pipeline.csv",
    raw={
        "raw_pipeline": "maven-crm/sales_pipeline.csv",
        "raw_product": "maven-crm/products.csv",
        "raw_account": "maven-crm/accounts.csv",
        "raw_team": "maven-crm/sales_teams.csv",
    },
    tables={
        "products": "maven-crm/products.csv",
        "accounts": "maven-crm/accounts.csv",
        "sales_teams": "maven-crm/sales_teams.csv",
    },
    owners=("maven-crm/sales_teams.csv", "sales_agent"),
)
RESELLERS = Past(
    name="adventureworks-reseller-sales",
    file="adventureworks-reseller-sales/FactResellerSales.csv",
    raw={
        "raw_order": "adventureworks-reseller-sales/FactResellerSales.csv",
        "raw_product": "adventureworks-reseller-sales/Product.csv",
        "raw_reseller": "adventureworks-reseller-sales/Resellers.csv",
        "raw_price": f"adventureworks-mit/{WITHOUT_HEADER}",
    },
    tables={
        "products": "adventureworks-reseller-sales/Product.csv",
        "prices": f"adventureworks-mit/{WITHOUT_HEADER}",
        "resellers": "adventureworks-reseller-sales/Resellers.csv",
    },
    owners=("adventureworks-reseller-sales/FactResellerSales.csv", "EmployeeKey"),
    addressed="employee-{}@adventureworks.example",
)


def in_sql(past: Past) -> dict[str, dict[str, Any]]:
    """Every deal of the set as plain SQL measures and judges it from the rows as text, by the deal's key."""
    with connection.cursor() as cursor:
        for table, file in past.raw.items():
            copy(cursor, table, past.path(file))
        for script in (f"{past.name}.lines", "measure", f"{past.name}.levels"):
            cursor.execute((SQL / f"{script}.sql").read_text())
        names = [column[0] for column in cursor.description]
        deals = {row["deal"]: row for row in (dict(zip(names, row, strict=True)) for row in cursor)}
    for deal, family, discount in ask("SELECT deal, family, discount FROM measured_family"):
        deals[deal].setdefault("families", {})[family] = discount
    return deals


def copy(cursor: Any, table: str, path: Path) -> None:
    """The file as a table of texts: nothing is read as a number or as missing."""
    headless = str(path).endswith(WITHOUT_HEADER)
    layout = "DELIMITER E'\\t', QUOTE E'\\b'" if headless else "HEADER"
    columns = ", ".join(f'"{column}" text' for column in (columns_of_product() if headless else header(path)))
    cursor.execute(f"CREATE TEMP TABLE {table} ({columns})")
    with path.open("rb") as rows:
        cursor.copy_expert(
            f"COPY {table} FROM STDIN (FORMAT csv, ENCODING 'UTF8', NULL '\\N', {layout})", rows
        )


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines))


def columns_of_product() -> list[str]:
    with (DATA / "adventureworks-mit" / "HEADERS.tsv").open() as lines:
        names = next(line.split("\t")[2] for line in lines if line.startswith(WITHOUT_HEADER))
    return names.strip().split(",")


def ask(query: str) -> list[tuple[Any, ...]]:
    """What one more query over these tables says."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def contents() -> dict[str, tuple[int, str]]:
    """How many rows each table of the product has, and a digest of all that stands in them."""
    tables = ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    digest = "coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '')"
    return {name: ask(f'SELECT count(*), {digest} FROM "{name}" AS t')[0] for (name,) in tables}
