"""How numbers, money, spans and days are written for people, in the locale that holds now (base.locales).

A no-break space stands between a number and its unit; minus is "−"; None is "–". Halves round away from zero.
Examples are HOUSE. Where the page runs from right to left, a number is isolated, so that its sign stays in
front and its unit behind.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date, format_skeleton, format_time, get_day_names, get_month_names
from babel.numbers import get_currency_precision, get_currency_symbol

from base.locales import HOUSE, babel_of, current, marks_of
from base.locales import SPACE as SPACE
from base.words import mark, say, say_many

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
ISOLATE, END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
MILLION = Decimal(1_000_000)
DAY_MINUTES = 480  # a working day of eight hours

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NEAR: Mapping[int, str] = {-1: mark("yesterday"), 0: mark("today"), 1: mark("tomorrow")}

Number = Decimal | int


def fixed(value: Number, places: int) -> str:
    """Digits grouped by thousands, with `places` decimals: 1234.5 → "1,234.50"."""
    return isolated(digits(value, places))


def digits(value: Number, places: int) -> str:
    """The same, to be set together with a unit."""
    marks = marks_of(current())
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _, rest = f"{abs(rounded):.{places}f}".partition(".")
    tail, head = whole[-3:], whole[:-3]
    while head:
        head, group = (head[:-2], head[-2:]) if marks.lakh else (head[:-3], head[-3:])
        tail = f"{group}{marks.group}{tail}"
    return f"{MINUS if rounded < 0 else ''}{tail}{marks.decimal if rest else ''}{rest}"


def isolated(text: str) -> str:
    return f"{ISOLATE}{text}{END}" if marks_of(current()).rtl else text


def number(value: Number | None) -> str:
    """As many decimals as there are, none that are 0: 1.50 → "1.5", 420 → "420"."""
    if value is None:
        return NOTHING
    exact = Decimal(value).normalize()
    exponent = exact.as_tuple().exponent
    return fixed(exact, max(0, -exponent) if isinstance(exponent, int) else 0)


def percent(value: Number | None, places: int = 1) -> str:
    """22.5 → "22.5 %". Percent is written 22.5, never 0.225."""
    if value is None:
        return NOTHING
    before, after = marks_of(current()).percent
    written = digits(value, places)
    sign = MINUS if written.startswith(MINUS) else ""
    return isolated(f"{sign}{before}{written.removeprefix(MINUS)}{after}")


def points(value: Number | None, places: int = 1) -> str:
    """Difference of two percentages: 1.4 → "1.4 points", 1.0 → "1.0 points", −2 → "−2.0 points"."""
    return NOTHING if value is None else isolated(glued(say("{n} points", n=digits(value, places))))


def times(value: Number | None) -> str:
    """1.5 → "1.5 ×"."""
    return NOTHING if value is None else isolated(f"{digits(value, 1)}{SPACE}×")


def glued(text: str) -> str:
    """It never breaks over two lines."""
    return text.replace(" ", SPACE)


def counted(value: Number) -> int:
    """The whole number that says which form goes with it: part of one is many."""
    whole = int(value)
    return abs(whole) if value == whole else 2


def days(value: Number | None) -> str:
    """60 → "60 days"."""
    if value is None:
        return NOTHING
    return glued(say_many("{n} day", "{n} days", counted(value), n=number(value)))


def weeks(value: Number | None) -> str:
    """14 → "14 weeks"."""
    if value is None:
        return NOTHING
    return glued(say_many("{n} week", "{n} weeks", counted(value), n=number(value)))


def months(value: Number | None) -> str:
    """36 → "36 months"."""
    if value is None:
        return NOTHING
    return glued(say_many("{n} month", "{n} months", counted(value), n=number(value)))


def count(value: Number | None, unit: str) -> str:
    """`unit` in the singular, as in count(60, "day") → "60 days", count(1, "day") → "1 day". One that is not
    of ours stays English."""
    if value is None or unit in OF_TIME:
        return OF_TIME.get(unit, days)(value)
    return f"{number(value)}{SPACE}{unit}{'' if abs(value) == 1 else 's'}"


OF_TIME: Mapping[str, Callable[[Number | None], str]] = {"day": days, "week": weeks, "month": months}


def signed(text: str) -> str:
    """A difference shows its sign: "2.5 points" → "+2.5 points". Zero, minus and unknown stay as they are."""
    start = ISOLATE if text.startswith(ISOLATE) else ""
    bare = text.removeprefix(ISOLATE)
    stays = bare[:1] in (MINUS, NOTHING) or not any(digit in bare for digit in "123456789")
    return text if stays else f"{start}+{bare}"


def money(value: Number | None, currency: str) -> str:
    """Whole units: "€1,924,560", "−€144,900"."""
    return amount(value, currency, 0)


def file_size(size: int) -> str:
    """Of a file, from bytes, by thousands: 2560 → "2.6 kB", 640 → "640 bytes"."""
    if size < 1000:
        return glued(say_many("{n} byte", "{n} bytes", size, n=number(size)))
    power = 1 if size < 1_000_000 else 2
    return f"{fixed(Decimal(size) / 1000**power, 1)}{SPACE}{'kB' if power == 1 else 'MB'}"


def cents(value: Number | None, currency: str) -> str:
    """With the currency's minor unit: "€1,150.00", "¥1,150"."""
    return amount(value, currency, get_currency_precision(currency))


def short_money(value: Number | None, currency: str) -> str:
    """In millions: "€1.92 m", from ten millions "€18.4 m"; under 10,000, where that says nothing, whole."""
    if value is None or abs(Decimal(value)) < 10_000:
        return money(value, currency)
    millions = Decimal(value) / MILLION
    places = 2 if abs(millions) < Decimal("9.995") else 1
    return amount(millions, currency, places, f"{SPACE}{marks_of(current()).million}")


def amount(value: Number | None, currency: str, places: int, unit: str = "") -> str:
    """The symbol before the digits, or after them; a currency without one is written by its code:
    "CHF 1,150". `unit` stands at the digits."""
    if value is None:
        return NOTHING
    marks, written = marks_of(current()), digits(value, places)
    symbol = get_currency_symbol(currency, locale=babel_of(current()))
    glue = SPACE if symbol[-1:].isalpha() else marks.glue
    sign, plain = MINUS if written.startswith(MINUS) else "", f"{written.removeprefix(MINUS)}{unit}"
    return isolated(f"{sign}{symbol}{glue}{plain}" if marks.leads else f"{sign}{plain}{glue}{symbol}")


def minutes(value: int | None) -> str:
    """A working clock: "40 m", "4 h 50 m", from a working day (8 h) on whole hours, "15 h", from two on
    "2 working days", rounded down."""
    if value is None:
        return NOTHING
    if abs(value) < DAY_MINUTES:
        return hours(value)
    if abs(value) < 2 * DAY_MINUTES:
        whole = abs(value) // 60 * 60
        return hours(whole if value > 0 else -whole)
    sign, whole = MINUS if value < 0 else "", abs(value) // DAY_MINUTES
    return glued(sign + say_many("{n} working day", "{n} working days", whole, n=whole))


def hours(value: int | None) -> str:
    """The same span to the minute, as allowances are written: "16 h", "1 h 05 m"."""
    if value is None:
        return NOTHING
    whole, rest = divmod(abs(value), 60)
    parts = [say("{n} h", n=whole)] if whole else []
    if rest or not whole:
        parts.append(say("{n} m", n=f"{rest:02d}" if whole else rest))
    return glued(f"{MINUS if value < 0 else ''}{' '.join(parts)}")


def dated(skeleton: str, day: date) -> str:
    """The day as the locale orders these parts."""
    return format_skeleton(skeleton, day, locale=babel_of(current()))


def weekday(day: date) -> str:
    """As in "Thursday"."""
    return str(get_day_names("wide", locale=babel_of(current()))[day.weekday()])


def month(day: date) -> str:
    """As in "June"."""
    return str(get_month_names("wide", locale=babel_of(current()))[day.month])


def month_of_year(day: date) -> str:
    """As in "Jun 2026"."""
    return f"{MONTHS[day.month - 1][:3]} {day.year}" if current() == HOUSE else dated("yMMM", day)


def whole_month(day: date) -> str:
    """As in "June 2026"."""
    return f"{MONTHS[day.month - 1]} {day.year}" if current() == HOUSE else dated("yMMMM", day)


def short_month(day: date) -> str:
    """As in "Jun 26", under a column of a drawing."""
    return format_date(day, "MMM yy", locale=babel_of(current()))


def day(value: date | None) -> str:
    """As in "Thu 4 June"."""
    if value is None:
        return NOTHING
    if current() == HOUSE:
        return f"{DAYS[value.weekday()][:3]} {value.day} {MONTHS[value.month - 1]}"
    return dated("MMMEd", value)


def day_of_month(value: date | None) -> str:
    """As in "4 June"."""
    if value is None:
        return NOTHING
    return f"{value.day} {MONTHS[value.month - 1]}" if current() == HOUSE else dated("MMMMd", value)


def full_date(value: date | None) -> str:
    """As in "4 June 2026"."""
    if value is None:
        return NOTHING
    return f"{day_of_month(value)} {value.year}" if current() == HOUSE else dated("yMMMMd", value)


def whole_day(value: date) -> str:
    """As in "Thursday 4 June"."""
    return f"{weekday(value)} {day_of_month(value)}" if current() == HOUSE else dated("MMMMEEEEd", value)


def long_day(value: date | None) -> str:
    """As in "Thursday 4 June 2026"."""
    if value is None:
        return NOTHING
    return f"{whole_day(value)} {value.year}" if current() == HOUSE else dated("yMMMMEEEEd", value)


def short_day(value: date, year: int) -> str:
    """As in "21 Nov", with the year when it is not this one."""
    if current() != HOUSE:
        return dated("MMMd" if value.year == year else "yMMMd", value)
    written = f"{value.day} {MONTHS[value.month - 1][:3]}"
    return written if value.year == year else f"{written} {value.year}"


def near_day(value: date | None, today: date) -> str:
    """One of "today", "tomorrow", "yesterday", else "Thu 4 June", with the year when it is another one."""
    if value is None:
        return NOTHING
    if near := NEAR.get((value - today).days):
        return say(near)
    if value.year == today.year:
        return day(value)
    return f"{day(value)} {value.year}" if current() == HOUSE else dated("yMMMEd", value)


def hour(at: datetime | time) -> str:
    """As in "16:20", by the clock that `at` already is on."""
    if current() == HOUSE:
        return f"{at:%H:%M}"
    wall = at.timetz() if isinstance(at, datetime) else at
    return format_time(wall.replace(tzinfo=None), "short", locale=babel_of(current()))


def moment(at: datetime | None, now: datetime, zone: tzinfo) -> str:
    """As in "today 16:20", "tomorrow 14:30", "Thu 4 June, 10:30", as clocks in `zone` show it."""
    if at is None:
        return NOTHING
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    name, shown = near_day(local.date(), today), hour(local)
    if (local.date() - today).days in NEAR:
        return say("{day} {time}", day=name, time=shown)
    return say("{day}, {time}", day=name, time=shown)
