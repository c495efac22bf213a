"""The child process of startup.py: imports one library as its users do, connects, and runs one query. Parsing the URL is
part of the measured time; the shared modules of the other scripts are not loaded."""

import sys
import time
from datetime import UTC

USER = "00000000-0000-7000-8000-000000000003"


def ask(name, url):
    if name == "python":
        return None
    import os
    from datetime import datetime

    now = datetime.fromisoformat(
        os.environ.get("STAKA_BENCH_NOW", "2026-06-15T12:00:00.000+00:00").replace("Z", "+00:00")
    )
    if name == "staka":
        import staka

        db = staka.connect(f"{url}{'&' if '?' in url else '?'}ssl-mode=disabled", now=now)
        return db.notifications.unread_count(USER)
    from urllib.parse import parse_qs, unquote, urlsplit

    parts = urlsplit(url)
    socket = parse_qs(parts.query).get("socket", [None])[0]
    user, password, database = unquote(parts.username or "root"), unquote(parts.password or ""), parts.path[1:]
    now = now.astimezone(UTC).replace(tzinfo=None)
    if name == "mysqlclient":
        import MySQLdb

        where = {"unix_socket": socket} if socket else {"host": parts.hostname, "port": parts.port or 3306}
        connection = MySQLdb.connect(**where, user=user, password=password, database=database, autocommit=True)
        cursor = connection.cursor()
        cursor.execute(
            "SELECT COUNT(*) FROM notifications n WHERE n.userId = %s AND n.isDeleted = FALSE AND n.isRead = FALSE"
            " AND (n.expiresAt IS NULL OR n.expiresAt > %s)",
            (USER, now),
        )
        return cursor.fetchone()[0]
    from sqlalchemy import URL, create_engine, false, func, or_, select
    from sqlalchemy.orm import Session

    from models import Notification as N

    where = {"query": {"unix_socket": socket}} if socket else {"host": parts.hostname, "port": parts.port or 3306}
    engine = create_engine(
        URL.create("mysql+mysqldb", username=user, password=password or None, database=database, **where),
        isolation_level="AUTOCOMMIT",
    )
    with Session(engine) as session:
        unread = (N.user_id == USER, N.is_deleted == false(), N.is_read == false())
        alive = or_(N.expires_at.is_(None), N.expires_at > now)
        return session.scalar(select(func.count()).select_from(N).where(*unread, alive))


start = time.perf_counter()
answer = ask(sys.argv[1], sys.argv[2])
taken = (time.perf_counter() - start) * 1000
print(f'{{"first_answer": {taken}, "answer": {"null" if answer is None else answer}}}')
