"""A draft on its page: read with all a form needs, and written with what the form changed."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet, prefetch_related_objects

from approvals.preview import Preview
from base import clock
from deals.changes import DraftChanges, TermChange
from deals.edit import save_draft
from deals.models import Attachment, Deal, Price, Product, Start
from deals.rows import stored
from desk.begin import began_with
from desk.brief import Sheet, look, sheet_of, standards_of
from desk.currency import Notes, notes_of
from desk.forms.brief import Brief, Options, Typed, completed, narrowed
from desk.rail import Rail, rail_of
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from people.models import User
from people.shown import View, cost_view

TALK = ("terms", "clauses", "priorities", "exchanges", "successes")


@dataclass(frozen=True, slots=True)
class Draft:
    """One deal's draft as one reader finds it. `editable`: they may write it, and the deal is open."""

    deal: Deal
    user: User
    at: datetime
    policy: Policy
    view: View
    editable: bool
    options: Options

    @property
    def stored(self) -> DraftChanges:
        return completed(stored(self.deal), self.policy)

    def form(self, typed: Typed | None = None, extra: tuple[str, ...] = ()) -> Brief:
        locked = not self.editable
        return Brief(
            self.stored,
            self.options,
            version=self.deal.version,
            typed=None if locked else typed,
            extra=extra,
            locked=locked,
        )

    def look(self) -> Preview | None:
        """Who would be asked if its writer sent it."""
        by = self.user if self.editable else self.deal.owner
        return look(self.deal, by=by, at=self.at, policy=self.policy)

    @property
    def currency(self) -> Notes:
        """What its writer should know of the currency."""
        return notes_of(self.deal.currency, self.policy, clock.date_of(self.at))

    @property
    def files(self) -> QuerySet[Attachment]:
        return self.deal.attachments.in_view().select_related("by")

    @property
    def recorded(self) -> bool:
        """Imported, and nobody wrote a line of it yet: what was recorded can be its beginning."""
        return bool(self.deal.source) and self.deal.is_open and not self.stored.lines

    def start(self) -> Start | None:
        """What the brief began with, as its reader may know it."""
        return began_with(self.deal, self.user)

    def page(self, form: Brief) -> tuple[Sheet, Rail | None]:
        seen = self.look()
        rail = rail_of(self.deal, seen, self.view, form.spot) if seen else None
        return sheet_of(self.deal, form, seen, self.view, self.at), rail


def draft_of(deal: Deal, user: User, *, may_edit: bool) -> Draft:
    at = clock.now()
    policy = PolicyVersion.objects.in_force(at).policy
    prefetch_related_objects([deal], *TALK)
    return Draft(
        deal=deal,
        user=user,
        at=at,
        policy=policy,
        view=cost_view(user, policy),
        editable=may_edit and deal.is_open,
        options=options_of(policy),
    )


def options_of(policy: Policy) -> Options:
    products = Product.objects.order_by("name").values_list("key", "name")
    people = User.objects.active().by_name().values_list("pk", "name")
    currencies = Price.objects.order_by("currency").values_list("currency", flat=True).distinct()
    return Options(
        policy=policy,
        products=tuple(products),
        people=tuple((str(pk), name) for pk, name in people),
        currencies=tuple(dict.fromkeys([policy.currency, *currencies])),
    )


def written(draft: Draft, changes: DraftChanges, version: int) -> Draft:
    """The draft after `changes`; nothing is written when nothing differs. Raises what save_draft raises."""
    saved = save_draft(draft.deal, by=draft.user, version=version, changes=narrowed(changes, draft.stored))
    prefetch_related_objects([saved], *TALK)
    return replace(draft, deal=saved)


def filled_in(draft: Draft) -> tuple[Draft, int]:
    """With the standard of the policy at both ends of every term that nobody filled in, and how many those
    were. Raises what save_draft raises."""
    seen = draft.look()
    known = standards_of(seen.judgement.judged, draft.policy) if seen else {}
    terms = tuple(
        TermChange(term.key, known[term.key], known[term.key])
        for term in draft.stored.terms
        if term.target is None and term.walk_away is None and term.key in known
    )
    return written(draft, DraftChanges(terms=terms), draft.deal.version), len(terms)
