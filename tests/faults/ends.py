"""Where messages go: a mail server and a chat of this run alone."""

from collections.abc import Mapping

from tests.faults.chat import Chat
from tests.faults.post import Post

MAIL_PATIENCE = 2  # seconds that the product waits for each answer of the mail server


class Ends:
    def __init__(self) -> None:
        self.post, self.chat = Post(), Chat()
        self.env = {
            "EMAIL_HOST": self.post.host,
            "EMAIL_PORT": str(self.post.port),
            "EMAIL_TIMEOUT": str(MAIL_PATIENCE),
            "CHAT_PRIVATE_HOSTS": "127.0.0.1",
        }

    @property
    def arrived(self) -> Mapping[str, int]:
        """How often each message came in whole, by its Message-ID or key."""
        return self.post.arrived + self.chat.arrived

    @property
    def unanswered(self) -> int:
        """How many came in whole of which the sender was not told."""
        return self.post.unanswered.total() + self.chat.unanswered

    @property
    def turned_away(self) -> int:
        return self.post.turned_away + self.chat.turned_away

    def behave(self, how: str) -> None:
        self.post.behaves = self.chat.behaves = how

    def open(self) -> None:
        self.post.open()
        self.chat.open()

    def close(self) -> None:
        self.post.close()
        self.chat.close()
