"""`hervat footprint suggest`: links that are bound to a kind, from the kinds that stand there."""

from pathlib import Path

import yaml

from hervat.erasure.suggest import as_yaml, suggest, suggest_for
from tests.support.dossiers import bsn
from tests.support.schemas import made, schema_of

SCRIPT = """
create table persoon (id integer primary key, bsn varchar(9));
create table inburgeraar (id integer primary key, persoon_id integer references persoon (id), wet varchar(10));
create table traject (id integer primary key, inburgeraar_id integer references inburgeraar (id));
create table notitie (id integer primary key, onderwerp_type varchar(60), onderwerp_id integer, tekst text);
create table soorten (id integer primary key, app varchar(20), model varchar(20));
create table taak (id integer primary key, content_type_id integer references soorten (id), object_id integer);
create table foto (id integer primary key, entiteit varchar(20), entiteit_id integer)
"""
ROWS = (
    f"insert into persoon values (1, '{bsn(1)}')",
    "insert into inburgeraar values (1, 1, 'Wi2021')",
    "insert into traject values (7, 1)",
    "insert into notitie values (1, 'App\\Models\\Inburgeraar', 1, ''), (2, 'Traject', 7, ''), (3, 'Bijstand', 1, '')",
    "insert into soorten values (7, 'hulp', 'inburgeraar'), (8, 'hulp', 'bijstand')",
    "insert into taak values (1, 7, 1), (2, 8, 1)",
    "insert into foto values (1, 'pand', 1)",
)


def test_links_are_proposed_for_the_kinds_that_are_called_as_tables(tmp_path: Path) -> None:
    url = made(tmp_path, SCRIPT, *ROWS)
    draft = suggest_for("proef", url)
    assert draft.footprint["links"] == [
        r"notitie.onderwerp_id -> inburgeraar.id when notitie.onderwerp_type = App\Models\Inburgeraar",
        "notitie.onderwerp_id -> traject.id when notitie.onderwerp_type = Traject",
        "taak.object_id -> inburgeraar.id when taak.content_type_id = 7",
    ]
    assert yaml.safe_load(as_yaml(draft))["footprint"] == draft.footprint
    assert "belongs" not in draft.footprint
    assert not any(one.refused for one in draft.undecided)
    told = [str(one) for one in draft.undecided]
    assert any("foto.entiteit_id may point to one table or another by entiteit" in one for one in told)
    assert not any("notitie" in one for one in told)


def test_without_counts_a_person_is_asked(tmp_path: Path) -> None:
    url = made(tmp_path, SCRIPT, *ROWS)
    told = [str(one) for one in suggest("proef", schema_of(url)).undecided]
    assert any("notitie.onderwerp_id may point to one table or another by onderwerp_type" in one for one in told)
    assert any("taak.object_id may point to one table or another by content_type_id" in one for one in told)
