"""Commands on golden customers: look at one, now or as it was, act on it, take the act back."""

import getpass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from console.installation import Config, Json, answer, fail_if, installation

if TYPE_CHECKING:
    from hub.model import Key
    from pipeline.acts import Done

Word = TypeVar("Word", bound=StrEnum)

customer = typer.Typer(
    help="Merge, unmerge, split, move and pin golden customers; note what they said on consent.",
    no_args_is_help=True,
)
Name = Annotated[str, typer.Argument(help="A golden id, also a retired one, or a key.")]
Keys = Annotated[list[str], typer.Argument(help="Records, such as erp:C10001.")]
Author = Annotated[
    str, typer.Option("--author", default_factory=getpass.getuser, help="Who says so.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why: it stands in the history.")]
Until = Annotated[
    str | None, typer.Option("--until", help="It ends by itself on this day, or at this time.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (show, history, undo):
        app.command()(command)
    app.add_typer(customer, name="customer")


def show(
    what: Annotated[str, typer.Argument(help="A golden id, a key such as erp:C10001, or a name.")],
    *,
    as_of: Annotated[
        str | None, typer.Option(help="As it was on this day, or at this time (UTC).")
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Show a golden customer, with the origin of every value."""
    from console.render import customers
    from pipeline.past import as_of as as_it_was
    from pipeline.views import was_erased

    with installation(config) as (_, store):
        if as_of is not None:
            found = as_it_was(store, what, moment(as_of))
        else:
            with store.read() as unit:
                found = unit.golden.find(what, limit=10)
        erased = not found and was_erased(store, what)
    if erased:
        typer.echo(f"{what} was erased: nothing is held on it any more.", err=True)
    customers(found, as_json=json)
    fail_if(not found)


def history(what: Name, *, config: Config = None, json: Json = False) -> None:
    """Show what changed of a golden customer: when, why, by which run or person."""
    from console.render_past import lives as render
    from pipeline.past import lives

    with installation(config) as (_, store):
        found = lives(store, what)
    render(found, as_json=json)
    fail_if(not found)


def undo(
    number: Annotated[
        int | None, typer.Argument(help="The act's number (default: your last one).")
    ] = None,
    *,
    author: Author,
    config: Config = None,
    json: Json = False,
) -> None:
    """Take back an act, unless somebody acted later on the same records."""
    from pipeline.acts import undo as verb

    with installation(config) as (settings, store):
        done = verb(settings, store, author=author, number=number)
    if done is None:
        typer.echo(f"{author} has done nothing that could be taken back.", err=True)
    else:
        _tell("undo", done, as_json=json)
    fail_if(done is None)


@customer.command()
def merge(
    first: Name, second: Name, *, author: Author, reason: Reason = "", config: Config = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Make one customer of two."""
    from pipeline.acts import merge_customers

    with installation(config) as (settings, store):
        done = merge_customers(settings, store, first, second, author=author, reason=reason)
    _tell("merge", done, as_json=json)


@customer.command()
def unmerge(
    what: Name, *, author: Author, reason: Reason = "", config: Config = None, json: Json = False
) -> None:
    """Take the last merge into a customer back, a person's or the hub's own."""
    from pipeline.acts import unmerge as verb

    with installation(config) as (settings, store):
        done = verb(settings, store, what, author=author, reason=reason)
    _tell("unmerge", done, as_json=json)


@customer.command()
def split(
    what: Name, records: Keys, *, author: Author, reason: Reason = "", config: Config = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Make a customer of its own of some of a customer's records."""
    from pipeline.acts import split as verb

    keys = [key_of(text) for text in records]
    with installation(config) as (settings, store):
        done = verb(settings, store, what, keys, author=author, reason=reason)
    _tell("split", done, as_json=json)


@customer.command()
def move(
    to: Name, records: Keys, *, author: Author, reason: Reason = "", config: Config = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Move some records of one customer to another."""
    from pipeline.acts import move as verb

    keys = [key_of(text) for text in records]
    with installation(config) as (settings, store):
        done = verb(settings, store, keys, to, author=author, reason=reason)
    _tell("move", done, as_json=json)


@customer.command()
def pin(
    what: Name,
    attribute: Annotated[str, typer.Argument(help="Such as name, language or emails.")],
    value: Annotated[list[str], typer.Argument(help="Text, or JSON for a name or addresses.")],
    *,
    author: Author,
    reason: Reason = "",
    until: Until = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Let an attribute show this value, whatever the channels say."""
    from golden.pins import own_words
    from pipeline.wishes import pin as verb

    end, said = None if until is None else moment(until), own_words(value, attribute)
    with installation(config) as (settings, store):
        done = verb(settings, store, what, attribute, said, author=author, reason=reason, until=end)
    _tell("pin", done, as_json=json)


@customer.command()
def unpin(
    what: Name, attribute: str, *, author: Author, config: Config = None, json: Json = False
) -> None:
    """Let the channels speak again on an attribute."""
    from pipeline.wishes import unpin as verb

    with installation(config) as (settings, store):
        done = verb(settings, store, what, attribute, author=author)
    _tell("unpin", done, as_json=json)


@customer.command()
def family(what: Name, *, config: Config = None, json: Json = False) -> None:
    """Show which organisations a customer belongs to, and which belong to it."""
    from console.render import print_json
    from pipeline.hierarchy import family as find

    with installation(config) as (_, store):
        found = find(store, what)
    if json:
        print_json([one._asdict() for one in found])
    for one in () if json else found:
        typer.echo(f"{'  ' * one.depth}{one.name}  {one.golden_id}{'  <-' * one.asked}")


@customer.command()
def consent(
    what: Name,
    act: Annotated[str, typer.Argument(help="grant, deny, withdraw or expire.")],
    contact: Annotated[str, typer.Argument(help="The e-mail address or phone number.")],
    purpose: Annotated[str, typer.Argument(help="Such as newsletter.")],
    *,
    at: Annotated[
        str | None, typer.Option(help="When the customer said so (default: now).")
    ] = None,
    medium: Annotated[
        str | None, typer.Option(help="email, phone, sms or post (default: by the contact).")
    ] = None,
    proof: Annotated[str, typer.Option(help="What shows it: a form, a call, a letter.")] = "",
    until: Until = None,
    author: Author,
    config: Config = None,
    json: Json = False,
) -> None:
    """Add to the ledger what a customer said about being contacted."""
    from golden.consent import Act
    from hub.clock import now
    from hub.model import Medium
    from pipeline.wishes import Said, note_consent

    said = Said(
        contact,
        purpose,
        _one_of(Act, act),
        now() if at is None else moment(at),
        None if medium is None else _one_of(Medium, medium),
        proof,
        None if until is None else moment(until),
    )
    with installation(config) as (settings, store):
        done = note_consent(settings, store, what, said, author=author)
    _tell("consent", done, as_json=json)


def moment(text: str) -> datetime:
    """Read a day (its end) or a time; one without a zone is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day or time such as 2026-05-31") from error
    if len(text) == len("2026-05-31"):
        found = datetime.combine(found.date() + timedelta(days=1), time())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def key_of(text: str) -> "Key":
    """Read a key such as ``erp:C10001``."""
    from hub.model import Key

    try:
        return Key.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _one_of(words: "type[Word]", text: str) -> "Word":
    try:
        return words(text)
    except ValueError as error:
        known = ", ".join(word.value for word in words)
        raise typer.BadParameter(f"{text!r} is none of {known}") from error


def _tell(act: str, done: "Done", *, as_json: bool) -> None:
    answer({act: done}, as_json=as_json)
