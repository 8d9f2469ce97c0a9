"""Which program on which device signed in, in words, from what the browser says of itself. Pure."""

from base.words import say

BROWSERS = (  # the first that is named; most claim to be Safari too, and many Chrome
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """ "Firefox on Windows", "A browser on Linux", "Another program"."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    place = next((name for sign, name in DEVICES if sign in user_agent), "")
    if browser and place:
        return say("{browser} on {device}", browser=browser, device=place)
    if place:
        return say("A browser on {device}", device=place)
    return browser or say("Another program")
