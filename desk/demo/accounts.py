"""Who buys from Helio GmbH, or might."""

from dataclasses import dataclass

from deals.models import Account


@dataclass(frozen=True, slots=True)
class Buyer:
    """`size`: how much they buy at once, beside the others. `known`: they bought before the story begins."""

    name: str
    segment: str
    region: str
    currency: str = "EUR"
    size: float = 1.0
    known: bool = True


ENTERPRISE, MIDDLE, PUBLIC = "Enterprise", "Mid-market", "Public sector"
DACH, UK, NORDICS, BENELUX, AMERICA = "DACH", "UK & Ireland", "Nordics", "Benelux", "North America"

# they have a scene of their own, which nothing that was signed a short while ago may change
NAMED = (
    Buyer("Brandt Logistik AG", ENTERPRISE, DACH, known=False),
    Buyer("Osprey Freight GmbH", ENTERPRISE, DACH, size=1.6),
    Buyer("Velden Pumps GmbH", MIDDLE, DACH, size=0.6),
    Buyer("Marlow Print GmbH", MIDDLE, DACH, size=0.4),
    Buyer("Kestrel Rail AG", ENTERPRISE, DACH, size=1.4),
    Buyer("Tessera Bank AG", ENTERPRISE, DACH, size=1.8),
    Buyer("Fenwick Tools GmbH", MIDDLE, DACH, size=0.5),
    Buyer("Castellane Pharma AG", ENTERPRISE, DACH, size=2.0),
    Buyer("Tarn Valley Water", PUBLIC, UK, "GBP", 0.8),
    Buyer("Helvia Labs AG", MIDDLE, DACH, "CHF", known=False),
    Buyer("Polaris Utilities", PUBLIC, UK, "GBP", 1.2),
    Buyer("Vanterra Energy SE", ENTERPRISE, DACH, size=2.2),
    Buyer("Meridian Foods SE", ENTERPRISE, DACH, size=1.5),
    Buyer("Ostara Clinics", PUBLIC, NORDICS, "SEK", 0.9),
    Buyer("Rheinland Depot GmbH", MIDDLE, DACH, size=0.6),
    Buyer("Calder Hospitals", PUBLIC, UK, "GBP", known=False),
    Buyer("Harbour Mutual", ENTERPRISE, UK, "GBP", 1.5),
    Buyer("Lindgren Retail AB", ENTERPRISE, NORDICS, "SEK", 1.8),
    Buyer("Nordhaven Ports AB", ENTERPRISE, NORDICS, "SEK", known=False),
    Buyer("Aldgate Media", MIDDLE, UK, "GBP", 0.5),
    Buyer("Alder Dental", MIDDLE, NORDICS, "SEK", 0.3),
)
OTHERS = (
    Buyer("Ahrensfeld Chemie GmbH", ENTERPRISE, DACH, size=1.7),
    Buyer("Stahlwerk Bergau AG", ENTERPRISE, DACH, size=2.1),
    Buyer("Lechner Getränke GmbH", MIDDLE, DACH, size=0.5),
    Buyer("Säntis Präzision AG", MIDDLE, DACH, "CHF", 0.7),
    Buyer("Alpina Kraftwerke AG", ENTERPRISE, DACH, "CHF", 1.5),
    Buyer("Stadtwerke Morau", PUBLIC, DACH, size=0.9),
    Buyer("Thornbury Logistics plc", ENTERPRISE, UK, "GBP", 1.6),
    Buyer("Wexcombe Breweries", MIDDLE, UK, "GBP", 0.5),
    Buyer("Carrow Engineering Ltd", MIDDLE, UK, "GBP", 0.7),
    Buyer("Hollin Moor Council", PUBLIC, UK, "GBP", 0.8),
    Buyer("Kilbride Dairies", MIDDLE, UK, "EUR", 0.6),
    Buyer("Penrose Airports", ENTERPRISE, UK, "GBP", 1.9),
    Buyer("Ashdown Retail Group", ENTERPRISE, UK, "GBP", 1.7),
    Buyer("Merrow Insurance", ENTERPRISE, UK, "GBP", 1.2),
    Buyer("Skagen Seafood A/S", MIDDLE, NORDICS, "EUR", 0.6),
    Buyer("Björkvik Skog AB", ENTERPRISE, NORDICS, "SEK", 1.5),
    Buyer("Halmstrand Stål AB", ENTERPRISE, NORDICS, "SEK", 1.8),
    Buyer("Tavastia Paper Oy", ENTERPRISE, NORDICS, "EUR", 1.4),
    Buyer("Fjordline Ferries", MIDDLE, NORDICS, "EUR", 0.8),
    Buyer("Region Västmark", PUBLIC, NORDICS, "SEK", 1.0),
    Buyer("Norrvik Byggvaror AB", MIDDLE, NORDICS, "SEK", 0.5),
    Buyer("Van der Loo Bloemen BV", MIDDLE, BENELUX, size=0.5),
    Buyer("Scheldt Terminals NV", ENTERPRISE, BENELUX, size=2.0),
    Buyer("Brouwerij De Linde", MIDDLE, BENELUX, size=0.4),
    Buyer("Maasvlakte Cold Store BV", ENTERPRISE, BENELUX, size=1.3),
    Buyer("Ardenne Acier SA", ENTERPRISE, BENELUX, size=1.6),
    Buyer("Gemeente Oosterwolde", PUBLIC, BENELUX, size=0.7),
    Buyer("Kempen Textiel NV", MIDDLE, BENELUX, size=0.5),
    Buyer("Luxlog Air Cargo SA", ENTERPRISE, BENELUX, size=1.4),
    Buyer("Great Plains Grain Co.", ENTERPRISE, AMERICA, "USD", 1.8),
    Buyer("Tidewater Marine Supply", MIDDLE, AMERICA, "USD", 0.6),
    Buyer("Cascade Timber Inc.", ENTERPRISE, AMERICA, "USD", 1.5),
    Buyer("Lakeshore Medical Center", PUBLIC, AMERICA, "USD", 1.1),
    Buyer("Redstone Tools Inc.", MIDDLE, AMERICA, "USD", 0.7),
    Buyer("Prairie Rail Leasing", ENTERPRISE, AMERICA, "USD", 1.6),
    Buyer("Bayfront Foods Corp.", ENTERPRISE, AMERICA, "USD", 2.2),
    Buyer("Quarry Hill Outfitters", MIDDLE, AMERICA, "USD", 0.4),
    Buyer("Maple County Schools", PUBLIC, AMERICA, "USD", 0.8),
    Buyer("St. Laurent Papier Inc.", ENTERPRISE, AMERICA, "USD", 1.3),
)
BUYERS = (*NAMED, *OTHERS)


def add_accounts() -> dict[str, Account]:
    """All of them, by name."""
    rows = [Account(name=each.name, segment=each.segment, region=each.region) for each in BUYERS]
    return {account.name: account for account in Account.objects.bulk_create(rows)}
