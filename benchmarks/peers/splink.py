"""`python -m benchmarks.peers.splink RECIPE FILE OUT [--pairs] [--random-pairs N]`: Splink 5.

One whole process on DuckDB: it reads the file, trains, predicts, clusters, and writes
`clusters.csv`; with ``--pairs`` also every scored pair. ``--random-pairs`` is how many it estimates
u from, in place of the recipe's number.
API: https://moj-analytical-services.github.io/splink/ (5.0).
"""

import argparse
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.peers.recipes import RECIPES, Comparison, Recipe


def _address(street: str, postcode: str, city: str) -> Any:
    """One comparison for the whole address: its parts depend on one another."""
    same = " and ".join(f"{c}_l = {c}_r" for c in (street, postcode))
    return cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.And(cll.NullLevel(street), cll.NullLevel(postcode), cll.NullLevel(city)),
            cll.CustomLevel(same, "same street and postcode"),
            cll.ExactMatchLevel(street, term_frequency_adjustments=True),
            cll.And(cll.JaroWinklerLevel(street, 0.9), cll.ExactMatchLevel(postcode)),
            cll.ExactMatchLevel(postcode, term_frequency_adjustments=True),
            cll.ExactMatchLevel(city, term_frequency_adjustments=True),
            cll.ElseLevel(),
        ],
    )


_BUILDERS: dict[str, Callable[..., Any]] = {
    "names": lambda a, b, both: cl.ForenameSurnameComparison(
        a, b, forename_surname_concat_col_name=both
    ),
    "name": lambda c: cl.NameComparison(c).configure(term_frequency_adjustments=True),
    "fuzzy": lambda c: cl.JaroWinklerAtThresholds(c, [0.95, 0.9, 0.8]).configure(
        term_frequency_adjustments=True
    ),
    "birth": lambda c, shape: cl.DateOfBirthComparison(
        c, input_is_string=True, datetime_format=shape
    ),
    "exact": lambda c: cl.ExactMatch(c).configure(term_frequency_adjustments=True),
    "number": lambda c, *edits: cl.DamerauLevenshteinAtThresholds(
        c, [int(n) for n in edits]
    ).configure(term_frequency_adjustments=True),
    "phone": lambda c: cl.DamerauLevenshteinAtThresholds(c, [1]).configure(
        term_frequency_adjustments=True
    ),
    "postcode": cl.PostcodeComparison,
    "email": lambda c: cl.EmailComparison(c).configure(term_frequency_adjustments=True),
    "address": _address,
}


def build(comparison: Comparison) -> Any:
    """Make a comparison of Splink from its line in a recipe."""
    kind, *arguments = comparison
    return _BUILDERS[kind](*arguments)


def train(linker: Any, recipe: Recipe) -> None:
    """Estimate the prior, u from random pairs, m by EM: the order that Splink's guide gives."""
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in recipe.sure], recall=recipe.recall
    )
    training.estimate_u_using_random_sampling(max_pairs=recipe.random_pairs, seed=1)
    for rule in recipe.train:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), estimate_without_term_frequencies=recipe.without_term_frequencies
        )


def load(con: duckdb.DuckDBPyConnection, recipe: Recipe, file: Path) -> list[Any]:
    """Clean the columns that the recipe names; two tables where two sources are linked."""
    read = "read_parquet" if file.suffix == ".parquet" else "read_csv"
    options = "" if file.suffix == ".parquet" else ", all_varchar=true, header=true"
    columns = con.sql(f"describe select * from {read}('{file}'{options})").fetchall()  # noqa: S608
    phone = next((name for name, *_ in columns if name.lower() == "phone"), None)
    digits = f"""regexp_replace("{phone}", '[^0-9]', '', 'g')""" if phone else "null::varchar"
    con.execute(
        f"create table people as select {recipe.select} from "  # noqa: S608 - our own words
        f"(select *, {digits} as digits from {read}('{file}'{options}))"
    )
    if not recipe.link:
        return [con.table("people")]
    sources = [
        row[0] for row in con.sql("select distinct source from people order by 1").fetchall()
    ]
    for source in sources:
        con.execute(f"create table source_{source} as from people where source = '{source}'")
    return [con.table(f"source_{source}") for source in sources]


def main(name: str, file: Path, out: Path, *, pairs: bool, random_pairs: float | None) -> None:
    """Run one recipe on one file."""
    recipe = RECIPES.get(name) or RECIPES[name.rsplit("_", 1)[0]]
    recipe = replace(recipe, random_pairs=random_pairs or recipe.random_pairs)
    con = duckdb.connect()
    api = DuckDBAPI(connection=con)
    tables = [api.register(table) for table in load(con, recipe, file)]
    settings = SettingsCreator(
        link_type="link_only" if recipe.link else "dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[build(line) for line in recipe.comparisons],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in recipe.rules],
        retain_matching_columns=False,
    )
    linker = Linker(tables[0] if len(tables) == 1 else tables, settings)
    train(linker, recipe)
    floor = 0.001 if pairs else min(recipe.threshold, 0.5)
    predicted = linker.inference.predict(threshold_match_probability=floor)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predicted, threshold_match_probability=recipe.threshold
    )
    out.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"copy (select record_id, cluster_id from {found.physical_name}) "  # noqa: S608
        f"to '{out / 'clusters.csv'}' (header)"
    )
    if pairs:
        con.execute(
            "copy (select record_id_l as left_id, record_id_r as right_id, "  # noqa: S608
            f"match_weight * ln(2) as logit from {predicted.physical_name}) "
            f"to '{out / 'pairs.parquet'}' (format parquet)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.peers.splink", description=__doc__)
    parser.add_argument("recipe")
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", action="store_true")
    parser.add_argument("--random-pairs", type=float)
    args = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.WARNING)
    main(args.recipe, args.file, args.out, pairs=args.pairs, random_pairs=args.random_pairs)
