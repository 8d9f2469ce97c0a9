"""A real mail server that behaves as badly as it is told to."""

import asyncio
import logging
import socket
import time
from collections import Counter
from contextlib import closing
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

LONGER = 3600.0  # seconds: longer than anybody waits

WELL, HOLDS, SILENT, REFUSES, DROPS = "well", "holds", "silent", "refuses", "drops"


class Post:
    """`arrived` counts each Message-ID whose text came in whole, whatever was answered."""

    def __init__(self) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.host, self.port = probe.getsockname()
        self.arrived: Counter[str] = Counter()
        self.first: dict[str, float] = {}  # when each came first, on the monotonic clock
        self.unanswered: Counter[str] = Counter()  # came in whole, and the sender was not told
        self.turned_away = 0
        self.holding = 0
        self.behaves = WELL
        self.controller: Controller | None = None
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # each line of each conversation
        self.open()

    def open(self) -> None:
        self.controller = Controller(self, hostname=self.host, port=self.port)
        self.controller.start()

    def close(self) -> None:
        """From now on connections are refused."""
        if self.controller:
            self.controller.stop()
        self.controller = None

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        name = str(message_from_bytes(envelope.content)["Message-ID"])
        if self.behaves == REFUSES:
            self.turned_away += 1
            return "500 Not now"
        self.arrived[name] += 1
        self.first.setdefault(name, time.monotonic())
        if self.behaves == DROPS and isinstance(server.transport, asyncio.Transport):
            self.unanswered[name] += 1
            server.transport.abort()
        elif self.behaves == SILENT:
            self.unanswered[name] += 1
            await asyncio.sleep(LONGER)
        elif self.behaves == HOLDS:
            await self.hold()
        return "250 OK"

    async def hold(self) -> None:
        self.holding += 1
        try:
            while self.behaves == HOLDS:
                await asyncio.sleep(0.02)
        finally:
            self.holding -= 1
