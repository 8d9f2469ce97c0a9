"""The named people of Helio GmbH, the same in every test; tests/conftest.py makes `cast` known everywhere."""

from dataclasses import dataclass
from datetime import date

import pytest

from people.models import Authority, FunctionCalendar, Team, User

APPOINTED = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Cast:
    maya: User  # seller, Enterprise DACH
    arjun: User
    elena: User  # seller in another region: an outsider to every deal of the DACH team
    marcus: User  # leads Enterprise DACH
    priya: User  # Finance Manager
    lena: User  # Finance Manager
    henrik: User  # Finance Director
    dana: User  # CFO
    tomas: User  # Legal Counsel
    grace: User  # General Counsel
    jiwoo: User  # Delivery Manager
    olaf: User  # Head of Delivery
    mei: User  # COO
    victor: User  # Chief Executive
    ines: User  # deal-desk manager
    robin: User  # auditor


#  key      name              function      job title          level
PEOPLE = (
    ("maya", "Maya Okafor", "sales", "Account Executive", 0),
    ("arjun", "Arjun Mehta", "sales", "Account Executive", 0),
    ("elena", "Elena Petrova", "sales", "Account Executive", 0),
    ("marcus", "Marcus Bell", "sales", "Sales Leader", 0),
    ("priya", "Priya Raman", "finance", "Finance Manager", 1),
    ("lena", "Lena Vogt", "finance", "Finance Manager", 1),
    ("henrik", "Henrik Sørensen", "finance", "Finance Director", 2),
    ("dana", "Dana Whitlock", "finance", "CFO", 3),
    ("tomas", "Tomás Rivera", "legal", "Legal Counsel", 1),
    ("grace", "Grace Mbeki", "legal", "General Counsel", 2),
    ("jiwoo", "Ji-woo Han", "operations", "Delivery Manager", 1),
    ("olaf", "Olaf Brandvik", "operations", "Head of Delivery", 2),
    ("mei", "Mei Tan", "operations", "COO", 3),
    ("victor", "Victor Hale", "executive", "Chief Executive", 1),
    ("ines", "Ines Carvalho", "desk", "Deal Desk Manager", 0),
    ("robin", "Robin Achterberg", "auditor", "Auditor", 0),
)
REPORTS_TO = {
    "maya": "marcus",
    "arjun": "marcus",
    "priya": "henrik",
    "lena": "henrik",
    "henrik": "dana",
    "dana": "victor",
    "tomas": "grace",
    "grace": "victor",
    "jiwoo": "olaf",
    "olaf": "mei",
    "mei": "victor",
}


def person(key: str, name: str = "", function: str = "sales", job_title: str = "") -> User:
    """Someone without a password: tests sign them in with `client.force_login`."""
    name = name or key.capitalize()
    return User.objects.create_user(f"{key}@helio.example", name=name, function=function, job_title=job_title)


def make_cast() -> Cast:
    people = {key: person(key, name, function, title) for key, name, function, title, _ in PEOPLE}
    dach = Team.objects.create(name="Enterprise DACH", region="DACH", leader=people["marcus"])
    nordics = Team.objects.create(name="Enterprise Nordics", region="Nordics")
    for key, user in people.items():
        user.team = {"maya": dach, "arjun": dach, "marcus": dach, "elena": nordics}.get(key)
        user.manager = people.get(REPORTS_TO.get(key, ""))
        user.save(update_fields=["team", "manager"])
    for key, _, function, _, level in PEOPLE:
        if level:
            Authority.objects.create(user=people[key], function=function, level=level, since=APPOINTED)
    for function in ("finance", "legal", "operations", "executive"):
        FunctionCalendar.objects.create(function=function)
    return Cast(**people)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
