"""Everyone who sees a deal, why, since when and by whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group

from approvals.models import Assignment, Decision, Watch
from base.words import say
from deals.models import Deal, DealGroupObjectPermission, DealUserObjectPermission
from deals.seers import SEES_ALL, leads
from deals.share import PERMISSIONS
from desk.clocks import holder
from desk.forms.actions import ROLES
from desk.head import Room
from ledger.models import Event
from people.models import Team, User

SHARED = tuple(PERMISSIONS.values())
WORDS = {permission: ROLES[role] for role, permission in PERMISSIONS.items()}


@dataclass(frozen=True, slots=True)
class Part:
    """One reason why somebody is on the deal. `given`: who let them, and when; empty where nobody had to."""

    words: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Someone:
    """`shared`: it was shared with them by name, so that can be taken back."""

    user: User
    parts: tuple[Part, ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    """A team that the deal is shared with."""

    group: Group
    members: tuple[User, ...]
    part: Part


@dataclass(frozen=True, slots=True)
class People:
    """`on`: who has a part, the owner first. `groups`: teams it is shared with. `besides`: who sees it by
    what they are, each with why."""

    on: tuple[Someone, ...]
    groups: tuple[Sharing, ...]
    besides: tuple[Someone, ...]


Found = dict[User, list[Part]]


def people_of(room: Room) -> People:
    """In a fixed number of queries, however many there are."""
    deal, given = room.deal, given_of(room)
    found: Found = {}
    found.setdefault(deal.owner, []).append(Part(say("Owner: writes the brief and negotiates")))
    if deal.decision_owner:
        found.setdefault(deal.decision_owner, []).append(Part(say("Decision owner")))
    for user, part in (*asked(deal), *decided(deal)):
        parts = found.setdefault(user, [])
        if part not in parts:
            parts.append(part)
    shared: set[User] = set()
    grants = DealUserObjectPermission.objects.filter(content_object=deal, permission__codename__in=SHARED)
    for grant in grants.select_related("user", "permission").order_by("user__name", "pk"):
        words = str(WORDS[grant.permission.codename])
        found.setdefault(grant.user, []).append(Part(words, given.get(("user", grant.user_id), "")))
        shared.add(grant.user)
    for watch in Watch.objects.filter(deal=deal, ended_at=None).select_related("user", "by"):
        found.setdefault(watch.user, []).append(Part(say("Watches"), since_words(watch, room)))
    on = tuple(Someone(user, tuple(parts), user in shared) for user, parts in found.items())
    return People(on, groups_of(deal, given), besides(deal, found))


def since_words(watch: Watch, room: Room) -> str:
    since = room.now.moment(watch.since)
    if watch.by_id == watch.user_id:
        return say("since {since}", since=since)
    return say("by {name}, since {since}", name=watch.by.name, since=since)


def asked(deal: Deal) -> Iterable[tuple[User, Part]]:
    open_work = Assignment.objects.filter(step__deal=deal, ended_at=None)
    for row in open_work.select_related(
        "user", "principal", "step__request__revision", "step__request__version"
    ).order_by("since", "pk"):
        request = row.step.request
        level, number = holder(row.step, request.version.policy), request.revision.number
        words = say("Asked as {level}, revision {number}", level=level, number=number)
        if row.principal:
            patron = row.principal.name
            words = say(
                "Asked as {level}, revision {number}, for {name}", level=level, number=number, name=patron
            )
        yield row.user, Part(words)


def decided(deal: Deal) -> Iterable[tuple[User, Part]]:
    decisions = Decision.objects.filter(deal=deal).select_related(
        "by", "step__request__revision", "step__request__version"
    )
    for row in decisions.order_by("-at", "-pk"):
        request = row.step.request
        level = request.version.policy.level_name(row.function, row.level)
        words = say("Decided as {level}, revision {number}", level=level, number=request.revision.number)
        yield row.by, Part(words)


def given_of(room: Room) -> Mapping[tuple[str, int], str]:
    """Of each person and team the deal is shared with: who did so last, and when. From the ledger."""
    events = Event.objects.of(room.deal.stream).filter(kind="deal.shared").select_related("actor")
    found: dict[tuple[str, int], str] = {}
    for event in events:
        facts = event.facts
        kind = "group" if "group" in facts else "user"
        by = event.actor.name if event.actor else say("the deal desk")
        found[kind, facts[kind]] = say("by {name}, {moment}", name=by, moment=room.now.moment(event.at))
    return found


def groups_of(deal: Deal, given: Mapping[tuple[str, int], str]) -> tuple[Sharing, ...]:
    grants = DealGroupObjectPermission.objects.filter(content_object=deal, permission__codename__in=SHARED)
    rows = grants.select_related("group", "permission").prefetch_related("group__user_set")
    return tuple(
        Sharing(
            group=row.group,
            members=tuple(sorted(active(row.group), key=lambda user: user.name)),
            part=Part(str(WORDS[row.permission.codename]), given.get(("group", row.group_id), "")),
        )
        for row in rows.order_by("group__name", "pk")
    )


def active(group: Group) -> Sequence[User]:
    return [user for user in group.user_set.all() if user.is_active]


def besides(deal: Deal, found: Found) -> tuple[Someone, ...]:
    """Leaders of its team and region, the deal desk and auditors, unless they have a part in it anyway."""
    parts: Found = {}
    for team in (
        Team.objects.filter(leads(deal), leader__is_active=True).select_related("leader").order_by("name")
    ):
        assert team.leader is not None
        parts.setdefault(team.leader, []).append(Part(say("Leads {team}", team=team.name)))
    for user in User.objects.active().filter(function__in=SEES_ALL).by_name():
        parts.setdefault(user, []).append(
            Part(say("{function}: sees every deal", function=user.get_function_display()))
        )
    return tuple(Someone(user, tuple(why), False) for user, why in parts.items() if user not in found)
