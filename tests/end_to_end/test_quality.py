"""Files against each other, against what the gemeente expects, and the register against itself. Made-up persons."""

from sqlalchemy import event, select, text

from hervat.intake import brought_in, selfcheck
from hervat.register import Register
from hervat.register.models import Download, ValidationResult
from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

BSN = [made_up_bsn(number) for number in range(40)]
LIMITS = "\nquality: {volume_factor: 2, volume_least_rows: 3, gap_days: 10, older_days: 7}\n"
SOURCE = (
    '{name: by-hand, folder: {directory: incoming, pattern: "PIB_*"}, stable_after_seconds: 0,'
    " expected: {rows: [1, 9], by: 2022-07-31}}"
)


def town_of(tmp_path, **more):
    town = Town(tmp_path / "town", **more)
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text() + LIMITS)
    return town


def register(town):
    return Register(f"sqlite:///{town.directory}/var/register.db")


def test_a_file_against_history_warns_and_refuses_nothing(tmp_path):
    town = town_of(tmp_path, source=SOURCE)
    for day in ("20220601", "20220603", "20220605"):
        town.offer(
            day, row("SS101", "01-06-2022", BSN[0], group=FAMILY), row("SS101", "01-06-2022", BSN[1], group=FAMILY)
        )
    town.offer("20220607", *[row("SS101", "05-06-2022", one, group=FAMILY) for one in BSN[:10]])
    town.offer("20220608", *[row("SS101", "20-05-2022", one, group=FAMILY) for one in BSN[:2]])
    town.offer(
        "20220620", row("SS101", "20-06-2022", BSN[0], group=FAMILY), row("SS101", "20-06-2022", BSN[0], group=ASYLUM)
    )
    told = town.night("2022-06-21", status=0)
    assert (told["rows"]["read"], told["files"]["refused"], told["rows"]["quarantined"]) == (20, 0, 0)
    said = {one["reason"]: one["count"] for one in told["warnings"]}
    assert said == {"volume_high": 1, "rows_unexpected": 1, "signals_older": 1, "gap": 1, "several_groups": 1}
    assert town.json("status", "--as-of", "2022-06-21", status=0)["municipalities"][0]["warnings"] == told["warnings"]
    page = (town.directory / "var/output/report/0000/laatste.html").read_text()
    for words in ("veel meer regels dan eerdere", "gat tussen twee bestanden", "meer dan één doelgroep"):
        assert words in page
    with register(town).session() as session:
        kept = session.scalars(select(ValidationResult).where(ValidationResult.suite == "history")).all()
    assert len(kept) == 6 * 5 and {one.element_count for one in kept} == {1}


def test_what_was_expected_and_did_not_come_is_said_once_a_day(tmp_path):
    town = town_of(tmp_path, source=SOURCE)
    for day in ("2022-07-31", "2022-08-01", "2022-08-01"):
        told = town.night(day, status=0)
        late = [one for one in told["warnings"] if one["reason"] == "expected_missing"]
        assert [one["count"] for one in late] == ([1] if day > "2022-07-31" else [])


def test_a_source_that_went_silent_is_said_everywhere_and_becomes_a_task(tmp_path):
    town = Town(tmp_path / "town")
    for day in range(1, 6):
        town.offer(f"2022060{day}", row("SS101", "01-06-2022", BSN[day], group=FAMILY))
        town.night(f"2022-06-0{day}", status=0)
    town.night("2022-06-07", status=0)
    said = "source by-hand: nothing new for 9 days; it used to give something every day; ask its keeper"
    assert said in town.night("2022-06-14", status=1)["attention"]
    page = (town.directory / "var/output/report/0000/laatste.html").read_text()
    assert "Al 9 dagen niets nieuws. Gewoonlijk komt er elke dag iets." in page
    assert "Kijk naar bron by-" in page and "waarom er niets komt" in page
    assert said in town.json("status", "--as-of", "2022-06-14", status=1)["attention"]
    assert said in town.json("status", "--as-of", "2022-08-14", status=1)["attention"], "no night looked since"
    assert town.json("status", "--as-of", "2022-06-07", status=0)["attention"] == []
    assert any(said.partition(": ")[2] in text for text in town.json("doctor", status=1)["unwise"])
    town.offer("20220614", row("SS101", "13-06-2022", BSN[9], group=FAMILY))
    assert town.night("2022-06-14", status=0)["attention"] == []


def test_what_lies_there_and_is_not_taken_is_said_everywhere(tmp_path):
    town = Town(tmp_path / "town", source=SOURCE.replace("PIB_*", "PIB_*.csv"))
    town.offer("20220601", row("SS101", "01-06-2022", BSN[0], group=FAMILY), name="Jan_Jansen.xls")
    (town.incoming / "2022").mkdir()
    never = "source by-hand: 1 file(s) there with a name that fits no pattern, and none ever did; see the names there, and mend `pattern`"
    assert never in town.night("2022-06-02", status=1)["attention"]
    town.offer("20220603", row("SS101", "01-06-2022", BSN[0], group=FAMILY), name="pib_wi2021_0000_20220603_010203.CSV")
    told = town.night("2022-06-03", status=1)
    unfit = "source by-hand: 1 file(s) there with a name that fits no pattern; widen `pattern`, or have them taken away"
    assert (told["files"]["fetched"], told["attention"]) == (1, [unfit])
    assert town.json("status", "--as-of", "2022-06-03", status=1)["attention"] == [unfit]
    page = (town.directory / "var/output/report/0000/laatste.html").read_text()
    assert (
        "1 bestand met een naam die niet past bij het patroon." in page and "1 submap waarin hervat niet kijkt." in page
    )
    assert "ansen" not in page
    (town.incoming / "Jan_Jansen.xls").unlink()
    town.night("2022-06-04", status=0)
    assert "submap waarin" in (town.directory / "var/output/report/0000/laatste.html").read_text()


def test_a_register_that_contradicts_itself_is_red(tmp_path):
    town = town_of(tmp_path)
    town.offer("20220601", row("SS101", "01-06-2022", BSN[0], group=FAMILY))
    town.night("2022-06-02", status=0)
    with register(town).session() as session:
        session.execute(text("insert into person (municipality) values ('0000')"))
        session.execute(text("update signal set last_seen = '2023-01-01'"))
        for table in ("signal", "identifier"):  # no foreign key keeps these out
            session.execute(text(f"update {table} set person_id = 99"))
    town.offer("20220603", row("SS101", "02-06-2022", BSN[0], group=FAMILY))
    told = town.night("2022-06-03", status=3)
    assert [error.split(": ")[2].split(";")[0] for error in told["errors"]] == [
        "persons_unidentified",
        "signals_ownerless",
        "identifiers_ownerless",
        "signals_from_later",
    ]


def test_a_signal_that_lost_its_person_later_is_found_by_verify_and_does_not_stop_a_night(tmp_path):
    town = town_of(tmp_path)
    town.offer("20220601", *[row("SS101", "01-06-2022", one, group=FAMILY) for one in BSN[:2]])
    town.night("2022-06-02", status=0)
    assert town.json("verify", status=0)["wrong"] == []
    with register(town).session() as session:
        session.execute(text("update signal set person_id = 99 where id = 1"))
        session.execute(text("insert into person (id, municipality) values (98, '0001')"))
        session.execute(text("update signal set person_id = 97, municipality = '0001' where id = 2"))
    town.offer("20220603", row("SS101", "02-06-2022", BSN[1], group=FAMILY))
    town.night("2022-06-03", status=0)
    assert town.json("verify", status=3)["wrong"] == ["register of 0000: 1 signal without a person"]


def test_a_night_reads_no_signals_of_other_gemeenten_to_check_its_own(tmp_path):
    town = town_of(tmp_path)
    town.offer("20220601", *[row("SS101", "01-06-2022", one, group=FAMILY) for one in BSN[:3]])
    town.night("2022-06-02", status=0)
    town.offer("20220603", *[row("SS101", "02-06-2022", one, group=FAMILY) for one in BSN[2:5]])
    town.night("2022-06-03", status=0)
    with register(town).session() as session:
        assert brought_in(session, [1]) == range(1, 4)
        assert brought_in(session, [2]) == range(4, 7)
        assert brought_in(session, [1, 2]) == range(1, 7)
        assert not brought_in(session, [99])
        asked = []
        event.listen(session.connection(), "before_cursor_execute", lambda *given: asked.append(given[2]))
        selfcheck(session, "0000", [session.get_one(Download, 2)])
    about = [statement for statement in asked if "FROM signal" in statement]
    assert len(about) == 2
    assert all("signal.id BETWEEN" in one or "signal.person_id in" in one for one in about)


def test_what_a_killed_run_loaded_is_looked_back_on_by_the_next(tmp_path, monkeypatch):
    from hervat.tasks import load

    town = town_of(tmp_path)
    town.offer("20220601", row("SS101", "01-06-2022", BSN[0], group=FAMILY))

    def killed(_night):
        raise KeyboardInterrupt

    monkeypatch.setattr(load, "_look_back", killed)
    assert town.hervat("run", "--as-of", "2022-06-01").exit_code != 0
    monkeypatch.undo()
    for _ in range(2):
        town.night("2022-06-02", status=0)
        with register(town).session() as session:
            kept = session.scalars(select(ValidationResult).where(ValidationResult.suite == "register")).all()
        assert len(kept) == 8 and all(one.success for one in kept)


def test_thresholds_that_make_no_sense_are_refused(tmp_path):
    town = Town(tmp_path / "town", source=SOURCE.replace("[1, 9]", "[9, 1]"))
    assert "the least and the most" in town.hervat("status").stderr
    assert town.hervat("status").exit_code == 2
