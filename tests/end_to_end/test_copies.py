"""From outside: where a copy of erased rows stands is in the plan, the answer of the night, the report and its tasks."""

from tests.support.town import Town, made_up_bsn, row

ONE, OTHER = made_up_bsn(91), made_up_bsn(92)


def town_at(path, url):
    town = Town(path, local=url, approval="required")
    for number, bsn in enumerate((ONE, OTHER), 1):
        town.register_person(number, bsn)
    town.offer("20220301", row("SS190", "01-03-2022", ONE), row("SS101", "10-01-2022", OTHER))
    return town


def approved(town):
    town.night("2022-03-02", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    shown = town.hervat("plan").stdout
    town.hervat("approve", plan["hash"], "--by", "Verzonnen")
    return plan, " ".join(shown.split())


def report(town, day):
    page = (town.directory / "var/output/report/0000" / f"{day}.html").read_text()
    return page.replace("<wbr>", "").replace("\N{ZERO WIDTH SPACE}", "")


def test_a_log_in_another_schema(tmp_path, postgres_url):
    town = town_at(tmp_path / "town", postgres_url)
    town.sql("create schema audit")
    town.sql("create table audit.log (id serial, was text)")
    town.sql(
        "create function audit.f() returns trigger language plpgsql security definer as"
        " $$ begin insert into audit.log (was) values (old.id); return null; end $$"
    )
    town.sql("create trigger t after delete on inburgeraar for each row execute function audit.f()")
    plan, shown = approved(town)
    assert plan["content"]["triggers"] == ["t on inburgeraar (writes to audit.log)"]
    assert "t on inburgeraar (writes to audit.log)" in shown
    told = town.night("2022-03-02", status=1)
    grew = "system inburgering: audit.log grew at the erasure, by 1 in all: a copy of erased rows may be there"
    assert told["attention"] == [grew]
    (copies,) = told["copies"]
    assert copies["grown"] == [{"table": "audit.log", "rows": 1, "on": "2022-03-02"}]
    page = report(town, "2022-03-02")
    assert "Bekijk tabel audit.log bij inburgering" in page and "1 rij erbij" in page
    assert town.night("2022-03-03")["attention"] == []  # told once; the report keeps it
    assert "1 rij erbij" in report(town, "2022-03-03")
    town.json("status", "--as-of", "2022-03-03")


def test_a_history_that_keeps_what_was_erased_is_told_until_it_is_gone(tmp_path, mariadb_server):
    town = town_at(tmp_path / "town", mariadb_server.create())
    town.sql("alter table inburgeraar add system versioning")
    mend = "DELETE HISTORY FROM inburgeraar"
    town.sql("create fulltext index woorden on traject (soort)")
    town.sql("insert into traject values (9, 1, 'B1')")
    plan, shown = approved(town)
    assert len(plan["content"]["keepers"]) == 2 and plan["content"]["keepers"][0].endswith(mend)
    assert mend in shown and mend in " ".join(town.hervat("doctor").stdout.split())
    for day in ("2022-03-02", "2022-03-03"):
        told = town.night(day, status=1)
        stands = "system inburgering: erased rows are still in the history of inburgeraar (1); the administrator: "
        words = "system inburgering: traject: the full-text index woorden keeps what is erased;"
        told_once = [one for one in told["attention"] if one.startswith(words)]
        assert len(told_once) == (day == "2022-03-02")
        assert [one for one in told["attention"] if one not in told_once] == [stands + mend]
        page = report(town, day)
        assert ("Tabel traject: de zoekindex woorden bewaart wat gewist is" in page) is bool(told_once)
        assert "Wis de historie van inburgeraar in inburgering: 1 gewiste rij" in page and mend in page
    town.sql("delete history from inburgeraar")
    assert town.night("2022-03-04")["attention"] == []
