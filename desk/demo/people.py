"""The people of Helio GmbH, a made-up company. They are deep in a story; their password is no secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from people.models import Authority, FunctionCalendar, Team, User

PASSWORD = "demo"
APPOINTED = date(2024, 1, 1)
ADMINISTERED = ("user", "team", "authority", "product", "price", "tier", "account")  # by the deal desk


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    name: str
    function: str
    job_title: str
    level: int = 0  # of authority in the own function
    manager: str = ""
    team: str = ""
    region: str = ""  # of that authority; empty: everywhere


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
    Person("sabine", "Sabine Kessler", "sales", "Sales Leader", 0, "victor", "Mid-market DACH"),
    Person("annelies", "Annelies Peeters", "sales", "Sales Leader", 0, "victor", "Benelux"),
    Person("dominic", "Dominic Reyes", "sales", "Sales Leader", 0, "victor", "North America"),
    Person("lukas", "Lukas Brenner", "sales", "Account Executive", 0, "sabine", "Mid-market DACH"),
    Person("katja", "Katja Hofmann", "sales", "Account Executive", 0, "sabine", "Mid-market DACH"),
    Person("imogen", "Imogen Clarke", "sales", "Account Executive", 0, "marcus", "Enterprise UK & Ireland"),
    Person("mikkel", "Mikkel Dahl", "sales", "Account Executive", 0, "marcus", "Enterprise Nordics"),
    Person("daan", "Daan Verhoeven", "sales", "Account Executive", 0, "annelies", "Benelux"),
    Person("fleur", "Fleur Jansen", "sales", "Account Executive", 0, "annelies", "Benelux"),
    Person("thijs", "Thijs de Wit", "sales", "Account Executive", 0, "annelies", "Benelux"),
    Person("naomi", "Naomi Brooks", "sales", "Account Executive", 0, "dominic", "North America"),
    Person("caleb", "Caleb Whitfield", "sales", "Account Executive", 0, "dominic", "North America"),
    Person("rosa", "Rosa Delgado", "sales", "Account Executive", 0, "dominic", "North America"),
    Person("owen", "Owen Tran", "sales", "Account Executive", 0, "dominic", "North America"),
    Person("joris", "Joris Claes", "finance", "Finance Manager", 1, "henrik", "", "Benelux"),
    Person("bradley", "Bradley Stone", "finance", "Finance Manager", 1, "patricia", "", "North America"),
    Person("patricia", "Patricia Moreno", "finance", "Finance Director", 2, "dana", "", "North America"),
    Person("wouter", "Wouter Maes", "legal", "Legal Counsel", 1, "grace", "", "Benelux"),
    Person("evelyn", "Evelyn Park", "legal", "Legal Counsel", 1, "grace", "", "North America"),
    Person("nele", "Nele Willems", "operations", "Delivery Manager", 1, "olaf", "", "Benelux"),
    Person("hank", "Hank Sorrell", "operations", "Delivery Manager", 1, "denise", "", "North America"),
    Person("denise", "Denise Fowler", "operations", "Head of Delivery", 2, "mei", "", "North America"),
)
#        name                  region     leader
TEAMS = (
    ("Enterprise DACH", "DACH", "marcus"),
    ("Enterprise UK & Ireland", "UK & Ireland", "marcus"),
    ("Enterprise Nordics", "Nordics", "marcus"),
    ("Mid-market DACH", "DACH", "sabine"),
    ("Benelux", "Benelux", "annelies"),
    ("North America", "North America", "dominic"),
)
DECIDING = ("finance", "legal", "operations", "executive")
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
    let_administer(people["ines"])
    place(people)
    for person in PEOPLE:
        if person.level:
            Authority.objects.create(
                user=people[person.key],
                function=person.function,
                level=person.level,
                region=person.region,
                since=APPOINTED,
            )
    FunctionCalendar.objects.bulk_create(
        FunctionCalendar(function=function, country="DE-BE") for function in WORKING
    )
    return {user.email.partition("@")[0]: user for user in User.objects.select_related("team")}


def let_administer(desk: User) -> None:
    """Look after people, authority, products and accounts, and decide in place of who was asked."""
    User.objects.filter(pk=desk.pk).update(is_staff=True)
    names = [f"{verb}_{kind}" for kind in ADMINISTERED for verb in ("view", "add", "change")]
    desk.user_permissions.add(*Permission.objects.filter(codename__in=[*names, "override"]))


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
    for name, members in groups(people.values()).items():
        Group.objects.create(name=name).user_set.set(members)


def groups(people: Iterable[User]) -> dict[str, list[User]]:
    """Whom a deal may be shared with at once: each function that decides, each team of sellers."""
    found: dict[str, list[User]] = {}
    for user in people:
        if user.team or user.function in DECIDING:
            name = user.team.name if user.team else user.get_function_display()
            found.setdefault(name, []).append(user)
    return found
