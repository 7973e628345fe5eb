"""What the text of a trigger or routine is read to write to, to call, and not to show."""

import pytest

from hervat.databases.texts import Spelling, read_text

POSTGRESQL = Spelling(nested=True)
MARIADB = Spelling(escapes=True, hashes=True, bare=True)
MSSQL = Spelling(brackets=True, nested=True, bare=True, into=True)
SQLITE = Spelling(brackets=True)

WRITES = [
    (POSTGRESQL, 'insert /* x */ into audit . "Log" (a) values (1)', {"audit.Log"}),
    (POSTGRESQL, "/* /* insert into a */ insert into b */ insert into c values (1) -- insert into d", {"c"}),
    (POSTGRESQL, "x := 'insert into a'; y := $q$insert into b$q$; insert into c values (e'\\'insert into d')", {"c"}),
    (POSTGRESQL, "with x as (insert into a.b select 1 returning *) select count(*) into n from x", {"a.b"}),
    (POSTGRESQL, "insert into a values (1) on conflict (b) do update set c = 1", {"a"}),
    (POSTGRESQL, "select 1 from a for update; select 1 from b for no key update of b", set()),
    (POSTGRESQL, "update only a.b x set c = 1; delete from only c.d; truncate table e, only f.g cascade", {"a.b", "c.d", "e", "f.g"}),
    (POSTGRESQL, "merge into a.b t using c on t.x = c.x when matched then delete when not matched then insert (x) values (1)", {"a.b"}),
    (POSTGRESQL, "create table a.b as select 1; create temp table c as select 1; copy d.e (x) from '/f'", {"a.b", "d.e"}),
    (POSTGRESQL, "execute 'insert into a.b values ($1)' using old.id", {"a.b"}),
    (POSTGRESQL, "execute 'insert into a.b' || suffix", set()),
    (POSTGRESQL, "do also insert into a.b values (old.id)", {"a.b"}),
    (MARIADB, "insert ignore a.b set c = 1; replace into c values (replace('x', 'y', 'z'))", {"a.b", "c"}),
    (MARIADB, "insert into `a b`.`c``d` values ('it\\'s insert into e'); # insert into f", {"a b.c`d"}),
    (MARIADB, "/*!50001 insert into a.b values (1) */; /*M! delete from c */", {"a.b", "c"}),
    (MARIADB, "insert into a (b) values (1) on duplicate key update b = values(b)", {"a"}),
    (MARIADB, "update a x join b.c y on x.i = y.i set x.j = 1; delete x, y from d x join e.f y on 1", {"a", "b.c", "d", "e.f"}),
    (MSSQL, "insert [audit].[log] select * from deleted; select * into [kopie] from deleted; insert @t values (1)", {"audit.log", "kopie"}),
    (MSSQL, "delete d from audit.x d join deleted on 1 = 1; update top (5) a set z = 1; insert #t select 1", {"audit.x", "a"}),
    (MSSQL, "delete q output deleted.* into audit.gone where 1 = 1; insert other.dbo.t select 1", {"q", "audit.gone", "other.dbo.t"}),
    (SQLITE, 'begin insert or replace into "a" values (1); update or ignore [b] set c = 1; replace into d values (1); end', {"a", "b", "d"}),
]  # fmt: skip


@pytest.mark.parametrize(("spelling", "text", "tables"), WRITES)
def test_the_tables_written_to(spelling: Spelling, text: str, tables: set[str]) -> None:
    assert {".".join(word.text for word in one.name) for one in read_text(text, spelling).writes} == tables


def test_what_it_calls() -> None:
    text = "perform audit.f(old.id); call p(); select coalesce(g(1), h.i(2)); insert into a (b) values (j(1))"
    called = {".".join(word.text for word in one) for one in read_text(text, POSTGRESQL).calls}
    assert called >= {"audit.f", "p", "g", "h.i", "j"}
    assert "a" not in called


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("execute format('insert into %I', x)", "SQL that it puts together when it runs"),
        ("execute immediate 'insert into ' || x", "SQL that it puts together when it runs"),
        ("perform pg_notify('a', old.id::text)", "NOTIFY, to whoever listens"),
        ("perform dblink_exec('x', 'insert into y')", "another server (dblink)"),
        ("copy (select old.*) to program 'x'", "a program (COPY ... PROGRAM)"),
        ("select old.id into outfile '/tmp/x'", "a file"),
    ],
)
def test_what_its_text_does_not_show(text: str, why: str) -> None:
    assert read_text(text, POSTGRESQL).unseen == (why,)


def test_what_is_executed_as_one_text_hides_nothing() -> None:
    assert read_text("execute 'delete from a.b' using old.id", POSTGRESQL).unseen == ()
