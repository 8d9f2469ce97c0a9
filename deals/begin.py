"""Beginning a brief with the terms of another, and keeping terms as a template."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from base import clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from deals.copied import changes_from, copied, document_of, fitting
from deals.create import create, refuse_unless_seller
from deals.edit import save_draft
from deals.models import Account, BriefTemplate, Deal, Start
from deals.share import refuse_stranger
from guardrails.models import PolicyVersion
from ledger.record import record
from people.models import Function, User

LONGEST = 80  # letters of a name


@dataclass(frozen=True, slots=True)
class New:
    """What is said of a brief that is new."""

    title: str
    account: Account
    deal_type: str
    currency: str


@transaction.atomic
def begin_from(source: Deal | BriefTemplate, new: New, *, by: User) -> tuple[Deal, list[str]]:
    """A new deal of `by` with the terms of `source`, at the prices of today; and the names of what could not
    be taken over. Raises NotYours, Invalid (a source that they do not see)."""
    at = clock.now()
    refuse_unless_seller(by)
    refuse_unseen(source, by)
    deal = create(new.title, new.account, by=by, deal_type=new.deal_type, currency=new.currency)
    whole = copied(source) if isinstance(source, Deal) else changes_from(source.document)
    policy = PolicyVersion.objects.in_force(at).policy
    changes, left = fitting(whole, policy, deal.currency, clock.date_of(at))
    deal = save_draft(deal, by=by, version=deal.version, changes=changes)
    from_deal = isinstance(source, Deal)
    said = {"source": source} if from_deal else {"template": source}
    Start.objects.create(deal=deal, by=by, at=at, **said)
    named: dict[str, Any] = {"source" if from_deal else "template": source.pk}
    record(deal.stream, "deal.started", by=by, at=at, **named)
    return deal, left


def refuse_unseen(source: Deal | BriefTemplate, by: User) -> None:
    if isinstance(source, Deal):
        seen = Deal.objects.visible_to(by).filter(pk=source.pk).exists()
    else:
        seen = BriefTemplate.objects.offered_to(by).filter(pk=source.pk).exists()
    if not seen:
        raise Invalid(say("What it should begin with is not there for you. Choose something else."))


@transaction.atomic
def take_recorded(deal: Deal, *, by: User) -> list[str]:
    """Write what was recorded of an imported deal into its brief, which has no line yet, at the prices of
    today. Says the names of what is not offered today. Raises NotYours, DealClosed, WrongState, Invalid."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    if not deal.source or deal.lines.exists():
        raise WrongState(say("The brief of {deal} has lines already.", deal=deal.number))
    policy = PolicyVersion.objects.in_force(at).policy
    changes, left = fitting(copied(deal), policy, deal.currency, clock.date_of(at))
    save_draft(deal, by=by, version=deal.version, changes=changes)
    return left


@transaction.atomic
def keep_template(deal: Deal, *, by: User, name: str, shared: bool) -> BriefTemplate:
    """Keep the terms of this brief under a name: for `by` alone, or, by the desk, for everyone.

    Raises NotYours, Invalid (no name, one that is taken, a brief without lines)."""
    at = clock.now()
    refuse_unless_seller(by)
    name = " ".join(name.split())
    if shared and by.function != Function.DESK:
        raise NotYours(say("Only the deal desk shares templates. Keep it for yourself, or ask the desk."))
    if not name or len(name) > LONGEST:
        raise Invalid(say("Give it a name of at most {most} letters.", most=LONGEST), field="name")
    if BriefTemplate.objects.filter(by=by, name=name, removed_at=None).exists():
        raise Invalid(
            say("You have a template “{name}” already. Remove it first, or choose another name.", name=name),
            field="name",
        )
    changes = copied(deal)
    if not changes.lines:
        raise Invalid(say("There is no line in this brief yet, so there is nothing to keep."), field="name")
    return BriefTemplate.objects.create(name=name, shared=shared, document=document_of(changes), by=by, at=at)


@transaction.atomic
def remove_template(template: BriefTemplate, *, by: User) -> None:
    """Offer it to nobody any more. Raises NotYours: one's own, or as the desk a shared one."""
    if template.by_id != by.pk and not (template.shared and by.function == Function.DESK):
        raise NotYours(say("{name} kept it. Ask them to remove it.", name=template.by.name))
    BriefTemplate.objects.filter(pk=template.pk, removed_at=None).update(removed_at=clock.now())
