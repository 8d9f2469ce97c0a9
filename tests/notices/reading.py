"""What a mail says, as its reader sees it."""

from email.message import EmailMessage


def body(arrived: EmailMessage, kind: str = "plain") -> str:
    """The text, or the HTML."""
    part = arrived.get_body((kind,))
    assert part is not None
    return str(part.get_content())
