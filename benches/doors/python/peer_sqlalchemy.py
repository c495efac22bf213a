"""SQLAlchemy's ORM on mysqlclient, with queries as in its documentation: a session for each call, columns where columns
are requested, entities with eager loading elsewhere. Autocommit without ROLLBACK, which needs the fewest round trips.
Booleans are compared by `=`, because the SQL of `is_(False)` uses no index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, and_, create_engine, false, func, or_, select, true, update
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Attachment,
    AuditLog,
    AuditSeverity,
    Commande,
    Faq,
    Invoice,
    Message,
    Notification,
    Page,
    PageStatus,
    PaymentMethod,
    Tarif,
    User,
)
from setting import ISOLATION, WRITE, Address, Context, naive

BRIEF = ("id", "prenom", "nom", "avatar", "role")


def engine_of(url: str) -> Any:
    where = Address.of(url)
    return create_engine(
        URL.create(
            "mysql+mysqldb",
            username=where.user,
            password=where.password or None,
            host=where.host if not where.socket else None,
            port=where.port if not where.socket else None,
            database=where.database,
            query={"charset": "utf8mb4", **({"unix_socket": where.socket} if where.socket else {})},
        ),
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        connect_args={"init_command": f"SET SESSION TRANSACTION ISOLATION LEVEL {ISOLATION}"},
    )


class Peer:
    name = "sqlalchemy"

    def __init__(self, url: str) -> None:
        self.engine = engine_of(url)
        self.queries = {name: self._in_session(query) for name, query in QUERIES.items()}

    def _in_session(self, query: Callable[[Session, Context], Any]) -> Callable[[Context], Any]:
        def call(context: Context) -> Any:
            with Session(self.engine) as session:
                return query(session, context)

        return call

    def rolled_back(self, act: Callable[[dict[str, Callable[[Context], Any]]], Any]) -> Any:
        with self.engine.connect().execution_options(isolation_level=ISOLATION) as connection:
            with Session(connection) as session:
                session.connection()
                answer = act({name: lambda c, query=query: query(session, c) for name, query in QUERIES.items()})
                session.rollback()
                return answer

    def close(self) -> None:
        self.engine.dispose()


def unread(c: Context) -> Any:
    return and_(Notification.user_id == c.user, Notification.is_deleted == false(), Notification.is_read == false())


def unread_count(session: Session, c: Context) -> int:
    alive = or_(Notification.expires_at.is_(None), Notification.expires_at > naive(c.now))
    return session.scalar(select(func.count()).select_from(Notification).where(unread(c), alive)) or 0


def notifications(session: Session, c: Context) -> Any:
    n = Notification
    return session.execute(
        select(n.id, n.title, n.message, n.type, n.priority, n.is_read, n.action_url, n.created_at)
        .where(n.user_id == c.user, n.is_deleted == false())
        .order_by(n.priority.desc(), n.created_at.desc(), n.id.desc())
        .limit(20)
    ).all()


def mark_all_read(session: Session, c: Context) -> int:
    now = naive(c.now)
    statement = update(Notification).where(unread(c)).values(is_read=True, read_at=now, updated_at=now)
    return session.execute(statement, execution_options={"synchronize_session": False}).rowcount


def cards(session: Session, c: Context) -> Any:
    p = PaymentMethod
    return session.execute(
        select(p.id, p.stripe_payment_method_id, p.brand, p.last4, p.exp_month, p.exp_year, p.is_default)
        .where(p.user_id == c.user, p.is_active == true())
        .order_by(p.is_default.desc(), p.created_at.desc(), p.id.desc())
    ).all()


def commandes(session: Session, c: Context) -> Any:
    i = Invoice
    return session.scalars(
        select(Commande)
        .where(Commande.user_id == c.user)
        .order_by(Commande.created_at.desc(), Commande.id.desc())
        .limit(100)
        .options(selectinload(Commande.invoices).load_only(i.number, i.amount, i.status, i.pdf_url))
    ).all()


def payments(session: Session, c: Context) -> Any:
    return session.execute(
        select(Commande.payment_status, func.sum(Commande.amount).label("amount"), func.count().label("count"))
        .where(Commande.created_at >= naive(c.since), Commande.created_at < naive(c.to), Commande.amount > 0)
        .group_by(Commande.payment_status)
        .order_by(Commande.payment_status)
    ).all()


def users_by_role(session: Session, _: Context) -> Any:
    return session.execute(
        select(User.role, User.is_active, func.count().label("count"))
        .group_by(User.role, User.is_active)
        .order_by(User.role, User.is_active)
    ).all()


def commandes_by_statut(session: Session, c: Context) -> Any:
    return session.execute(
        select(Commande.statut, func.count().label("count"))
        .where(Commande.created_at >= naive(c.since))
        .group_by(Commande.statut)
        .order_by(Commande.statut)
    ).all()


def revenue(session: Session, c: Context) -> Any:
    return session.execute(
        select(
            func.sum(Commande.amount).label("sum"),
            func.avg(Commande.amount).label("average"),
            func.count().label("count"),
        ).where(Commande.payment_status == "paid", Commande.created_at >= naive(c.since))
    ).one()


def recent(session: Session, _: Context) -> Any:
    a = AuditLog
    return session.execute(
        select(a.id, a.timestamp, a.admin_email, a.action, a.target_type, a.severity)
        .where(a.severity.in_([AuditSeverity.HIGH, AuditSeverity.CRITICAL]))
        .order_by(a.timestamp.desc(), a.id.desc())
        .limit(10)
    ).all()


def conversations(session: Session, c: Context) -> Any:
    m = Message
    received = and_(m.receiver_id == c.user, m.is_read == false(), m.deleted_by_admin == false())
    newest = (
        select(
            func.max(func.concat(m.created_at, m.id)).label("newest"),
            func.count().label("message_count"),
            func.count(func.if_(received, 1, None)).label("unread_count"),
        )
        .where(or_(m.sender_id == c.user, m.receiver_id == c.user))
        .group_by(m.conversation_id)
        .order_by(func.max(func.concat(m.created_at, m.id)).desc())
        .limit(50)
        .subquery()
    )
    brief = [getattr(User, name) for name in BRIEF]
    return session.execute(
        select(m, newest.c.message_count, newest.c.unread_count)
        .join(newest, m.id == func.substring(newest.c.newest, 24))
        .order_by(newest.c.newest.desc())
        .options(joinedload(m.sender).load_only(*brief), joinedload(m.receiver).load_only(*brief))
    ).all()


def conversation(session: Session, c: Context) -> Any:
    m = Message
    return session.scalars(
        select(m)
        .where(m.conversation_id == c.conversation)
        .order_by(m.created_at, m.id)
        .limit(1000)
        .options(
            joinedload(m.sender).load_only(User.prenom, User.nom, User.avatar, User.role),
            selectinload(m.attachments).joinedload(Attachment.file),
        )
    ).all()


def messages_by_type_and_statut(session: Session, c: Context) -> Any:
    return session.execute(
        select(Message.type, Message.statut, func.count().label("count"))
        .where(Message.created_at >= naive(c.since))
        .group_by(Message.type, Message.statut)
        .order_by(Message.type, Message.statut)
    ).all()


def messages(session: Session, c: Context) -> Any:
    m = Message
    return session.execute(
        select(m.id, m.conversation_id, m.sender_id, m.receiver_id, m.type, m.statut, m.is_read, m.created_at)
        .where(m.created_at >= naive(c.start), m.created_at < naive(c.to))
        .order_by(m.created_at, m.id)
        .limit(100_000)
    ).all()


def published(session: Session, c: Context) -> Any:
    p = Page
    return session.execute(
        select(p.id, p.title, p.slug, p.excerpt, p.type, p.meta_title, p.meta_description, p.published_at)
        .where(p.status == PageStatus.PUBLISHED, p.is_public == true(), p.published_at <= naive(c.now))
        .order_by(p.type, p.sort_order, p.slug)
    ).all()


def count_by_categorie(session: Session, _: Context) -> Any:
    return session.execute(
        select(Faq.categorie, func.count().label("count"))
        .where(Faq.visible == true())
        .group_by(Faq.categorie)
        .order_by(Faq.categorie)
    ).all()


def active(session: Session, _: Context) -> Any:
    t = Tarif
    return session.execute(
        select(
            t.id, t.nom, t.description, t.prix, t.prix_formate, t.duree_estimee, t.stripe_price_id, t.stripe_product_id
        )
        .where(t.actif == true(), t.stripe_product_id.is_not(None))
        .order_by(t.ordre, t.prix, t.id)
    ).all()


QUERIES: dict[str, Callable[[Session, Context], Any]] = {
    "notifications.unread_count": unread_count,
    "notifications.list_by_user": notifications,
    WRITE: mark_all_read,
    "payment_methods.list_active": cards,
    "commandes.list_with_invoices": commandes,
    "stats.payments_by_status": payments,
    "stats.users_by_role": users_by_role,
    "stats.commandes_by_statut": commandes_by_statut,
    "stats.revenue": revenue,
    "audit_logs.list_recent": recent,
    "messages.list_conversations": conversations,
    "messages.list_by_conversation": conversation,
    "stats.messages_by_type_and_statut": messages_by_type_and_statut,
    "stats.message_records": messages,
    "pages.list_published": published,
    "faqs.count_by_categorie": count_by_categorie,
    "tarifs.list_active": active,
}
