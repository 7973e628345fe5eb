"""Schemas of other vendors, made up, from which a first footprint is suggested."""

from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from hervat.erasure.schema.model import Schema
from hervat.erasure.schema.reflect import read_schema

NO_KEYS = """
create table tbl_klant (klantnr integer primary key, bsn varchar(12), naam varchar(40));
create table tbl_inburgeraar (id integer primary key, klantnr integer, regeling varchar(20), laatste_plicht_id integer);
create table tbl_plicht (id integer primary key, startdatum date);
create table tbl_les (id integer primary key, inburgeraar_id integer, medewerker_id integer, uren integer);
create table tbl_medewerker (id integer primary key, naam varchar(40));
create table tbl_uitkering (id integer primary key, klant_bsn varchar(12), bedrag numeric)
"""
MIXED = """
create table "Persoon" ("Id" integer primary key, "BSN_Nr" numeric(9), "Order" varchar(9));
create table "Inburgering" ("Id" integer primary key, "PersoonId" integer not null references "Persoon" ("Id"),
  "PartnerId" integer references "Persoon" ("Id"), "Wet" varchar(10), "group" integer);
create table "select" ("from" integer primary key, "InburgeringId" integer references "Inburgering" ("Id"), "on" integer);
create table "Log: alles, #1" ("Id" integer primary key, "from" integer references "select" ("from"), "yes" text)
"""
# The form of the Gemeentelijk Gegevensmodel: shared primary keys, nothing null-proof, no column for the law.
MODEL = """
create table natuurlijkpersoon (id integer primary key, burgerservicenummer varchar(9), naam varchar(40));
create table vreemdeling (id integer primary key references natuurlijkpersoon (id), vnummer varchar(10));
create table inburgeringsplicht (id integer primary key, datumstart date, laatste_termijn_id integer);
create table inburgeringsaanbod (id integer primary key, soort varchar(20));
create table aanvraagverlenging (id integer primary key, datum date);
create table inburgeraar (id integer primary key references vreemdeling (id),
  plicht_id integer references inburgeringsplicht (id), aanbod_id integer references inburgeringsaanbod (id),
  verlenging_id integer references aanvraagverlenging (id));
create table termijn (id integer primary key, plicht_id integer references inburgeringsplicht (id), einde date);
create table traject (id integer primary key, plicht_id integer references inburgeringsplicht (id), start date);
create table ontheffing (id integer primary key, plicht_id integer references inburgeringsplicht (id), reden text);
create table pip (id integer primary key, aanbod_id integer references inburgeringsaanbod (id), datum date);
create table leerroute (id integer primary key, pip_id integer references pip (id), route varchar(1));
create table b1route (id integer primary key references leerroute (id), uren integer);
create table brede_intake (id integer primary key, traject_id integer references traject (id),
  leerroute_id integer references leerroute (id), datum date);
create table examen (id integer primary key, traject_id integer references traject (id), datum date);
create table examenonderdeel (id integer primary key, examen_id integer references examen (id),
  ontheffing_id integer references ontheffing (id), uitslag varchar(9))
"""


def made(folder: Path, script: str, *rows: str) -> str:
    """Return the URL of a new SQLite database with these tables and rows."""
    url = f"sqlite:///{folder}/ander.db"
    (folder / "ander.db").touch()
    with closing(create_engine(url, poolclass=NullPool).raw_connection()) as connection:
        for statement in (*script.split(";\n"), *rows):
            connection.execute(statement)
        connection.commit()
    return url


def schema_of(url: str) -> Schema:
    """Return the schema of a database."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return read_schema(connection)
