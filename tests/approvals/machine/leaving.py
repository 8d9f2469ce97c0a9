"""People go on leave in the middle of a story, and come back."""

from datetime import timedelta

from hypothesis import strategies as st

from approvals.absence import Window, end_absence, set_absence
from people.models import Absence
from tests.approvals.machine.acting import Act, anyone
from tests.approvals.machine.passing import everything_due
from tests.approvals.machine.teller import Teller

hours = st.sampled_from([2, 30, 200])
delegates = st.sampled_from(["lena", "olaf", "mei", "maya", "grace", "henrik", ""])


def goes_away(teller: Teller, who: str, delegate: str, length: int) -> None:
    user, other = teller.person(who), teller.person(delegate) if delegate else None
    window = Window(teller.at, teller.at + timedelta(hours=length))
    stands = f"{other.name} stands in" if other else "nobody stands in"
    teller.act(
        f"{user.name} goes away for {length} hours, {stands}",
        lambda: set_absence(user, window, by=teller.cast.ines, delegate=other),
    )
    teller.act("(it is looked at)", lambda: everything_due(teller))


def comes_back(teller: Teller, nth: int) -> None:
    away = list(Absence.objects.not_over(teller.at).select_related("user").order_by("pk"))
    if away:
        absence = away[nth % len(away)]
        teller.act(f"{absence.user.name} is back", lambda: end_absence(absence, by=absence.user))
        teller.act("(it is looked at)", lambda: everything_due(teller))


LEAVING = {
    "goes away": Act(goes_away, 3, {"who": anyone, "delegate": delegates, "length": hours}),
    "comes back": Act(comes_back, 1, {"nth": st.integers(0, 3)}),
}
