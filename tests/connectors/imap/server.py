"""A mail server for tests, over a socket: as much of IMAP and SMTP as the hub speaks.

The real ones (Dovecot, Postfix) are met in tests/real.
"""

import base64
import re
import socketserver
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

TOKEN = b"user=crm@ours.example\1auth=Bearer t0ken-planted\1\1"
EPOCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Box:
    """What the server holds, and what it was told to do wrong."""

    def __init__(self):
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.next, self.validity = 1, 7
        self.faults: dict[str, str] = {}
        self.commands: list[str] = []
        self.capabilities = "IMAP4rev1 AUTH=PLAIN"
        self.sent: list[str] = []

    def add(self, raw: bytes) -> int:
        uid, self.next = self.next, self.next + 1
        self.mails[uid] = raw
        self.flags[uid] = set()
        return uid

    def renew(self):
        """Give every mail a new number, as after a restore from a backup."""
        self.validity += 1
        mails, self.mails = list(self.mails.values()), {}
        self.next = 100
        for raw in mails:
            self.add(raw)


class Imap(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.box: Box = self.server.box
        self.say("* OK ready")
        while line := self.rfile.readline().decode():
            tag, command, *rest = line.strip().split(" ", 2)
            name = command.upper()
            self.box.commands.append(line.strip())
            if name == "UID":
                name, _, rest = rest[0].partition(" ")
                rest, name = [rest], f"UID {name.upper()}"
            fault = self.box.faults.get(name)
            if fault == "bye":
                self.say("* BYE later")
            if fault == "half":
                self.say("* 1 FETCH (UID 4 BODY[]<0> {500}")
                self.say("half")
            if fault in ("cut", "bye", "half"):
                return
            if fault:
                self.say(f"{tag} {fault}")
                continue
            answer = getattr(self, "do_" + name.lower().replace(" ", "_"))(*rest)
            self.say(f"{tag} {answer or 'OK done'}")
            if name == "LOGOUT":
                return

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def do_capability(self):
        self.say(f"* CAPABILITY {self.box.capabilities}")

    def do_authenticate(self, mechanism):
        self.say("+ ")
        if mechanism == "XOAUTH2":
            if base64.b64decode(self.rfile.readline()) == TOKEN:
                return "OK in"
            self.say("+ eyJzdGF0dXMiOiI0MDAifQ==")
            assert self.rfile.readline() == b"\r\n"
            return "NO [AUTHENTICATIONFAILED] no such token"
        user, secret = base64.b64decode(self.rfile.readline()).split(b"\0")[1:]
        return self.login(user.decode(), secret.decode())

    def do_login(self, given):
        return self.login(*(part.strip('"') for part in given.split(" ")))

    def login(self, user, secret):
        good = (user, secret) == ("hub", "s3cret-planted")
        return "OK in" if good else f"NO [AUTHENTICATIONFAILED] wrong {secret}"

    def do_examine(self, given):
        return self.opened(given, "READ-ONLY")

    def do_select(self, given):
        return self.opened(given, "READ-WRITE")

    def opened(self, folder, mode):
        if "INBOX" not in folder:
            return "NO there is none"
        self.say(f"* {len(self.box.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.box.validity}] numbers")
        self.say(f"* OK [UIDNEXT {self.box.next}] numbers")
        return f"OK [{mode}] done"

    def do_uid_search(self, given):
        found = re.match(r'UID (\d+):(\d+)(?: FROM "(.*)")?$', given)
        first, last, sender = int(found[1]), int(found[2]), found[3]
        uids = {uid for uid in self.box.mails if first <= uid <= last}
        if not uids and not sender and self.box.mails:
            uids = {max(self.box.mails)}  # as Dovecot does for a range beyond the end
        if sender:
            uids = {
                uid
                for uid in uids
                if sender.encode() in self.box.mails[uid].lower().split(b"\n\n")[0]
            }
        self.say(f"* SEARCH {' '.join(map(str, uids))}")

    def do_uid_fetch(self, given):
        uids, wanted = given.split(" ", 1)
        size = int(re.search(r"<0\.(\d+)>", wanted)[1])
        for uid in map(int, uids.split(",")):
            if uid not in self.box.mails:
                continue
            raw = self.box.mails[uid][:size]
            at = (EPOCH + timedelta(minutes=uid)).strftime("%d-%b-%Y %H:%M:%S +0000")
            head = f'* 1 FETCH (UID {uid} INTERNALDATE "{at}" BODY[]<0> {{{len(raw)}}}\r\n'
            self.wfile.write(head.encode() + raw + b")\r\n")

    def do_uid_store(self, given):
        uids, _, flags = given.split(" ", 2)
        for uid in map(int, uids.split(",")):
            self.box.flags[uid].add(flags.strip("()"))

    def do_uid_expunge(self, given):
        for uid in map(int, given.split(",")):
            if "\\Deleted" in self.box.flags[uid]:
                del self.box.mails[uid]

    def do_logout(self):
        self.say("* BYE")


class Smtp(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        box: Box = self.server.box
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            fault = box.faults.get(verb)
            if fault == "cut":
                return
            if verb == "EHLO":
                self.say("250-here")
                self.say("250 AUTH PLAIN XOAUTH2" if "AUTH" in box.capabilities else "250 8BITMIME")
            elif fault:
                self.say(fault)
            elif verb == "AUTH":
                good = base64.b64decode(line.split()[2]) in (b"\0hub\0s3cret-planted", TOKEN)
                self.say("235 in" if good else "535 no")
            elif verb == "DATA":
                self.say("354 go on")
                lines = list(iter(lambda: self.rfile.readline().decode(), ".\r\n"))
                box.sent.append("".join(lines))
                self.say("250 taken")
            else:
                self.say("250 well")
            if verb == "QUIT":
                return

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def serving(box: Box, handler: type[socketserver.BaseRequestHandler]):
    """Serve on a free port of this machine, which is yielded."""
    with _Server(("127.0.0.1", 0), handler) as server:
        server.box = box
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
