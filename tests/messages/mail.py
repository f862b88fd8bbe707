"""A mail server on this machine (RFC 5321) that keeps what it takes and refuses as it is told."""

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """replies: command (`MAIL`, `RCPT`, `DATA`, `AUTH`, `QUIT`, and
    `TEXT` for what follows DATA) → its answer.

    taken: sender, recipient and text of each letter. signed_in: user names that proved
    themselves. secured: how many connections went over to TLS.
    """

    port: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("8BITMIME",)
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    secured: int = 0


@contextmanager
def mail_server(
    context: ssl.SSLContext | None = None,
    *,
    tls: bool = False,
    replies: Mapping[str, str] | None = None,
) -> Iterator[MailServer]:
    """A server on a free port while the block runs. context: offers STARTTLS; tls: begins with it.

    replies: as in MailServer.
    """
    state = MailServer(replies=dict(replies or {}))

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust the certificate leaves in the middle."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            line: socket.socket = self.request
            if context is not None and tls:
                line = context.wrap_socket(line, server_side=True)
                state.secured += 1
            try:
                _Conversation(state, line, None if tls else context).hold()
            finally:
                line.close()

    server = Server(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Conversation:
    """What is said on one connection; a method for each command that is more than a reply."""

    def __init__(
        self, state: MailServer, line: socket.socket, context: ssl.SSLContext | None
    ) -> None:
        self.state, self.line, self.context = state, line, context
        self.reader = line.makefile("rb")
        self.sender = self.recipient = ""

    def hold(self) -> None:
        self.say("220 test ready")
        answers = {
            "EHLO": self.offer,
            "STARTTLS": self.secure,
            "AUTH": self.sign_in,
            "DATA": self.take,
        }
        while command := self.reader.readline().decode().rstrip("\r\n"):
            self.state.commands.append(command)
            verb = command.split(" ")[0].upper()
            if verb in self.state.replies:
                self.say(self.state.replies[verb])
            else:
                answers.get(verb, self.agree)(command)
        self.reader.close()
        self.line.close()

    def offer(self, _command: str) -> None:
        offered = [*self.state.extensions, *(["STARTTLS"] if self.context else []), "AUTH PLAIN"]
        for name in offered[:-1]:
            self.say(f"250-{name}")
        self.say(f"250 {offered[-1]}")

    def secure(self, _command: str) -> None:
        assert self.context is not None
        self.say("220 go ahead")
        self.reader.close()
        self.line = self.context.wrap_socket(self.line, server_side=True)
        self.reader, self.context = self.line.makefile("rb"), None
        self.state.secured += 1

    def sign_in(self, command: str) -> None:
        self.state.signed_in.append(base64.b64decode(command.split(" ")[2]).decode())
        self.say("235 welcome")

    def take(self, _command: str) -> None:
        self.say("354 go on")
        text = b""
        while (part := self.reader.readline()) != b".\r\n":
            text += part.removeprefix(b".")
        answer = self.state.replies.get("TEXT", "250 taken")
        if answer.startswith("2"):
            self.state.taken.append((self.sender, self.recipient, text))
        self.say(answer)

    def agree(self, command: str) -> None:
        within = command[command.find("<") + 1 : command.find(">")]
        if command.startswith(("MAIL", "mail")):
            self.sender = within
        if command.startswith(("RCPT", "rcpt")):
            self.recipient = within
        self.say("250 ok")

    def say(self, text: str) -> None:
        self.line.sendall(f"{text}\r\n".encode())
