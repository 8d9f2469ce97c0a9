"""The people of Helio GmbH, a made-up company. They are deep in a story; their password is no secret."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction

from people.models import Authority, FunctionCalendar, Team, User

PASSWORD = "demo"
APPOINTED = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    name: str
    function: str
    job_title: str
    level: int = 0  # of authority in the own function
    manager: str = ""
    team: str = ""


PEOPLE = (
    Person("victor", "Victor Hale", "executive", "Chief Executive", 1),
    Person("dana", "Dana Whitlock", "finance", "CFO", 3, "victor"),
    Person("henrik", "Henrik Sørensen", "finance", "Finance Director", 2, "dana"),
    Person("priya", "Priya Raman", "finance", "Finance Manager", 1, "henrik"),
    Person("lena", "Lena Vogt", "finance", "Finance Manager", 1, "henrik"),
    Person("grace", "Grace Mbeki", "legal", "General Counsel", 2, "victor"),
    Person("tomas", "Tomás Rivera", "legal", "Legal Counsel", 1, "grace"),
    Person("mei", "Mei Tan", "operations", "COO", 3, "victor"),
    Person("olaf", "Olaf Brandvik", "operations", "Head of Delivery", 2, "mei"),
    Person("jiwoo", "Ji-woo Han", "operations", "Delivery Manager", 1, "olaf"),
    Person("marcus", "Marcus Bell", "sales", "Sales Leader", 0, "victor", "Enterprise DACH"),
    Person("maya", "Maya Okafor", "sales", "Account Executive", 0, "marcus", "Enterprise DACH"),
    Person("arjun", "Arjun Mehta", "sales", "Account Executive", 0, "marcus", "Enterprise DACH"),
    Person("sofia", "Sofia Lund", "sales", "Account Executive", 0, "marcus", "Enterprise UK & Ireland"),
    Person("jonas", "Jonas Weir", "sales", "Account Executive", 0, "marcus", "Enterprise UK & Ireland"),
    Person("elena", "Elena Petrova", "sales", "Account Executive", 0, "marcus", "Enterprise Nordics"),
    Person("ines", "Ines Carvalho", "desk", "Deal Desk Manager", 0, "dana"),
    Person("robin", "Robin Achterberg", "auditor", "Auditor", 0, "victor"),
)
#        name                  region     leader
TEAMS = (
    ("Enterprise DACH", "DACH", "marcus"),
    ("Enterprise UK & Ireland", "UK & Ireland", "marcus"),
    ("Enterprise Nordics", "Nordics", "marcus"),
)
WORKING = ("sales", "finance", "legal", "operations", "executive", "desk")


def email(key: str) -> str:
    return f"{key}@helio.example"


@transaction.atomic
def add_people() -> dict[str, User]:
    """Everyone with their team, manager, authority and working hours, by the first part of their e-mail."""
    password = make_password(PASSWORD)
    people = {
        person.key: User.objects.create(
            email=email(person.key),
            name=person.name,
            function=person.function,
            job_title=person.job_title,
            password=password,
        )
        for person in PEOPLE
    }
    User.objects.filter(pk=people["ines"].pk).update(is_staff=True, is_superuser=True)
    place(people)
    for person in PEOPLE:
        if person.level:
            Authority.objects.create(
                user=people[person.key], function=person.function, level=person.level, since=APPOINTED
            )
    FunctionCalendar.objects.bulk_create(
        FunctionCalendar(function=function, country="DE-BE") for function in WORKING
    )
    return {user.email.partition("@")[0]: user for user in User.objects.select_related("team")}


def place(people: dict[str, User]) -> None:
    """Everyone into their team and under their manager."""
    teams = {
        name: Team.objects.create(name=name, region=region, leader=people.get(leader))
        for name, region, leader in TEAMS
    }
    for person in PEOPLE:
        user = people[person.key]
        user.team, user.manager = teams.get(person.team), people.get(person.manager)
    User.objects.bulk_update(people.values(), ["team", "manager"])
