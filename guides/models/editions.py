"""Which edition of the catalogue this is. Triggers in the database draw a new one at every change.

A signal would miss what is changed by `update()`, in bulk, or with psql; a trigger does not, and is
rolled back with the change. What is kept in memory of the catalogue is kept for one edition.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from .catalogue import SearchKey, SearchPiece


class Edition(models.Model):
    """A number that has never been before: the sum of the numbers of all slots.

    On PostgreSQL a connection draws for the slot of its own, so that two editors at work need not
    wait for one another. SQLite lets only one write at a time.
    """

    slot = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.slot}: {self.number}"


def draw_at_every_change(using: str, **kwargs: Any) -> None:
    """Puts the triggers on every table of the catalogue. After each migration: SQLite makes a table
    anew to alter it, and forgets its triggers."""
    connection = connections[using]
    there = connection.introspection.table_names()
    with connection.cursor() as cursor:
        if Edition._meta.db_table in there:
            for statement in _statements(connection, [each for each in _tables() if each in there]):
                cursor.execute(statement)


def draw_no_more(connection: BaseDatabaseWrapper) -> None:
    """For undoing the migration that made the table of editions."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS guides_new_edition CASCADE")
        else:
            for name in _sqlite_triggers(_tables()):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def _tables() -> list[str]:
    """Of all models that public pages are made from, translations included; not the search's."""
    declared = apps.get_app_config("guides").get_models()
    shown = [each for each in declared if each.__module__.rpartition(".")[2] in _SHOWN]
    return [each._meta.db_table for each in shown if each not in {SearchKey, SearchPiece}]


_SHOWN = {"catalogue", "imports"}


# --- SQL ------------------------------------------------------------------------------------------

_DRAW = """
    INSERT INTO guides_edition (slot, number) VALUES ({slot}, {random})
    ON CONFLICT (slot) DO UPDATE SET number = excluded.number;
"""
_POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION guides_new_edition() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    {_DRAW.format(slot="pg_backend_pid() % 100", random="floor(random() * 1e15)")}
    RETURN NULL; END $$
"""
_POSTGRESQL_TRIGGER = """
    CREATE OR REPLACE TRIGGER new_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION guides_new_edition()
"""
_SQLITE_DRAW = _DRAW.format(slot=0, random="random()")


def _statements(connection: BaseDatabaseWrapper, tables: list[str]) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield _POSTGRESQL_FUNCTION
        yield from (_POSTGRESQL_TRIGGER.format(table=table) for table in tables)
    else:
        for name, when in _sqlite_triggers(tables).items():
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} AFTER {when} BEGIN {_SQLITE_DRAW} END"


def _sqlite_triggers(tables: list[str]) -> dict[str, str]:
    """The triggers' names, and after what each of them draws."""
    return {
        f"new_edition_{change.lower()}_{table}": f"{change} ON {table}"
        for table in tables
        for change in ("INSERT", "UPDATE", "DELETE")
    }
