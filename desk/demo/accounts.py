"""Who buys from Helio GmbH, or might."""

from deals.models import Account

#    name                    segment        region
ACCOUNTS = (
    ("Brandt Logistik AG", "Enterprise", "DACH"),
    ("Osprey Freight GmbH", "Enterprise", "DACH"),
    ("Velden Pumps GmbH", "Mid-market", "DACH"),
    ("Marlow Print GmbH", "Mid-market", "DACH"),
    ("Kestrel Rail AG", "Enterprise", "DACH"),
    ("Tessera Bank AG", "Enterprise", "DACH"),
    ("Fenwick Tools GmbH", "Mid-market", "DACH"),
    ("Castellane Pharma AG", "Enterprise", "DACH"),
    ("Tarn Valley Water", "Mid-market", "DACH"),
    ("Helvia Labs AG", "Mid-market", "DACH"),
    ("Polaris Utilities", "Mid-market", "DACH"),
    ("Vanterra Energy SE", "Enterprise", "DACH"),
    ("Meridian Foods SE", "Enterprise", "DACH"),
    ("Ostara Clinics", "Mid-market", "DACH"),
    ("Rheinland Depot GmbH", "Mid-market", "DACH"),
    ("Calder Hospitals", "Mid-market", "DACH"),
    ("Harbour Mutual", "Enterprise", "Nordics"),
    ("Lindgren Retail AB", "Enterprise", "Nordics"),
    ("Nordhaven Ports AB", "Enterprise", "Nordics"),
    ("Aldgate Media", "Mid-market", "Nordics"),
    ("Alder Dental", "Mid-market", "Nordics"),
)


def add_accounts() -> dict[str, Account]:
    return {
        name: Account.objects.create(name=name, segment=segment, region=region)
        for name, segment, region in ACCOUNTS
    }
