"""`goldenrod explain`: why two records are one customer or not, as bars of evidence."""

from typing import TYPE_CHECKING, Annotated

import typer

from console.installation import Config, Json, installation

if TYPE_CHECKING:
    from pipeline.explain import Explanation

Record = Annotated[str, typer.Argument(help="A record's key, such as erp:C10001.")]
_WIDTH = 24
"""Signs that a bar may have on either side."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(explain)


def explain(left: Record, right: Record, *, config: Config = None, json: Json = False) -> None:
    """Show the evidence for and against two records being one customer, and what would alter it."""
    from console.golden import key_of
    from console.render import print_json
    from pipeline.explain import explain as verb
    from pipeline.report import as_json

    pair = key_of(left), key_of(right)
    with installation(config) as (settings, store):
        found = verb(settings, store, *pair)
    if json:
        told = as_json(found)
        lists = {name: [one._asdict() for one in told[name]] for name in ("evidence", "changes")}
        print_json({"explain": told | lists | {"left": str(found.left), "right": str(found.right)}})
        return
    for line in _lines(found):
        typer.echo(line)


def _lines(found: "Explanation") -> list[str]:
    """Draw each line of evidence as a bar, then the sum and what it means."""
    longest = max((abs(line.weight) for line in found.evidence), default=0) or 1
    lines = [f"{found.left}  {found.right}  ({found.model})"]
    for line in found.evidence:
        bar = "#" * round(abs(line.weight) / longest * _WIDTH)
        against, favour = (bar, "") if line.weight < 0 else ("", bar)
        drawn = f"{against:>{_WIDTH}}|{favour:<{_WIDTH}}"
        lines.append(f"{line.field:<12} {line.weight:+7.1f} {drawn} {line.label or line.level}")
    likely = f"{found.probability:.1%} likely to be one customer"
    lines.append(f"{'in all':<12} {found.weight:+7.1f}  {likely}")
    if found.veto:
        lines.append(f"Not without a steward: {found.veto}.")
    if found.refused:
        lines.append(f"Kept apart by what hangs together with them: {found.refused}.")
    lines.append(found.what_if)
    lines.append(f"They are {'one golden customer' if found.together else 'not one'} now.")
    return lines
