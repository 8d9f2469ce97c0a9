"""A small file of past deals and its mapping, for tests of the import itself."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from deals.importing.start import start
from deals.models import Import
from people.models import User

MAPPING = """\
source = "old-crm"
[numbers]
decimal = ","
thousands = "."
percent = "fraction"
[dates]
formats = ["%d.%m.%Y"]
[deal]
key = { column = "Deal" }
title = { text = "{Product} for {Customer}" }
account = { column = "Customer", blank = "Account not recorded" }
segment = { value = "Enterprise" }
region = { value = "DACH" }
deal_type = { value = "New business" }
currency = { value = "EUR" }
owner = { column = "Owner" }
outcome = { column = "Stage", won = ["Won"], lost = ["Lost"], open = ["Open"] }
closed = { column = "Closed" }
[line]
product = { column = "Product" }
family = { value = "Platform" }
per = { value = "piece" }
recurring = { value = false }
quantity = { column = "Pieces" }
list_price = { column = "List" }
net_total = { column = "Net" }
cost_total = { column = "Cost" }
[terms]
payment_days = { value = 30 }
custom_days = { value = 0 }
"""
HEADER = "Deal;Customer;Owner;Stage;Closed;Product;Pieces;List;Net;Cost"


def row(deal: str, **changed: str) -> str:
    """One line of the file: 2 pieces of 1.000,00 sold for 1.800,00 that cost 900,00."""
    cells = {
        "customer": "Müller & Söhne",
        "owner": "maya@helio.example",
        "stage": "Won",
        "closed": "31.03.2025",
        "product": "Panel",
        "pieces": "2",
        "price": "1.000,00",
        "net": "1.800,00",
        "cost": "900,00",
    } | changed
    return ";".join([deal, *cells.values()])


def text_of(rows: Sequence[str]) -> str:
    return "\r\n".join([HEADER, *rows, ""])


def begin(
    rows: Sequence[str] | bytes,
    by: User | None,
    mapping: str = MAPPING,
    tables: Mapping[str, bytes] | None = None,
    dry_run: bool = False,
) -> Import:
    """An import of these rows, ready to run."""
    content = rows if isinstance(rows, bytes) else text_of(rows).encode()
    opened = {name: BytesIO(table) for name, table in (tables or {}).items()}
    return start(BytesIO(content), mapping, by=by, name="old.csv", tables=opened, dry_run=dry_run)
