"""Letters without their accents: whoever types "tomas" finds Tomás, and "malmo" Malmö. Built into PostgreSQL:
no extension is asked for."""

import unicodedata

from django.db.models import Func, TextField

# letters with a stroke, and the i without its dot, that no accent is taken from
STROKES, BARE = "øØłŁđĐħĦŧŦı", "oOlLdDhHtTi"
BARED = str.maketrans(STROKES, BARE)
FIRST, LAST = "\u0300", "\u036f"  # of the accents that stand by themselves


def plain(text: str) -> str:
    """ "Tomás" → "Tomas", as `Plain` says it in the database."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in apart if not FIRST <= letter <= LAST)
    return unicodedata.normalize("NFC", bare).translate(BARED)


class Plain(Func):
    """The text of a column so. It may be indexed."""

    bare = r"regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g')"
    template = f"translate(normalize({bare}, NFC), '{STROKES}', '{BARE}')"
    arity = 1
    output_field = TextField()
