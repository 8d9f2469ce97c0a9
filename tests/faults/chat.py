"""A real endpoint of chat messages that behaves as badly as it is told to."""

import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.faults.post import DROPS, REFUSES, SILENT, WELL

LONGER = 8.0  # seconds: longer than the sender waits


class Chat:
    """`arrived` counts each Idempotency-Key whose message came in whole, whatever was answered."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.unanswered = 0  # came in whole, and the sender was not told
        self.turned_away = 0
        self.behaves = WELL
        self.port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/"

    def open(self) -> None:
        chat = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                chat.take(self, self.headers["Idempotency-Key"])

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Door)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, door: BaseHTTPRequestHandler, key: str) -> None:
        if self.behaves == REFUSES:
            self.turned_away += 1
            door.send_error(500)
            return
        self.arrived[key] += 1
        if self.behaves in (DROPS, SILENT):
            self.unanswered += 1
            time.sleep(LONGER if self.behaves == SILENT else 0)
            door.close_connection = True
            return
        door.send_response(204)
        door.end_headers()

    def close(self) -> None:
        """From now on connections are refused."""
        self.server.shutdown()
        self.server.server_close()
