"""The tables. Few columns that are searched, the rest JSON; no row per field.

Those of the match and of the streams have files of their own. The migrations in
``store/migrations`` lead to exactly this; a test compares the two.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.types import Id, Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# Conditions of partial indexes; a query repeats them word for word, or SQLite sees no use for one.
UNMAPPED = text("unmapped")
IS_DUE = text("due IS NOT NULL")
IS_LIVE = text("closed_at IS NULL")
IS_UNSURE = text("(verdict = 'unsure' AND closed_at IS NULL)")
IS_CREATE = text("(record_id IS NULL AND erase IS NULL)")
LAPSES = text("until IS NOT NULL")
IS_UPDATE = text("record_id IS NOT NULL")
IS_ERASURE = text("erase IS NOT NULL")
UNDELIVERED = text("state <> 'dead'")

source_record = Table(
    "source_record",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("remote_id", Words, nullable=False),
    Column("payload", Text, nullable=False),  # as the channel gave it
    Column("fingerprint", Text, nullable=False),
    Column("changed_at", Moment),  # by the channel's clock
    Column("deleted", Boolean, nullable=False),
    Column("reference", Words),
    Column("customer", Text),  # the channel's own word
    Column("held", Text),  # what it holds, our echoes included; null: the same as customer
    Column("told", Text),  # what we told it, by attribute
    # Two facts, two columns: an unmapped payload must not hide that a merge is due.
    Column("unmapped", Boolean, nullable=False),
    Column("due", Text),  # match | merge
    Column("golden_id", ForeignKey("golden.id")),
    Column("landed_at", Moment, nullable=False),
    UniqueConstraint("channel", "remote_id"),
    Index(
        "ix_source_record_unmapped",
        "channel",
        "id",
        sqlite_where=UNMAPPED,
        postgresql_where=UNMAPPED,
    ),
    Index("ix_source_record_due", "due", "id", sqlite_where=IS_DUE, postgresql_where=IS_DUE),
    Index("ix_source_record_golden_id", "golden_id"),
)

record_history = Table(
    "record_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("source_record.id"), nullable=False, index=True),
    Column("replaced_at", Moment, nullable=False),
    Column("payload", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("stream", Words, primary_key=True),
    Column("value", Words, nullable=False),
    Column("moved_at", Moment, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("stream", Words, nullable=False),
    Column("remote_id", Words, nullable=False),  # or its position, where it has no usable id
    Column("stage", Text, nullable=False),
    Column("rule", Words, nullable=False),
    Column("field", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("payload", Text, nullable=False),
    Column("fix", Text),  # what a person put right, by path
    Column("state", Text, nullable=False),  # waiting | fixed | ignored | dropped
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    UniqueConstraint("channel", "stream", "remote_id", "stage"),
)


# The same entries by record: one row each costs a tenth of what an index of all keys would.


decision = Table(
    "decision",
    metadata,
    Column("id", Id, primary_key=True),
    Column("left_id", ForeignKey("source_record.id"), nullable=False),  # the smaller one
    Column("right_id", ForeignKey("source_record.id"), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("author", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Words, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", Words),
    Index("ix_decision_pair", "left_id", "right_id"),
    Index(
        "uq_decision_live",
        "left_id",
        "right_id",
        unique=True,
        sqlite_where=IS_LIVE,
        postgresql_where=IS_LIVE,
    ),
    Index("ix_decision_right_id", "right_id", sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
    Index("ix_decision_author", "author", "id", sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
    Index(
        "ix_decision_unsure",
        "left_id",
        "right_id",
        sqlite_where=IS_UNSURE,
        postgresql_where=IS_UNSURE,
    ),
)

golden = Table(
    "golden",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("display_name", Words, nullable=False),
    Column("search_name", Words, nullable=False),  # casefolded: SQLite's LIKE knows only ASCII
    Column("status", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("born_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("erased_at", Moment),  # all but the id is gone
    Index(
        "ix_golden_search_name",
        "search_name",
        "id",
        postgresql_ops={"search_name": "text_pattern_ops"},
    ),
)

golden_history = Table(
    "golden_history",
    metadata,
    Column("golden_id", ForeignKey("golden.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("run_id", Text),
    Column("attributes", Text, nullable=False),  # blank: of the last version, as in golden
    Column("provenance", Text, nullable=False),
    Column("members", Text, nullable=False),
)

golden_alias = Table(
    "golden_alias",
    metadata,
    Column("old_id", ForeignKey("golden.id"), primary_key=True),
    Column("new_id", ForeignKey("golden.id"), primary_key=True, index=True),
    Column("at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("golden_id", ForeignKey("golden.id"), nullable=False),
    Column("channel", Words, nullable=False),
    Column("record_id", ForeignKey("source_record.id")),  # null: create there, or erase
    Column("erase", Words),  # the id of a record to delete there; the hub has forgotten it
    Column("state", Text, nullable=False),  # due | sending | dead
    Column("version", Integer, nullable=False),
    Column("notified", Integer, nullable=False),  # tells a notice that came while sending
    Column("told", Text),  # what is being told, while sending
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment),  # null: at once
    Column("reason", Words, nullable=False),
    # A record is updated for one golden customer, a customer is created once in a channel.
    Index(
        "uq_outbox_update",
        "record_id",
        unique=True,
        sqlite_where=IS_UPDATE,
        postgresql_where=IS_UPDATE,
    ),
    Index(
        "uq_outbox_create",
        "golden_id",
        "channel",
        unique=True,
        sqlite_where=IS_CREATE,
        postgresql_where=IS_CREATE,
    ),
    Index(
        "uq_outbox_erase",
        "channel",
        "erase",
        unique=True,
        sqlite_where=IS_ERASURE,
        postgresql_where=IS_ERASURE,
    ),
    Index(
        "ix_outbox_undelivered",
        "channel",
        "id",
        sqlite_where=UNDELIVERED,
        postgresql_where=UNDELIVERED,
    ),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    Column("golden_id", ForeignKey("golden.id"), nullable=False, index=True),
    Column("channel", Words, nullable=False),
    Column("remote_id", Words),
    Column("operation", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("attributes", Text, nullable=False),  # names only: a log holds no personal data
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("run_id", Text),
    Column("reason", Words, nullable=False),
)

erasure = Table(
    "erasure",
    metadata,
    Column("golden_id", ForeignKey("golden.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("author", Words, nullable=False),
    Column("secret_id", Text, nullable=False),  # of the secret behind the hashes
)

suppressed = Table(
    "suppressed",
    metadata,
    Column("hash", Text, primary_key=True),  # of a key, made with a secret
    Column("golden_id", ForeignKey("erasure.golden_id"), nullable=False, index=True),
    Column("gone_at", Moment),  # when the channel had deleted it
)

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("author", Words, nullable=False),
    Column("act", Words, nullable=False),
    Column("subject", Text, nullable=False),
    Column("inverse", Text),  # null: it can't be taken back
    Column("undoes", BigInteger),  # the event that this one took back
    Column("undone_by", BigInteger, index=True),  # null: it stands
    Index("ix_event_author", "author", "id"),
)

event_record = Table(
    "event_record",
    metadata,
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column("record_id", ForeignKey("source_record.id"), primary_key=True, index=True),
)

record_move = Table(
    "record_move",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("source_record.id"), nullable=False, index=True),
    Column("golden_id", ForeignKey("golden.id"), nullable=False, index=True),  # that it left
    Column("at", Moment, nullable=False),
)

pin = Table(
    "pin",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("source_record.id"), nullable=False),
    Column("attribute", Words, nullable=False),
    Column("value", Text, nullable=False),
    Column("author", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment),  # null: for ever
    Column("closed_at", Moment),
    Column("closed_by", Words),
    Index("ix_pin_record_id", "record_id", sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
    Index("ix_pin_until", "until", sqlite_where=LAPSES, postgresql_where=LAPSES),
)

consent_act = Table(
    "consent_act",
    metadata,
    Column("id", Id, primary_key=True),
    Column("record_id", ForeignKey("source_record.id"), nullable=False, index=True),
    Column("contact", Words, nullable=False, index=True),  # casefolded
    Column("medium", Text, nullable=False),  # email | phone | sms | post
    Column("purpose", Words, nullable=False),
    Column("act", Text, nullable=False),  # grant | deny | withdraw | expire
    Column("at", Moment),  # null: nobody knows
    Column("heard_at", Moment, nullable=False),
    Column("source", Words, nullable=False),  # the channel, or steward:NAME
    Column("proof", Words, nullable=False),
    Column("until", Moment),  # of a grant: when it ends by itself
    Index("ix_consent_act_until", "until", sqlite_where=LAPSES, postgresql_where=LAPSES),
)

contact_point = Table(
    "contact_point",
    metadata,
    Column("contact", BigInteger, primary_key=True, autoincrement=False),  # hashed
    Column("record_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

run = Table(
    "run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("verb", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Text),
    Column("report", Text),
)
