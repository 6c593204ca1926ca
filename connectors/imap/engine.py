"""The engine for mail: a box whose senders are customers, and a server that sends mails for us.

A sender is one record, by address: its name, signature and phones are those of its last mails. Who
unsubscribes withdraws consent, and that word stays when the mail is deleted. Pages follow by UID.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from connectors.base import Page, Seen, Unreadable
from connectors.facts.profile import CUSTOMERS
from connectors.imap.cursor import MailCursor
from connectors.imap.letter import Letter, read_letter
from connectors.imap.mailbox import Login, Mailbox, Message, Trust
from connectors.imap.oauth import MailTokens
from connectors.imap.outgoing import MailWriter
from connectors.imap.profile import ImapProfile
from connectors.imap.reading import LetterReader
from connectors.imap.senders import Sender, fold, mail_payload
from connectors.imap.tls import way_to
from connectors.pace import Pace, Sleep
from connectors.records import RecordReader
from connectors.single import SingleStream
from connectors.writing import failed
from hub.config import Channel
from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome, Payload, Receipt, SourceRecord
from hub.yamlfile import Document, check

_AT_ONCE = 25
"""Mails in one answer: at most so many times the bytes that are read of one."""


class ImapConnector(SingleStream):
    """A mail box; see `connectors.base.Connector`."""

    def __init__(self, channel: Channel, profile: ImapProfile, sleep: Sleep) -> None:
        """Read the address; nothing is connected yet. Raises ConfigError."""
        stream, limits = profile.customers, profile.limits
        plain, pace = profile.plain == "allowed", Pace.of(channel, limits, sleep=sleep)
        way = way_to(channel.url, channel.name, plain=plain)
        tokens = (
            MailTokens(channel, profile.oauth, limits, sleep) if profile.oauth.token_url else None
        )
        login = Login(channel.username, channel.password.get_secret_value(), tokens)
        trust = Trust(profile.authority, limits.answer)
        self._box = Mailbox(channel.name, way, login, trust, pace)
        records, can = RecordReader(channel.name, stream), profile.capabilities(channel.rate)
        super().__init__(channel.name, can, records, pace, self._box)
        self._stream = stream
        self._readers = {CUSTOMERS: records} | {
            name: RecordReader(channel.name, facts) for name, facts in profile.streams.items()
        }
        self.streams = tuple(self._readers)
        self._page = limits.page
        self._folder = way.path or stream.folder
        self._letters = LetterReader(stream)
        self._writer = (
            MailWriter(channel.name, stream.outgoing, login, profile.authority, plain=plain)
            if stream.outgoing.url
            else None
        )

    def check(self) -> None:
        """Log in and open the folder."""
        self._box.open(self._folder)

    def look(self) -> Seen:
        """Open the folder: one that tells its numbers can be followed."""
        self._box.open(self._folder)
        return Seen(incremental=True)

    def rewind(self, cursor: str | None) -> str:
        """Start anew, but for who has unsubscribed: those mails may be gone."""
        return str(MailCursor(withdrawn=MailCursor.parse(cursor, self.name).withdrawn))

    def read_row(self, stream: str, row: Payload) -> SourceRecord | None:
        """Read one row as a pull would; None if it has no usable id."""
        return self._readers[stream].read(row)

    def pull(self, cursor: str | None, stream: str = CUSTOMERS) -> Iterator[Page]:
        """Yield the senders of the mails since, or the mails themselves as interactions."""
        place = MailCursor.parse(cursor, self.name)
        state = self._box.open(self._folder, writable=bool(self._stream.mark))
        if place.validity != state.validity:  # all numbers are void: from the start, by address
            place = MailCursor(state.validity, 1, place.withdrawn)
        known: dict[str, Sender] = {}
        fresh = place.next == 1
        for uids, last in self._groups(place.next, state.next):
            if stream == CUSTOMERS:
                page, place = self._read(uids, place, known, fresh=fresh)
            else:
                page, place = self._read_mails(uids, place, self._readers[stream])
            if last:
                place = place._replace(next=max(place.next, state.next))
            yield page._replace(cursor=str(place))
            if stream == CUSTOMERS:
                self._mark(uids)

    def _groups(self, first: int, end: int) -> Iterator[tuple[list[int], bool]]:
        """Yield the numbers page by page, and whether it is the last page; at least one."""
        uids: list[int] = []
        for uid in self._box.numbers(first, end):
            uids.append(uid)
            if len(uids) == self._page:
                yield uids, False
                uids = []
        yield uids, True

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """Send one mail a change, delete whose mails must go; one receipt each, same order."""
        told = [it for it in changes if it.operation is not Operation.DELETE]
        if told and self._writer is None:
            raise ConfigError(f"{self.name}: the profile names no server for outgoing mail")
        sent = self._writer.push(told, self._records) if told and self._writer else []
        receipts = iter(sent)
        return [
            self._delete(it) if it.operation is Operation.DELETE else next(receipts)
            for it in changes
        ]

    def read_back(self, ids: Sequence[str]) -> list[SourceRecord]:
        """Read these senders by their mails; those without any are left out."""
        state = self._box.open(self._folder)
        found = []
        for address in ids:
            letters = self._letters_of(address, state.next)
            record = self._record(fold(address, letters, self._letters, "")) if letters else None
            if record:
                found.append(record)
        return found

    def delete(self, remote_id: str) -> None:
        """Delete the mails of this sender for good; twice is as good as once.

        Raises ConfigError where the owner of the box has not said so.
        """
        if not self.capabilities.delete:
            raise ConfigError(f"{self.name}: mails are deleted only with the option erase: mails")
        state = self._box.open(self._folder, writable=True)
        uids = self._box.numbers_from(remote_id, state.next, state.next)
        letters, _ = self._fetch(uids)
        if own := [letter.uid for letter in letters if letter.sender == remote_id]:
            self._box.delete(own)

    def _delete(self, change: Change) -> Receipt:
        try:
            self.delete(change.remote_id or "")
        except (ConfigError, TransientError) as error:
            return failed(change, error)
        return Receipt(change.id, Outcome.SENT)

    def _read(
        self, uids: Sequence[int], place: MailCursor, known: dict[str, Sender], *, fresh: bool
    ) -> tuple[Page, MailCursor]:
        """Read some mails; ``known``: what this pull found out, ``fresh``: it saw all of them."""
        letters, rejected = self._fetch(uids)
        by_sender: dict[str, list[Letter]] = defaultdict(list)
        for letter in letters:
            if letter.sender and not letter.automatic:
                by_sender[letter.sender].append(letter)
        withdrawn = dict(place.withdrawn)
        for address, own in by_sender.items():
            before = known.get(address)
            if before is None and not fresh:
                earlier = self._letters_of(address, own[0].uid)
                before = fold(address, earlier, self._letters, withdrawn.get(address, ""))
            sender = before or Sender(address, withdrawn=withdrawn.get(address, ""))
            for letter in own:
                sender = sender.after(letter, self._letters.read(letter))
            known[address] = sender
            if sender.withdrawn:
                withdrawn[address] = sender.withdrawn
        records = [self._record(known[address]) for address in by_sender]
        after = MailCursor(place.validity, max([place.next, *(uid + 1 for uid in uids)]), withdrawn)
        good = tuple(record for record in records if record is not None)
        return Page(good, str(after), tuple(rejected)), after

    def _read_mails(
        self, uids: Sequence[int], place: MailCursor, reader: RecordReader
    ) -> tuple[Page, MailCursor]:
        """Read some mails as interactions; what can't be read the customers' pull has told."""
        letters, _ = self._fetch(uids)
        rows = [mail_payload(it, place.validity) for it in letters if not it.automatic]
        after = place._replace(next=max([place.next, *(uid + 1 for uid in uids)]))
        return Page(reader.read_all(rows, "mails").records, str(after)), after

    def _fetch(self, uids: Sequence[int]) -> tuple[list[Letter], list[Unreadable]]:
        letters, rejected = [], []
        for message in self._messages(uids):
            letter = read_letter(message)
            if letter is None or not letter.sender:
                reason = "no sender that could be answered" if letter else "it is nested too deeply"
                payload = {"uid": message.uid}
                rejected.append(Unreadable(f"mail {message.uid}", "From", reason, payload))
            else:
                letters.append(letter)
        return letters, rejected

    def _messages(self, uids: Sequence[int]) -> Iterator[Message]:
        for start in range(0, len(uids), _AT_ONCE):
            yield from self._box.fetch(uids[start : start + _AT_ONCE], self._stream.body)

    def _letters_of(self, address: str, before: int) -> list[Letter]:
        """Return the latest letters of an address; a search for a part of it finds others, too."""
        uids = self._box.numbers_from(address, before, self._stream.earlier)
        letters, _ = self._fetch(uids)
        return [it for it in letters if it.sender == address and not it.automatic]

    def _record(self, sender: Sender) -> SourceRecord | None:
        return self._records.read(sender.payload())

    def _mark(self, uids: Sequence[int]) -> None:
        """Mark mails once their page has landed, if the profile says so."""
        if uids and self._stream.mark:
            self._box.mark(uids, self._stream.mark)


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> ImapConnector:
    """Return the connector of a mail box; raises ConfigError for a wrong profile or address."""
    return ImapConnector(channel, check(document, ImapProfile), sleep)
