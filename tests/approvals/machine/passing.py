"""What happens around a deal: time passes, people gain and lose authority."""

from datetime import timedelta

from hypothesis import strategies as st

from base import clock
from guardrails.appoint import appoint, end
from ledger.models import Effect
from ledger.sweep import sweep
from people.models import Authority
from tests.approvals.machine.acting import Act, anyone
from tests.approvals.machine.teller import Teller

lengths = st.sampled_from(["6 minutes", "3 hours", "9 hours", "1 days", "4 days", "70 days"])
PLACES = [("finance", 1), ("finance", 2), ("finance", 3), ("legal", 1), ("legal", 2), ("operations", 1)]


def time_passes(teller: Teller, length: str) -> None:
    number, unit = length.split()
    teller.at += timedelta(**{unit: int(number)})
    teller.act(f"({length} pass)", lambda: everything_due(teller))


def everything_due(teller: Teller) -> None:
    """Sweep until nothing is due. What failed would wait for another try."""
    for _ in range(20):
        if not sweep(teller.at):
            break
    left = Effect.objects.filter(state=Effect.State.PENDING).exclude(last_error="")
    teller.expect(not left, f"Failed: {[(str(one), one.last_error) for one in left]}")


def gains_authority(teller: Teller, who: str, place: tuple[str, int]) -> None:
    user, (function, level) = teller.person(who), place
    teller.act(
        f"{user.name} may decide for {function} at level {level}",
        lambda: appoint(user, function, level, "", clock.today(), by=teller.cast.ines),
    )


def loses_authority(teller: Teller, who: str) -> None:
    user = teller.person(who)
    held = Authority.objects.filter(user=user, until=None).order_by("pk").first()
    if held:
        teller.act(f"{user.name} loses: {held}", lambda: end(held, clock.today(), by=teller.cast.ines))


PASSING = {
    "time passes": Act(time_passes, 5, {"length": lengths}),
    "gains authority": Act(gains_authority, 1, {"who": anyone, "place": st.sampled_from(PLACES)}),
    "loses authority": Act(loses_authority, 1, {"who": anyone}),
}
