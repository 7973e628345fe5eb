"""What a PostgreSQL role or database is set to changes nothing that hervat sees or does, or is refused by name."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import make_url, text

from hervat.databases.connecting import engine_on
from hervat.databases.errors import SettingError
from hervat.databases.postgresql.connection import SETTINGS
from hervat.databases.query import QueryError, read_rows, try_query
from hervat.delivery.records.source import SourceError
from hervat.erasure import CleaningError, check, open_system
from tests.support import settings_world as world
from tests.support.dossiers import Base
from tests.support.postgres import Cluster
from tests.support.worst_settings import ON_POSTGRESQL

Account = Callable[..., str]


@pytest.fixture
def base(postgres_cluster: Cluster) -> Base:
    made = Base(postgres_cluster.create())
    world.make(made)
    return made


@pytest.fixture
def account(base: Base) -> Account:
    """Make an account with rights on every table and these settings; its name is that of the database."""

    def make(more: str = "", **settings: str) -> str:
        name = f"hv_{make_url(base.url).database}"
        base.run(f"create role {name} login {more}")
        for setting, value in settings.items():
            base.run(
                f"alter role {name} set {setting} = '{value}'"
                if setting != "DateStyle"
                else f"alter role {name} set datestyle = {value}"
            )
        base.run(f"grant select, insert, update, delete on all tables in schema public to {name}")
        return base.url.replace("postgres@", f"{name}@")

    return make


def hide(base: Base, table: str) -> None:
    base.run(f"alter table {table} enable row level security;\ncreate policy p on {table} using (id = 1)")


def test_with_the_worst_of_settings_the_same_is_seen_and_goes(base: Base, account: Account) -> None:
    url = account("superuser")
    seen = world.look(url)
    assert (seen.roots, seen.left, len(seen.disclosed), len(seen.records)) == (30, 2, 30, 30)
    assert {str(day) for _, day in seen.disclosed} == {"2022-01-01", "2022-07-01"}
    name = make_url(url).username
    for setting, value in ON_POSTGRESQL.items():
        given = value if setting == "DateStyle" else f"'{value}'"
        base.run(f"alter role {name} set {setting} = {given}")
    assert world.look(url) == seen
    done = world.clean(url)
    assert (done.rows, done.cleaned, done.verification.left) == ({"inburgeraar": 2, "traject": 2}, ("a", "b"), 0)


def test_each_setting_is_hervats_own() -> None:
    others = {"client_encoding", "session_replication_role", "statement_timeout", "lock_timeout", "lc_messages"}
    assert set(ON_POSTGRESQL) - set(SETTINGS) == others


@pytest.mark.parametrize("setting", ["session_replication_role", "default_transaction_read_only", "zero_damaged_pages"])
def test_what_the_account_may_not_set_is_refused_by_name(base: Base, account: Account, setting: str) -> None:
    worst = {"session_replication_role": "replica"}.get(setting, "on")
    url = account(**{setting: worst})
    with pytest.raises(
        SettingError, match=f"system proef: {setting} is {worst}: .*alter role hv_.* set {setting} = "
    ) as told:
        open_system(world.system(url))
    if setting != "default_transaction_read_only":
        with pytest.raises(SettingError, match=setting):
            world.records(world.system(url))
    base.run(str(told.value).rpartition("run: ")[2])
    open_system(world.system(url)).close()


def test_row_security_is_red_in_every_look_and_names_the_table(base: Base, account: Account) -> None:
    url = account()
    hide(base, "inburgeraar")
    hide(base, "verstrekking")
    one = world.system(url)
    mend = "row security is on for this account.*alter role .* bypassrls"
    with pytest.raises(QueryError, match=f"system proef: .*verstrekking: {mend}"):
        list(read_rows(one, world.DISCLOSED, ["bsn"]))
    with pytest.raises(SourceError, match=f"inburgeraar: {mend}"):
        world.records(one)
    with open_system(one) as local:
        found = [told for told in check(local) if "row security" in told]
        assert [told.split(":")[0] for told in found] == ["inburgeraar", "verstrekking"]
    with pytest.raises(CleaningError, match=f"system proef: making the plan: inburgeraar: {mend}"):
        world.look(url)
    base.run(found[0].partition("grant BYPASSRLS: ")[2].partition(" (")[0])
    assert world.look(url).fails == []
    assert world.clean(url).rows == {"inburgeraar": 2, "traject": 2}


VIEWS = {
    "as who asks": ("create view gezien with (security_invoker) as select * from verstrekking", "verstrekking"),
    "of an owner from whom rows are hidden": (
        "create view gezien as select * from verstrekking;\nalter view gezien owner to {role}",
        "verstrekking",
    ),
    "of a partition's policy": (
        "create table deel (id int, bsn text) partition by list (id);\n"
        "create table deel_1 partition of deel for values in (1);\nalter table deel enable row level security;\n"
        "create view gezien with (security_invoker) as select * from deel;\ngrant select on deel to {role}",
        "deel",
    ),
    "by a function that turns it on": (
        "create function stiekem() returns setof verstrekking language sql set row_security = on"
        " as 'select * from verstrekking';\ncreate view gezien with (security_invoker) as select * from stiekem()",
        "stiekem",
    ),
    "by a function that turns it on inside": (
        "create function stiekem() returns setof verstrekking language plpgsql as $$ begin"
        " perform set_config('row_security', 'on', true); return query select * from verstrekking; end $$;\n"
        "create view gezien with (security_invoker) as select * from stiekem()",
        "stiekem",
    ),
}


@pytest.mark.parametrize("kind", VIEWS)
def test_a_view_is_no_way_round(base: Base, account: Account, kind: str) -> None:
    made, told = VIEWS[kind]
    url = account()
    role = make_url(url).username
    hide(base, "verstrekking")
    base.run(f"{made.format(role=role)};\ngrant select on gezien to {role}")
    one = world.system(url)
    with pytest.raises((QueryError, SettingError), match=f"{told}.*row.security"):
        try_query(one, "select bsn from gezien", ["bsn"])
    covered = one.model_copy(update={"coverage": type(one.coverage).model_validate({"tables": ["gezien"]})})
    with open_system(covered) as local:
        assert any(one.startswith("gezien") and told in one for one in check(local))


def test_an_owner_is_no_exception_where_it_is_forced(base: Base, account: Account) -> None:
    url = account()
    hide(base, "verstrekking")
    base.run(f"alter table verstrekking owner to {make_url(url).username}")
    assert len(next(read_rows(world.system(url), world.DISCLOSED, ["bsn"]))) == world.PERSONS
    base.run("alter table verstrekking force row level security")
    with pytest.raises(QueryError, match="verstrekking: row security"):
        try_query(world.system(url), world.DISCLOSED, ["bsn"])


def test_the_url_can_not_undo_it_and_may_ask_for_another_wait(base: Base, account: Account) -> None:
    url = make_url(account() + "?options=-c row_security=on -c lock_timeout=7s")

    def shown(name: str, **waits: Any) -> Any:
        with engine_on("proef", url, **waits).connect() as connection:
            return connection.scalar(text(f"show {name}"))

    assert shown("row_security") == "off"
    assert (shown("lock_timeout"), shown("lock_timeout", lock=3), shown("statement_timeout")) == ("7s", "3s", "0")


def test_a_foreign_table_is_no_way_round(base: Base, account: Account) -> None:
    url = make_url(account())
    hide(base, "verstrekking")
    base.run(f"""
create extension postgres_fdw;
create server elders foreign data wrapper postgres_fdw
  options (host '127.0.0.1', port '{url.port}', dbname '{url.database}');
create user mapping for {url.username} server elders options (user '{url.username}', password_required 'false');
create foreign table ver (id int, bsn text) server elders options (table_name 'verstrekking');
create view gezien as select bsn from ver;
alter view gezien owner to {url.username};
grant select on ver, gezien to {url.username}
""")
    one = world.system(url.render_as_string(hide_password=False))
    for table in ("ver", "gezien"):
        with pytest.raises(SettingError, match=f"system proef: {table}: it is read at another server") as refused:
            try_query(one, f"select bsn from {table}", ["bsn"])
    base.run(str(refused.value).rpartition("run: ")[2])
    with pytest.raises(QueryError, match="verstrekking: row security"):
        try_query(one, "select bsn from ver", ["bsn"])
    base.run(f"alter role {url.username} bypassrls")
    assert len(next(read_rows(one, "select bsn from gezien", ["bsn"]))) == world.PERSONS
