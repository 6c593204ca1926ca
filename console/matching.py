"""Commands on the match: do it, plan it, judge it by labels, and find thresholds for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.installation import Config, Json, answer, installation, watched

if TYPE_CHECKING:
    from pipeline.evaluate import Evaluation, Measured, Mistake
    from pipeline.plan import Plan
    from pipeline.tune import Tuning

Threshold = Annotated[float | None, typer.Option(help="With --plan: this threshold instead.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(match)
    app.command()(tune)


def match(
    *,
    evaluate: Annotated[
        Path | None,
        typer.Option(help="Match nothing: judge the customers by a CSV of labels, and exit."),
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Write nothing: say what would change.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="With --plan: this model instead, such as trained-2.")
    ] = None,
    merge: Threshold = None,
    review: Threshold = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Compare the customers that changed with all that might be the same."""
    if not plan and (model, merge, review) != (None, None, None):
        raise typer.BadParameter("--model, --merge and --review go with --plan")
    if evaluate is not None:
        _evaluate(evaluate, config, json=json)
        return
    from pipeline.match import match as verb
    from pipeline.plan import plan as planned

    with (
        watched(config, silent=json) as (settings, store, watch),
        store.exclusive("resolve"),
        watch("match") as progress,
    ):
        if not plan:
            report = verb(settings, store, progress=progress)
            answer({"match": report}, as_json=json)
            return
        found = planned(settings, store, model=model, merge=merge, review=review)
    _tell("plan", found, _plan_lines(found), as_json=json)


def tune(
    *,
    precision: Annotated[
        float, typer.Option(help="How right merges must be, between 0 and 1.")
    ] = 0.99,
    config: Config = None,
    json: Json = False,
) -> None:
    """Show what each merge threshold would cost: pairs for stewards, and how right merges are."""
    from pipeline.tune import tune as verb

    with installation(config) as (settings, store):
        found = verb(settings, store, precision=precision)
    _tell("tune", found, _tune_lines(found, precision), as_json=json)


def _evaluate(file: Path, config: Path | None, *, json: bool) -> None:
    from pipeline.evaluate import evaluate

    with installation(config) as (settings, store):
        found = evaluate(settings, store, file)
    _tell("evaluate", found, _evaluation_lines(found), as_json=json)


def _tell(verb: str, found: Any, lines: list[str], *, as_json: bool) -> None:
    """Print a finding as JSON, or line by line."""
    from console.render import print_json

    if as_json:
        print_json({verb: _plain(found)})
        return
    for line in lines:
        typer.echo(line)


def _plain(value: Any) -> Any:
    """Return nested findings as plain JSON; a record's key as text."""
    from hub.model import Key

    if isinstance(value, Key):
        return str(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _evaluation_lines(found: "Evaluation") -> list[str]:
    unknown = f"; {found.unknown:,} that the hub does not have" if found.unknown else ""
    lines = [
        f"{found.records:,} labelled records{unknown}; model {found.model}",
        f"{'':<22} precision  recall     F1",
        _measured_line("customers, by pairs", found.clustered),
    ]
    if found.b_cubed:
        lines.append(_measured_line("customers, B-cubed", found.b_cubed))
    lines += [
        _measured_line(f"pairs alone, {threshold:g}", measured)
        for threshold, measured in found.thresholds.items()
    ]
    lines.append(f"Missed pairs that wait for a steward: {found.in_review:,}")
    lines += _mistake_lines("Merged, but different", found.wrong)
    return lines + _mistake_lines("Not merged, but the same", found.missed)


def _measured_line(name: str, found: "Measured") -> str:
    return f"{name:<22} {found.precision:9.4f} {found.recall:7.4f} {found.f1:6.4f}"


def _mistake_lines(title: str, found: "tuple[Mistake, ...]") -> list[str]:
    if not found:
        return []
    return [
        f"{title} (`goldenrod explain` says why):",
        *(
            f"  {one.left}  {one.right}  {one.weight:+.1f} bits{', a veto' if one.veto else ''}"
            for one in found
        ),
    ]


def _plan_lines(found: "Plan") -> list[str]:
    report = found.match
    model = report.model or "no model: nothing is due"
    came = f"{report.merged:,} to merge, {report.review:,} for review"
    ids = f"{found.kept:,} keep their ids, {found.new:,} are new"
    lines = [
        f"{report.pairs:,} candidate pairs by {model}: {came}.",
        f"{found.customers:,} golden customers: {ids}, {found.retired:,} ids are retired.",
        f"{found.merged:,} merges, {found.split:,} splits.",
    ]
    lines += [f"  one customer: {', '.join(ids)}" for ids in found.merges]
    lines += [f"  several customers: {id_}" for id_ in found.splits]
    lines += [
        f"  decided {one.verdict}, would be decided otherwise: {one.left}  {one.right}"
        for one in found.contradicted
    ]
    return [*lines, "Nothing was written."]


def _tune_lines(found: "Tuning", precision: float) -> list[str]:
    known = f"{found.pairs:,} undecided pairs from {found.review:g} on"
    lines = [
        f"{known}, {found.decisions:,} decisions; model {found.model}",
        "  merge from   merged   for review   expected precision   decided: same  different",
    ]
    for one in found.costs:
        mark = "*" if one.merge == found.merge else " "
        lines.append(
            f"{mark} {one.merge:<10g} {one.merged:8,} {one.review:12,} {one.precision:20.4f} "
            f"{one.confirmed:15,} {one.wrong:10,}"
        )
    if found.decisions:
        lines.append(
            f"By the decisions a weight counts {found.slope:.2f} times and {found.shift:+.1f} bits;"
            " `goldenrod train` lets the model take this in."
        )
    advice = "no threshold" if found.advised is None else f"matching.merge: {found.advised:g}"
    return [*lines, f"For a precision of {precision:g}: {advice}."]
