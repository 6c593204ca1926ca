"""The sandbox's population: seeded customers in four systems, and the truth about who is who.

    generate(seed, records) -> Population
    groups of real customers -> what each system is told (sheets) -> dirt -> vendor payloads

The same seed and size give the same bytes on every supported Python. All people, companies,
addresses and numbers are invented.

What the default of 2,000 records holds (seed 1; other seeds differ by chance):

records           2000  in four systems
erp                584  customer cards
shop               522  accounts
mail               358  list members
crm                536  rows, deleted ones too
customers         1152  real ones
person             938  of them
organisation       214  of them
duplicate pairs   1083  of live records: what a match must find
invalid             20  records that must end in quarantine
deleted             14  CRM rows marked so
family              81  customers of one home, mostly one e-mail and one phone
twin                24  same home and birth date
jr_sr               20  father and son of one full name
namesake            28  strangers of one name
owner               16  a person and the company in the same house
branch              30  head offices and branches: one name, other towns
moved               76  customers with an old address somewhere
married             24  customers with a maiden name somewhere
accents            485  records with a name like José or Łukasz
han                 77  in Chinese characters
cyrillic            49
arabic              58
greek               20
hangul              11
kana                 2
romanised          297  of another script, told in Latin letters
old_address        110  told before the move
maiden_name         36  told before the wedding
legal_form         132  written otherwise or left out
nickname            75  Bob, Uschi, Саша
spelling            27  Meyer and Maier, Wu and 吳
initial             42  A. Meyer
swapped             48  given and family name
middle_in_given     10
title_in_name       30  Dr. Eva as the given name
no_suffix           16  Jr. left out
junk_given          11  n/a, xxx
nameless            14  nothing but an e-mail address
typo_given          54
typo_family         72
typo_company        36
typo_email          24
typo_phone          24
typo_street         31
typo_postcode       23
typo_birth          17  another year
swapped_birth       12  day and month
flat                62  Mueller
mojibake            48  MÃ¼ller
lost_letters         4  M?ller
full_width           8  East Asian wide digits
upper               90
lower               35
stray_spaces        54
shouted_email       64
short_street       319  str., Ave, C/
junk_email          21  test@test.com
junk_phone          36  0000000000
junk_birth          60  1900-01-01
junk_place          31  n/a, 00000
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

from hub.model import Key
from sandbox.paperwork.census import Census, Entity, Entry
from sandbox.paperwork.channels import CHANNELS
from sandbox.paperwork.scripts import scripts
from sandbox.paperwork.views import FIRST_NUMBERS, ID_FIELDS, VIEWS
from sandbox.world.dice import Dice

Payload = Mapping[str, Any]

_DELETED = 0.025
"""The share of CRM rows that are marked as deleted."""


@dataclass(frozen=True, slots=True)
class Population:
    """Payloads by channel, as each system's API gives them, and the truth about them.

    Every record is in exactly one of ``truth``, ``deleted`` and ``invalid``.
    """

    seed: int
    erp: tuple[Payload, ...]
    shop: tuple[Payload, ...]
    mail: tuple[Payload, ...]
    crm: tuple[Payload, ...]
    entities: Mapping[str, Entity]
    truth: Mapping[Key, str]
    """Whose record it is: the id of an entity."""
    deleted: Mapping[Key, str]
    """The same for CRM rows that are marked as deleted."""
    invalid: Mapping[Key, str]
    """Why a record must end in quarantine."""
    tags: Mapping[Key, tuple[str, ...]]
    """What was done to a record: typo_family, nickname, romanised, old_address, mojibake …"""

    @property
    def channels(self) -> dict[str, tuple[Payload, ...]]:
        """The payloads by channel name."""
        return {channel: getattr(self, channel) for channel in CHANNELS}

    def duplicates(self) -> Iterator[tuple[Key, Key]]:
        """Yield every pair of live records of one customer, each once: what must be found."""
        for keys in self._by_entity().values():
            yield from combinations(keys, 2)

    def traps(self, tag: str) -> Iterator[tuple[Key, Key]]:
        """Yield every pair of records of two customers of one group: never to be merged."""
        groups: dict[str, list[list[Key]]] = {}
        for entity, keys in self._by_entity().items():
            if self.entities[entity].tag == tag:
                groups.setdefault(self.entities[entity].group, []).append(keys)
        for members in groups.values():
            for left, right in combinations(members, 2):
                yield from product(left, right)

    def _by_entity(self) -> dict[str, list[Key]]:
        keys: dict[str, list[Key]] = {}
        for key, entity in self.truth.items():
            keys.setdefault(entity, []).append(key)
        return keys

    def summary(self) -> dict[str, int]:
        """Count what is in it: records, customers, pairs, hard cases and dirt, by name."""
        hard = Counter(entity.tag for entity in self.entities.values() if entity.tag)
        dirt = Counter(tag for tags in self.tags.values() for tag in tags)
        kinds = Counter(entity.kind.value for entity in self.entities.values())
        return {
            **{channel: len(payloads) for channel, payloads in self.channels.items()},
            "records": sum(map(len, self.channels.values())),
            "customers": len(self.entities),
            **dict(sorted(kinds.items())),
            "duplicate pairs": sum(1 for _ in self.duplicates()),
            "invalid": len(self.invalid),
            "deleted": len(self.deleted),
            **dict(hard.most_common()),
            **dict(dirt.most_common()),
        }

    def write(self, directory: Path) -> None:
        """Write ``<channel>.json`` with the payloads, and beside them ``truth.csv``.

        Its columns: channel, id, entity (empty if invalid), group, tags (parted by spaces, with
        ``invalid`` or ``deleted`` where that is so).
        """
        directory.mkdir(parents=True, exist_ok=True)
        for channel, payloads in self.channels.items():
            text = json.dumps(payloads, ensure_ascii=False, indent=1)
            (directory / f"{channel}.json").write_text(text + "\n", encoding="utf-8")
        with (directory / "truth.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("channel", "id", "entity", "group", "tags"))
            writer.writerows(self._truth_rows())

    def _truth_rows(self) -> Iterator[tuple[str, str, str, str, str]]:
        for key, entity_id in {**self.truth, **self.deleted}.items():
            entity = self.entities[entity_id]
            state = ("deleted",) if key in self.deleted else ()
            tags = " ".join(tag for tag in (*state, entity.tag, *self.tags[key]) if tag)
            yield *key, entity.id, entity.group, tags
        for key in self.invalid:
            yield *key, "", "", "invalid"


def generate(seed: int = 1, records: int = 2000) -> Population:
    """Make ``records`` records over the four systems; hard cases are as frequent at any size."""
    dice = Dice(seed)
    census = Census(dice, records)
    ledger = _Ledger(dice)
    payloads = {channel: ledger.write(channel, census.entries[channel]) for channel in CHANNELS}
    known = {*ledger.truth.values(), *ledger.deleted.values()}
    return Population(
        seed=seed,
        **payloads,
        entities={name: entity for name, entity in census.entities.items() if name in known},
        truth=ledger.truth,
        deleted=ledger.deleted,
        invalid=ledger.invalid,
        tags=ledger.tags,
    )


class _Ledger:
    """Numbers entries by age, writes them down as payloads, and notes the truth."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self.truth: dict[Key, str] = {}
        self.deleted: dict[Key, str] = {}
        self.invalid: dict[Key, str] = {}
        self.tags: dict[Key, tuple[str, ...]] = {}

    def write(self, channel: str, entries: list[Entry]) -> tuple[Payload, ...]:
        """Return the payloads of one channel, the oldest first."""
        oldest_first = enumerate(
            sorted(entries, key=lambda entry: entry.sheet.created), FIRST_NUMBERS[channel]
        )
        return tuple(self._write(channel, number, entry) for number, entry in oldest_first)

    def _write(self, channel: str, number: int, entry: Entry) -> Payload:
        payload = VIEWS[channel](self._dice, entry.sheet, number)
        key = Key(channel, str(payload[ID_FIELDS[channel]]))
        sheet = entry.sheet
        self.tags[key] = (*sheet.tags, *scripts(sheet.given + sheet.family + sheet.company))
        if entry.spoiler:
            entry.spoiler.spoil(payload)
            self.invalid[key] = entry.spoiler.reason
        elif channel == "crm" and self._dice.chance(_DELETED):
            payload["DEL_FLAG"] = "Y"
            self.deleted[key] = entry.entity
        else:
            self.truth[key] = entry.entity
        return payload
