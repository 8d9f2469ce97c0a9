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
    ("Tarn Valley Water", "Public sector", "UK & Ireland"),
    ("Helvia Labs AG", "Mid-market", "DACH"),
    ("Polaris Utilities", "Public sector", "UK & Ireland"),
    ("Vanterra Energy SE", "Enterprise", "DACH"),
    ("Meridian Foods SE", "Enterprise", "DACH"),
    ("Ostara Clinics", "Public sector", "Nordics"),
    ("Rheinland Depot GmbH", "Mid-market", "DACH"),
    ("Calder Hospitals", "Public sector", "UK & Ireland"),
    ("Harbour Mutual", "Enterprise", "UK & Ireland"),
    ("Lindgren Retail AB", "Enterprise", "Nordics"),
    ("Nordhaven Ports AB", "Enterprise", "Nordics"),
    ("Aldgate Media", "Mid-market", "UK & Ireland"),
    ("Alder Dental", "Mid-market", "Nordics"),
)


def add_accounts() -> dict[str, Account]:
    return {
        name: Account.objects.create(name=name, segment=segment, region=region)
        for name, segment, region in ACCOUNTS
    }
