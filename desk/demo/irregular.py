"""What should not happen and does: the desk decides for who was asked; a seller signs without waiting."""

from collections.abc import Sequence
from decimal import Decimal

from approvals.override import override
from desk.demo.plots import Plot, ended, plot_for, seen_through, straight, written_and_asked
from desk.demo.tale import Story, Tale, Verdict

MUCH = Decimal(22)  # percent: somebody is asked for this surely
PRESSED = "The buyer's board meets this afternoon and nobody who was asked can be reached. It cannot wait."
HOPELESS = "This account owes us two invoices. No discount of any size before they are paid."


def plots_for(tales: Sequence[Tale]) -> list[Plot]:
    """As each was drawn; but of the straight ones that ask for much, a few late ones went otherwise."""
    plots = [plot_for(tale) for tale in tales]
    much = [place for place, tale in enumerate(tales) if plots[place] is straight and tale.sale.asked >= MUCH]
    won = [place for place in much if tales[place].sale.won]
    lost = [place for place in much if not tales[place].sale.won]
    for place in won[-1:]:
        plots[place] = agreed_for_them
    for place in won[-2:-1]:
        plots[place] = signed_meanwhile
    for place in lost[-1:]:
        plots[place] = declined_for_them
    return plots


def agreed_for_them(tale: Tale) -> Story:
    """The desk agreed in place of the first who was asked; the others answered themselves."""
    yield from written_and_asked(tale)
    yield tale.after(tale.random.uniform(0.2, 0.6))
    overrule(tale, Verdict.AGREE, PRESSED)
    yield from seen_through(tale)


def declined_for_them(tale: Tale) -> Story:
    """The desk declined in place of the first who was asked, and that was the end of it."""
    yield from written_and_asked(tale)
    yield tale.after(tale.random.uniform(0.2, 0.6))
    overrule(tale, Verdict.DECLINE, HOPELESS)
    yield from ended(tale)


def signed_meanwhile(tale: Tale) -> Story:
    """Signed before everybody had answered, so without a mandate."""
    yield from written_and_asked(tale)
    yield tale.after(tale.random.uniform(0.1, 0.3))
    tale.end(won=True)


def overrule(tale: Tale, verdict: Verdict, reason: str) -> None:
    if step := tale.waiting():
        made = override(step, by=tale.people["ines"], verdict=verdict, reason=reason, seen=step.terms_hash)
        tale.request = made.step.request
        tale.clockwork.moved = True
