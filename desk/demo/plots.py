"""How deals of the past went, from the brief to the end. A plot pauses wherever time passes."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from desk.demo.sales import tenth
from desk.demo.tale import Story, Tale

Plot = Callable[[Tale], Story]
BARELY = Decimal("0.2")


def straight(tale: Tale) -> Story:
    """Asked, agreed, offered, ended: how most go."""
    yield from written_and_asked(tale)
    yield from seen_through(tale)


def declined_then_less(tale: Tale) -> Story:
    """Too much at first; asked again for what was needed."""
    less = tale.sale.asked
    tale.reach(Decimal(7))
    yield from written_and_asked(tale)
    yield from refused(tale)
    yield from asked_again(tale, less)
    yield from seen_through(tale)


def sent_back(tale: Tale) -> Story:
    """A reviewer wanted something else, and got it."""
    yield from written_and_asked(tale)
    yield tale.after(tale.random.uniform(0.2, 1.2))
    if step := tale.waiting():
        tale.answer(step, tale.send_back(step))
        yield from asked_again(tale, tale.sale.asked - BARELY)
    yield from seen_through(tale)


def withdrawn(tale: Tale) -> Story:
    """The seller thought better of it within the day."""
    yield from written_and_asked(tale)
    yield tale.after(0.3)
    if tale.open:
        tale.scene.withdraw()
    yield from asked_again(tale, tale.sale.asked + BARELY)
    yield from seen_through(tale)


def more_room(tale: Tale) -> Story:
    """Granted, offered, and then asked for more than was granted."""
    yield from straight_to_offer(tale)
    yield from asked_again(tale, tale.sale.asked + 2)
    yield from seen_through(tale)


def straight_to_offer(tale: Tale) -> Story:
    yield from written_and_asked(tale)
    yield from answered(tale)
    yield from negotiated(tale, at_most=1)


def gone_meanwhile(tale: Tale) -> Story:
    """The buyer decided while we were still deciding."""
    yield from written_and_asked(tale)
    yield tale.after(tale.random.uniform(0.2, 0.6))
    tale.end(won=False)


def given_up(tale: Tale) -> Story:
    """Declined, and not worth asking again."""
    tale.reach(Decimal(6))
    yield from written_and_asked(tale)
    yield from refused(tale)
    yield tale.after(tale.random.uniform(2, 8))
    tale.end(won=False)


PLOTS: Mapping[Plot, float] = {
    straight: 70,
    declined_then_less: 7,
    sent_back: 8,
    withdrawn: 4,
    more_room: 5,
}
LOST_PLOTS: Mapping[Plot, float] = {**PLOTS, gone_meanwhile: 9, given_up: 7, declined_then_less: 2}


def plot_for(tale: Tale) -> Plot:
    plots = PLOTS if tale.sale.won else LOST_PLOTS
    return tale.random.choices(list(plots), list(plots.values()))[0]


# --- the parts of a plot ----------------------------------------------------------------------------


def seen_through(tale: Tale) -> Story:
    """Once it is asked: answered, offered, ended."""
    yield from answered(tale)
    yield from negotiated(tale)
    yield from ended(tale)


def written_and_asked(tale: Tale) -> Story:
    yield tale.on(tale.sale.opened)
    tale.write()
    yield tale.on(tale.sale.sent)
    tale.ask()


def asked_again(tale: Tale, asked: Decimal) -> Story:
    yield tale.after(tale.random.uniform(0.4, 2.5))
    aim = min(tale.sale.aim, asked)
    tale.want(aim, tenth(float(asked)))
    tale.ask()


def answered(tale: Tale) -> Story:
    """Everyone who is asked answers, mostly within their time."""
    while tale.open:
        slow = tale.random.random() < 0.05
        yield tale.after(tale.random.uniform(1.3, 2.0) if slow else tale.random.uniform(0.05, 0.7))
        step = tale.waiting()
        if step is None:
            return
        tale.answer(step, tale.ruling(step))


def refused(tale: Tale) -> Story:
    """The first who is asked declines; without anybody to ask there is nothing to refuse."""
    if tale.open:
        yield tale.after(tale.random.uniform(0.2, 0.8))
        if step := tale.waiting():
            tale.answer(step, tale.decline(step))


def negotiated(tale: Tale, at_most: int = 2) -> Story:
    """Offers from the target towards what will be signed; the last one a little before the end."""
    sale = tale.sale
    count = min(at_most, tale.random.choices((0, 1, 2), (4, 5, 1))[0])
    for place in range(count):
        yield tale.before_end((place + 1) / (count + 1))
        if tale.usable():
            share = Decimal(place + 1) / (count + 1)
            tale.put(tenth(float(sale.aim + (sale.signed - sale.aim) * share)), tale.random.randint(5, 14))


def ended(tale: Tale) -> Story:
    yield tale.on(tale.sale.closed)
    tale.end(won=tale.sale.won)
