"""resp - a small client for redis' protocol, for scripts.

Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

It hides nothing: no reconnects, no retries, errors come back as replies.  Load is
the business of redis/load.c; this is for the few requests that scripts make.
"""
import socket


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.buffer = b""

    def send(self, *words):
        words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        request = b"*%d\r\n" % len(words)
        for word in words:
            request += b"$%d\r\n%s\r\n" % (len(word), word)
        self.socket.sendall(request)

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the connection was closed")
        self.buffer += data

    def line(self):
        while b"\r\n" not in self.buffer:
            self.more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def reply(self):
        """Errors come back as strings that start with '-'."""
        line = self.line()
        kind, rest = line[:1], line[1:]
        if kind in b"+-":
            return line.decode("latin1")
        if kind == b":":
            return int(rest)
        if kind == b"$":
            length = int(rest)
            if length < 0:
                return None
            while len(self.buffer) < length + 2:
                self.more()
            data, self.buffer = self.buffer[:length], self.buffer[length + 2 :]
            return data.decode("latin1")
        if kind == b"*":
            return [self.reply() for _ in range(max(int(rest), 0))]
        raise ConnectionError(f"this is not RESP: {line[:60]!r}")

    def call(self, *words):
        self.send(*words)
        return self.reply()
