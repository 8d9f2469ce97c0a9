"""The code that stands for a person who gave no name: shown once, kept as a hash. Pure but for chance.

24 signs of 32 are 120 random bits. So the hash needs no salt, and looking it up by an index tells nothing:
who sends a code cannot choose what its hash looks like.
"""

import secrets
from hashlib import sha256
from hmac import compare_digest

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
LENGTH, GROUP = 24, 4
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", "–": "", " ": ""})


def new_receipt() -> str:
    """A code nobody can guess, in groups of four: "7K2M-…"."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return "-".join(signs[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def print_of(code: str) -> str:
    """What is kept of a code: SHA-256 of its signs, however they were typed."""
    return sha256(code.strip().upper().translate(READ_AS).encode()).hexdigest()


def fits(code: str, kept: str) -> bool:
    """Whether `code` is the one behind `kept`, in the same time for every answer. Nothing fits ""."""
    return compare_digest(print_of(code), kept)
