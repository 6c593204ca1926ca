"""The tables of the streams: how far each one was read, what it looks like, what its limits are."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text, UniqueConstraint

from store.tables import metadata
from store.types import Id, Moment, Words

stream_state = Table(
    "stream_state",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("stream", Words, primary_key=True),
    Column("scan_began", Moment),  # a full scan is under way since then
    Column("scanned_at", Moment),  # the last full scan that came to its end
    Column("learned_at", Moment),  # the columns of the stream are known since then
    Column("held_at", Moment),  # a full scan that nobody believes yet
    Column("held", Integer),  # how many records it did not show
)

sighting = Table(
    "sighting",
    metadata,
    # No foreign key: a row lives as long as one scan.
    Column("channel", Words, primary_key=True),
    Column("stream", Words, primary_key=True),
    Column("remote_id", Words, primary_key=True),
    sqlite_with_rowid=False,
)

stream_record = Table(
    "stream_record",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("stream", Words, nullable=False),
    Column("remote_id", Words, nullable=False),
    Column("owner", Words),  # the customer's id over there
    Column("payload", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("changed_at", Moment),
    Column("deleted", Boolean, nullable=False),
    Column("landed_at", Moment, nullable=False),
    UniqueConstraint("channel", "stream", "remote_id"),
    Index("ix_stream_record_channel_owner", "channel", "owner"),
)

known_column = Table(
    "known_column",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("stream", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("types", Text, nullable=False),  # JSON: the types that it may have
    Column("always", Boolean, nullable=False),  # every record had it so far
)

drift = Table(
    "drift",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("stream", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("kind", Text, nullable=False),  # new | missing | renamed | retyped
    Column("detail", Words, nullable=False),  # the type, or the other name
    Column("example", Words, nullable=False),  # a record that shows it
    Column("seen_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    UniqueConstraint("channel", "stream", "name", "kind", "detail"),
)

allowance = Table(
    "allowance",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("due", Float, nullable=False),  # seconds since 1970: no request before
    Column("day", Integer, nullable=False),  # days since 1970
    Column("used", Integer, nullable=False),  # requests of that day
    Column("quota", Integer),  # as the channel itself told
)
