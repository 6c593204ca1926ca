"""What a profile says of a system that speaks by files in a folder."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from connectors.base import Capabilities
from connectors.facts.paths import FieldPath
from connectors.facts.profile import Profile, Stream
from hub.model import Value


class Ready(Value):
    """How a file that is still being written is told from a whole one."""

    quiet: float = Field(default=5, ge=0)
    """Seconds in which neither size nor time of the file moved; 0: it is taken as it is."""
    marker: str | None = None
    """Or: a file is whole as soon as this one lies beside it; ``{name}`` is its name."""


class Delimited(Value):
    """CSV and its relatives; the first line names the columns, unless ``columns`` does."""

    kind: Literal["csv"]
    delimiter: str = Field(default="auto", pattern=r"^(auto|.|\t)$")
    """One character; ``auto``: the one of ``, ; | TAB`` that the first line has most of."""
    quote: str = Field(default='"', min_length=1, max_length=1)
    columns: tuple[str, ...] | None = None
    """Where the file itself does not name them."""


class JsonLines(Value):
    """One JSON object a line."""

    kind: Literal["jsonl"]


class Sheet(Value):
    """An Excel workbook (.xlsx); the first row names the columns."""

    kind: Literal["excel"]
    sheet: str | None = None
    """Its name; None: the first one."""


class Dbase(Value):
    """A DBF table (dBASE, FoxPro, Clipper) with its memo file beside it.

    Rows that are marked as deleted are shown with ``_deleted`` true.
    """

    kind: Literal["dbf"]


class FixedField(Value):
    """One field of a record of fixed width."""

    name: str
    start: int = Field(ge=1)
    """The first byte, counted from 1."""
    width: int = Field(ge=1)
    type: Literal["text", "zoned", "packed"] = "text"
    """``zoned`` and ``packed`` (COMP-3) are COBOL's numbers."""
    decimals: int = Field(default=0, ge=0)


class FixedWidth(Value):
    """Records of fixed width, as a mainframe writes them."""

    kind: Literal["fixed"]
    length: int | None = Field(default=None, ge=1)
    """Bytes of one record, where records follow one another without line ends."""
    fields: tuple[FixedField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fields_lie_inside(self) -> Self:
        for field in self.fields:
            if self.length and field.start + field.width - 1 > self.length:
                message = f"the field {field.name} ends after the record's {self.length} bytes"
                raise ValueError(message)
        return self


Layout = Annotated[Delimited | JsonLines | Sheet | Dbase | FixedWidth, Field(discriminator="kind")]


class Child(Value):
    """Rows of another file that belong to a customer, such as the e-mails of a contact.

    They are laid into the customer's payload as a list, so an edit of theirs is an edit of its.
    """

    files: str
    layout: Layout
    parent: FieldPath
    """The field that holds the customer's id."""
    columns: tuple[str, ...] = Field(min_length=1)
    only: dict[str, str] = Field(default_factory=dict)
    """Only the rows that have these values (letter case aside)."""


class Drop(Value):
    """How changes are handed over: a file of whole rows in a folder that the system imports."""

    folder: str = "in"
    name: str = "goldenrod-{stamp}.csv"
    layout: Layout = Delimited(kind="csv", delimiter=",")
    encoding: str = "utf-8"
    creates: bool = False
    """A row without an id is a new customer over there. It bears our reference, by which the other
    system must know it: the row may come again until an export shows it."""
    deletes: bool = False
    """A row with the marker of ``deleted`` deletes: it holds the id and nothing else."""

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        if isinstance(self.layout, Sheet | Dbase):
            message = "changes are written as csv, jsonl or fixed"
            raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueErrors
        if "{stamp}" not in self.name:
            message = "the name needs a {stamp}, or each file would overwrite the one before"
            raise ValueError(message)
        return self


class Sftp(Value):
    """Whose key the server must show, and how we show who we are; unused in a local folder.

    One of the first two is needed: a key that is not known is refused, never learnt.
    """

    host_key: str = ""
    """``ssh-ed25519 AAAA…``, as ``ssh-keyscan HOST`` prints it."""
    known_hosts: str = ""
    """A file in the format of OpenSSH."""
    key_file: str = ""
    """Our private key; the channel's password is its passphrase."""


class Bounds(Value):
    """What a file may hold before it is taken for an accident or an attack."""

    file: int = Field(default=2_000_000_000, ge=1)
    """Bytes, also after unpacking."""
    cell: int = Field(default=65_536, ge=1)
    """Characters in one value."""
    files: int = Field(default=10_000, ge=1)
    """Files in the folder."""


class FilesStream(Stream):
    """Customers in files."""

    files: str
    """A pattern such as ``customers*.csv``; several files are read from the oldest on."""
    layout: Layout
    encoding: str | None = None
    """None: told by a byte order mark, else UTF-8; anything else is refused, never guessed."""
    ready: Ready = Ready()
    content: Literal["full", "changes"] = "full"
    """Whether a file lists every customer, or only those that changed."""
    children: dict[str, Child] = Field(default_factory=dict)
    drop: Drop | None = None
    bounds: Bounds = Bounds()

    @model_validator(mode="after")
    def _children_of_whole_lists(self) -> Self:
        if self.children and self.content != "full":
            message = "children go with content full only: their edits need all customers at hand"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _drop_has_what_it_needs(self) -> Self:
        if self.drop and self.drop.creates and self.reference is None:
            message = "drop.creates needs a reference, or nobody could tell a row that comes again"
            raise ValueError(message)
        if self.drop and self.drop.deletes and self.deleted is None:
            message = "drop.deletes needs deleted: the field and the value that mark a deletion"
            raise ValueError(message)
        return self


class FilesProfile(Profile):
    """A system that speaks by files."""

    engine: Literal["files"]
    sftp: Sftp = Sftp()
    customers: FilesStream

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this system can do; a file read before is not read again."""
        it = self.customers
        return Capabilities(
            write=it.drop is not None,
            create=it.drop is not None and it.drop.creates,
            delete=it.drop is not None and it.drop.deletes,
            incremental=it.content == "changes",
            lists_all=it.content == "full",
            batch=self.limits.page if it.drop else 1,
            rate=rate or self.limits.rate,
            tombstones=it.deleted is not None,
            consent=it.consent is not None,
        )
