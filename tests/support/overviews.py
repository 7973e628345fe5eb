"""Overviews for tests of the report: one full of everything, one of an empty night. All of it is made up."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hervat.erasure.picture import Arrow, Box, Picture
from hervat.status.model import (
    CorrectionLine,
    Held,
    NightLine,
    Overview,
    PlanLine,
    QualityMonth,
    ReasonLine,
    SearchResult,
    SystemLine,
)

DAY = date(2022, 4, 4)
HASH = "3f2a9c41d07be5518c6ad90a4efb7721" * 2


def empty(**changes: Any) -> Overview:
    """Return the overview of a night in which nothing was there."""
    facts: dict[str, Any] = {
        "code": "0000",
        "name": "Voorbeeldstad",
        "day": date(2022, 3, 1),
        "made_at": datetime(2022, 3, 1, 0, 31, tzinfo=UTC),
        "version": "0.1.0",
        "shadow": False,
        "counts": {},
        "run": {},
        "persons": {},
        "parked_why": {},
        "parked_longest_days": 0,
        "unknown_group_released": 0,
        "held": [],
        "refused_files": 0,
        "incidents": [],
        "systems": [],
        "plans": [],
        "notices": {},
        "gate_open": True,
        "reasons": [],
        "quarter": "2022Q1",
        "deadline": date(2022, 4, 28),
        "delivered": [],
        "last_good_run": None,
        "errors": [],
        "attention": [],
    }
    return Overview(**{**facts, **changes})


def picture(name: str, more: int = 0) -> Picture:
    """Return a picture of a made-up footprint, with so many more tables below its root."""
    boxes = [
        Box("natuurlijk_persoon", "person"), Box("inburgeraar", "root", planned=12), Box("pip", "held", planned=9),
        Box("gesprek", "nulled"), Box("factuur", "kept"), Box("gemeente", "plain"),
    ]  # fmt: skip
    arrows = [
        Arrow("natuurlijk_persoon", "inburgeraar", "inburgeraar.persoon_id", "finds"),
        Arrow("inburgeraar", "pip", "pip.inburgeraar_id"),
        Arrow("gesprek", "pip", "gesprek.pip_id", "loose"),
        Arrow("factuur", "pip", "factuur.pip_id", "loose"),
        Arrow("inburgeraar", "gemeente", "inburgeraar.gemeente_id", "loose"),
    ]
    boxes += [Box(f"een_tabel_met_een_lange_naam_{at}", "held") for at in range(more)]
    arrows += [
        Arrow("pip" if at % 2 else "inburgeraar", f"een_tabel_met_een_lange_naam_{at}", "k") for at in range(more)
    ]
    return Picture(name, tuple(boxes), tuple(arrows))


def _system(name: str, kind: str, **changes: Any) -> SystemLine:
    facts = {"policy": "erase", "corrected": 1250, "proven": 1238, "standing": 12, "set_aside": 0, "waiting": 0}
    return SystemLine(name, kind, **{**facts, "reappeared": 0, "cleaned": 1238, **changes})


def nights(count: int, most: int = 62_000) -> list[NightLine]:
    """Return so many nights up to DAY: more are released each night, and cleaned and waiting go up and down."""
    first = DAY - timedelta(days=count - 1)
    return [
        NightLine(first + timedelta(days=at), most * (at + 1) // count, 88 - at, 1250 + at, at % 3 * 7, at % 4 * 12)
        for at in range(count)
    ]


def full(**changes: Any) -> Overview:
    """Return the overview of a night in which everything happened."""
    rows = {"read": 20_481, "loaded": 1911, "known": 18_540, "foreign": 3, "quarantined": 27, "unknown_code": 4}
    held = [Held(12, "PIB_Wi2021_0000_20220316_063000_herzien_en_nog_een_keer.csv", None, "truncated", True, DAY, 0)]
    held += [
        Held(9, "PIB_Wi2021_0000_20220301_063000.csv", row, "bsn_wrong", False, date(2022, 3, 1), 34)
        for row in range(3, 27)
    ]
    held += [Held(9, "PIB_Wi2021_0000_20220301_063000.csv", 41, "code_malformed", True, date(2022, 3, 1), 34)]
    held += [Held(14, "Map1.xlsx", 7, "a_reason_without_words", False, date(2022, 4, 2), 2)]
    facts: dict[str, Any] = {
        "day": DAY,
        "shadow": True,
        "counts": {"files": {"fetched": 14, "known": 31, "refused": 1}, "rows": rows},
        "run": {
            "files": {"fetched": 2, "known": 3, "refused": 1},
            "rows": {name: count // 9 for name, count in rows.items()},
            "cleaning": [
                {"system": "inburgering", "planned": 14, "waiting": 12, "cleaned": 2, "reappeared": 1},
                {"system": "taalregister", "planned": 0, "waiting": 0, "cleaned": 0, "reappeared": 0},
            ],
            "notices": {"hold": 2, "correction": 3, "resume": 1, "withdrawal": 1, "unconfirmed": 5},
        },
        "persons": {
            "disputed": 1,
            "corrected": 1250,
            "released": 402,
            "parked": 88,
            "noted": 19,
            "reinstated": 6,
            "orphans": 2,
        },
        "parked_why": {"not_seen_again": 61, "wi2013_stopped": 26, "a_code_without_words": 1},
        "parked_longest_days": 34,
        "unknown_group_released": 2,
        "held": held,
        "refused_files": 1,
        "incidents": [
            {
                "id": 5,
                "kind": "foreign_rows",
                "download": 9,
                "count": 3,
                "since": date(2022, 4, 3),
                "what": "",
                "risk": None,
                "discovered_at": datetime(2022, 4, 3, tzinfo=UTC),
                "due_at": datetime(2022, 4, 6, tzinfo=UTC),
                "hours_left": 41,
                "missing": ["judgement"],
                "waits": False,
            },
        ],
        "systems": [
            _system(
                "inburgering",
                "database",
                set_aside=1,
                waiting=12,
                reappeared=1,
                shared={"gesprek": 4},
                stranded={"oude_notitie": 211},
                picture=picture("inburgering", more=9),
                coverage=[
                    SearchResult("gesprek", "verslag", "bsn", 3, DAY, True),
                    SearchResult("koppeling", "vreemdelingennummer_uit_een_heel_oude_koppeling", "v", 1, DAY, True),
                ],
                refill=2,
                since=[{"cleaned_on": date(2022, 3, 1), "seen_on": date(2022, 4, 2), "persons": 1}],
                left=3,
                loose={"pip": 1},
            ),
            _system(
                "taalregister", "database", policy="restrict", proven=1250, standing=0, picture=picture("taalregister")
            ),
            _system(
                "leerlingvolg",
                "supplier",
                proven=None,
                standing=0,
                cleaned=0,
                refill=1,
                due_on=date(2022, 3, 29),
                overdue=2,
            ),
            _system("schaduwlijsten", "files", proven=1243, standing=7, cleaned=0, places={"lijst maart.xlsx": 9}),
            _system(
                "archief",
                "database",
                proven=None,
                standing=0,
                error="system archief: the database can't be opened (OperationalError)",
            ),
        ],
        "plans": [
            PlanLine(
                "inburgering",
                HASH,
                "policy",
                "waiting",
                date(2022, 3, 25),
                12,
                {"inburgeraar": 12, "pip": 9},
                {"gesprek.inburgeraar_id": 2},
                ["trigger audit_pip writes too"],
            ),
            PlanLine("taalregister", HASH[::-1], "brake", "ready", DAY, 60, {"leerling": 60}, {}, []),
        ],
        "notices": {
            "hold": 8,
            "correction": 4,
            "resume": 6,
            "withdrawal": 1,
            "unconfirmed": 5,
            "overdue": 2,
            "unsent": 0,
        },
        "gate_open": False,
        "reasons": [
            ReasonLine("standing", 12, "inburgering", False, False),
            ReasonLine("disputed", 1, None, False, False),
            ReasonLine("quarantined_correction", 1, None, False, False),
            ReasonLine("download_unloaded", 1, None, False, False),
            ReasonLine("standing_elsewhere", 7, "schaduwlijsten", False, True),
            ReasonLine("plan_waits", 12, "inburgering", False, True),
            ReasonLine("supplier_unconfirmed", 1250, "leerlingvolg", True, True),
            ReasonLine("orphans", 2, "inburgering", False, True),
            ReasonLine("parked_in_records", 3, None, False, True),
            ReasonLine("a_new_reason", 1, None, False, False),
        ],
        "delivered": [
            {
                "quarter": "2021Q4",
                "records": 1204,
                "written_on": date(2022, 1, 10),
                "receipt": "CBS-0001",
                "remembers": False,
            },
        ],
        "corrections": [
            CorrectionLine("2021Q3", HASH, 2, waits=False),
            CorrectionLine("2021Q2", HASH[::-1], 1, waits=True),
        ],
        "nights": nights(5),
        "last_good_run": datetime(2022, 4, 2, 23, 41),
        "errors": ["source pib-wi2013: the server 10.0.0.7 does not answer (timed out after 30 s)"],
        "attention": ["system inburgering: 12 persons wait for an approval", "1 file refused for its structure"],
        "quality_months": [
            *(
                QualityMonth("rows", f"2022-0{month}", 20_000 * month, 7 * month * (month != 3))
                for month in range(1, 5)
            ),
            QualityMonth("history", "2022-03", 5, 1),
            QualityMonth("history", "2022-04", 10, 0),
            QualityMonth("a_new_suite", "2022-04", 100_000, 3),
        ],
        "quality": [
            {
                "suite": "rows",
                "expectation": "X",
                "reason": "bsn_wrong",
                "severity": "row",
                "element_count": 20_481,
                "unexpected_count": 24,
                "success": False,
            },
            {
                "suite": "rows",
                "expectation": "X",
                "reason": "group_unknown",
                "severity": "warning",
                "element_count": 20_481,
                "unexpected_count": 2,
                "success": False,
            },
            {
                "suite": "rows",
                "expectation": "X",
                "reason": "date_missing",
                "severity": "row",
                "element_count": 20_481,
                "unexpected_count": 0,
                "success": True,
            },
        ],
    }
    return empty(**{**facts, **changes})
