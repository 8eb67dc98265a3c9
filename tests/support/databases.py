"""PostgreSQL for tests: a server in a temporary folder, and an empty database of its own for each test."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from marketplace import migrate
from marketplace.core.db import Database
from marketplace.search.engines.postgres import PostgresEngine


def _binary(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise AssertionError(f"{name} fehlt. Bitte PostgreSQL installieren (make test tut es, wenn es darf).")
    return path


@contextmanager
def start_postgres(*, is_safe: bool = False) -> Iterator[str]:
    """Address of a server that listens on a socket in a temporary folder only and is gone afterwards.

    A safe one has the disk keep what is committed, as a real server does.
    """
    folder = Path(tempfile.mkdtemp(prefix="bp-pg-"))
    data = folder / "data"
    as_user = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        account = _unprivileged_account()
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(*command: str) -> None:
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, **as_user)  # type: ignore[call-overload]
        assert result.returncode == 0, result.stdout + result.stderr

    try:
        run(
            _binary("initdb"),
            "-D",
            str(data),
            "-U",
            "test",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60"
        options += "" if is_safe else " -c fsync=off"
        run(_binary("pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
        yield f"postgresql+psycopg://test@/postgres?host={folder}"
    finally:
        subprocess.run(
            [_binary("pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], capture_output=True, check=False, **as_user
        )
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("Kein Benutzer ohne Rechte gefunden, unter dem PostgreSQL laufen kann.")


@contextmanager
def empty_database(server_url: str, template: str = "template0") -> Iterator[str]:
    """Address of a new database on the server, wholly empty or a copy of another one, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@contextmanager
def migrated_database(server_url: str) -> Iterator[str]:
    """Address of a new database with the newest schema and an empty search index."""
    with empty_database(server_url) as url:
        database = Database(url)
        migrate.upgrade(database)
        PostgresEngine(database).rebuild([])
        database.engine.dispose()
        yield url


@contextmanager
def copy_of(template_url: str) -> Iterator[str]:
    """Address of a copy of a database to which nobody is connected; quicker than running all migrations."""
    template = sa.make_url(template_url)
    server_url = template.set(database="postgres").render_as_string(hide_password=False)
    with empty_database(server_url, str(template.database)) as url:
        yield url
