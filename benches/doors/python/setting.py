"""The options of every script: DATABASE_URL (TCP), DATABASE_SOCKET_URL with --socket, --quick, --smoke (each call once, over
30 days instead of two years, only to see that it runs), --peers a,b (the others are compared with the first), --only
part-of-a-name."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

HERE = Path(__file__).parent
ANCHOR = datetime.fromisoformat(
    os.environ.get("STAKA_BENCH_NOW", "2026-06-15T12:00:00.000+00:00").replace("Z", "+00:00")
)
# Staka's session settings. All peers use them, so that the server does the same work.
ISOLATION = "READ COMMITTED"
USERS = {"heavy": "00000000-0000-7000-8000-000000000002", "light": "00000000-0000-7000-8000-000000000003"}
WRITE = "notifications.mark_all_read"

SQL: dict[str, list[dict[str, Any]]] = json.loads((HERE.parent / "sql.json").read_text(encoding="utf-8"))

# The queries whose result depends on the user; the others are measured once.
OF_USER = {
    "notifications.unread_count",
    "notifications.list_by_user",
    "notifications.mark_all_read",
    "payment_methods.list_active",
    "commandes.list_with_invoices",
    "messages.list_conversations",
    "messages.list_by_conversation",
}


def subjects_of(query: str) -> list[str]:
    return list(USERS) if query in OF_USER else ["all"]


@dataclass(slots=True)
class Context:
    """The parameters of one user; `conversation` is the user's longest. Times are aware, in UTC."""

    user: str
    conversation: str | None
    now: datetime = ANCHOR
    start: datetime = ANCHOR - timedelta(days=730)
    since: datetime = ANCHOR - timedelta(days=30)
    to: datetime = ANCHOR

    @classmethod
    def of(cls, subject: str, conversations: dict[str, str | None]) -> Context:
        user = USERS["heavy" if subject == "all" else subject]
        return cls(user, conversations.get(user), start=ANCHOR - timedelta(days=30 if setting.smoke else 730))

    def value(self, name: str | int | None) -> Any:
        """Returns a statement's parameter by its name in sql.json; `=TEXT`, a number and null are literals. Times are
        naive, in UTC."""
        if name is None or isinstance(name, int):
            return name
        if name.startswith("="):
            return name[1:]
        value = getattr(self, "since" if name == "from" else name)
        return naive(value) if isinstance(value, datetime) else value


def naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


@dataclass(slots=True)
class Address:
    host: str | None
    port: int
    socket: str | None
    user: str
    password: str
    database: str

    @classmethod
    def of(cls, url: str) -> Address:
        parts = urlsplit(url)
        socket = parse_qs(parts.query).get("socket", [None])[0]
        user, password = unquote(parts.username or "root"), unquote(parts.password or "")
        return cls(parts.hostname, parts.port or 3306, socket, user, password, unquote(parts.path.lstrip("/")))

    def driver(self) -> dict[str, Any]:
        """Returns the connection parameters for mysqlclient."""
        where = {"unix_socket": self.socket} if self.socket else {"host": self.host, "port": self.port}
        who = {"user": self.user, "password": self.password, "database": self.database}
        return {**where, **who, "charset": "utf8mb4", "ssl_mode": "DISABLED"}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--socket", action="store_true")
    parser.add_argument("--peers", default="staka,mysqlclient,sqlalchemy")
    parser.add_argument("--only", default="")
    found = parser.parse_args()
    found.peers = found.peers.split(",")
    found.quick = found.quick or found.smoke
    variable = "DATABASE_SOCKET_URL" if found.socket else "DATABASE_URL"
    found.url = os.environ.get(variable)
    if not found.url:
        sys.stderr.write(f"{variable} must name the seeded database\n")
        raise SystemExit(2)
    return found


setting = _arguments()

_prepared = Path(sys.prefix) / "prepared"
_plugins = _prepared.read_text(encoding="utf-8").strip() if _prepared.exists() else ""
if _plugins:
    # The folder of authentication plugins of the unpacked libmariadb; see prepare.sh.
    os.environ.setdefault("MARIADB_PLUGIN_DIR", _plugins)


def say(line: dict[str, Any]) -> None:
    """Prints one measurement as a line of JSON."""
    whole = {"door": "python", "transport": "socket" if setting.socket else "tcp", **line}
    sys.stdout.write(json.dumps(whole, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    sys.stderr.write(text + "\n")


def open_peer(name: str) -> Any:
    return importlib.import_module(f"peer_{name}").Peer(setting.url)
