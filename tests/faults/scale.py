"""How much of everything: the short form for `make test`, the long one for `make faults`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Counts of one run: about so many `effects`, of them while workers are `killed`, the rest in equal
    parts. `away`: seconds that Redis is stopped; `pause`: longest between random kills."""

    quick: bool
    effects: int
    killed: int
    each: int
    away: float
    pause: float
    random_kills: int
    held_kills: int
    crashes: int
    patience: float


SHORT = Scale(
    quick=True,
    effects=2600,
    killed=2000,
    each=150,
    away=3,
    pause=0.8,
    random_kills=6,
    held_kills=2,
    crashes=1,
    patience=240,
)


def long(effects: int, away: float) -> Scale:
    return Scale(
        quick=False,
        effects=effects,
        killed=effects * 7 // 12,  # a seventh more than a half, and than an eighth: reminders that
        each=effects * 7 // 48,  # fall due together are fewer mails than they are asked for here
        away=away,
        pause=3,
        random_kills=max(10, effects // 500),
        held_kills=max(3, effects // 2500),
        crashes=max(2, effects // 5000),
        patience=1500,
    )
