"""The tables as SQLAlchemy's ORM maps them, as far as the queries need them: enums, flags and JSON typed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, String, Text
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

Role = StrEnum("Role", {word: word for word in ("USER", "ADMIN", "CORRECTOR")})
StatutCommande = StrEnum(
    "StatutCommande", {word: word for word in ("EN_ATTENTE", "EN_COURS", "TERMINE", "ANNULEE", "SUSPENDUE")}
)
Priorite = StrEnum("Priorite", {word: word for word in ("FAIBLE", "NORMALE", "HAUTE", "URGENTE")})
InvoiceStatus = StrEnum("InvoiceStatus", {word: word for word in ("GENERATED", "SENT", "PAID", "OVERDUE", "CANCELLED")})
FileType = StrEnum("FileType", {word: word for word in ("DOCUMENT", "IMAGE", "AUDIO", "VIDEO", "ARCHIVE", "OTHER")})
MessageType = StrEnum(
    "MessageType",
    {
        word: word
        for word in (
            "USER_MESSAGE",
            "SYSTEM_MESSAGE",
            "NOTIFICATION",
            "SUPPORT_MESSAGE",
            "ADMIN_MESSAGE",
            "CONSULTATION_REQUEST",
        )
    },
)
MessageStatut = StrEnum("MessageStatut", {word: word for word in ("BROUILLON", "ENVOYE", "DELIVRE", "LU", "ARCHIVE")})
NotificationType = StrEnum(
    "NotificationType",
    {
        word: word
        for word in ("INFO", "SUCCESS", "WARNING", "ERROR", "PAYMENT", "ORDER", "MESSAGE", "SYSTEM", "CONSULTATION")
    },
)
PageType = StrEnum("PageType", {word: word for word in ("PAGE", "FAQ", "BLOG", "LEGAL", "HELP", "LANDING")})
PageStatus = StrEnum("PageStatus", {word: word for word in ("DRAFT", "PUBLISHED", "ARCHIVED", "SCHEDULED")})
AuditTargetType = StrEnum(
    "AuditTargetType", {word: word for word in ("user", "command", "invoice", "payment", "file", "auth", "system")}
)
AuditSeverity = StrEnum("AuditSeverity", {word: word for word in ("LOW", "MEDIUM", "HIGH", "CRITICAL")})


class Base(DeclarativeBase):
    type_annotation_map = {
        datetime: DATETIME(fsp=3),
        dict[str, Any]: JSON,
        **{
            words: Enum(words)
            for words in (
                Role,
                StatutCommande,
                Priorite,
                InvoiceStatus,
                FileType,
                MessageType,
                MessageStatut,
                NotificationType,
                PageType,
                PageStatus,
                AuditTargetType,
                AuditSeverity,
            )
        },
    }


def key() -> Any:
    return mapped_column(String(191), primary_key=True)


class User(Base):
    __tablename__ = "users"
    id: Mapped[str] = key()
    prenom: Mapped[str] = mapped_column(String(100))
    nom: Mapped[str] = mapped_column(String(100))
    avatar: Mapped[str | None] = mapped_column(String(500))
    role: Mapped[Role]
    is_active: Mapped[bool] = mapped_column("isActive")


class Commande(Base):
    __tablename__ = "commandes"
    id: Mapped[str] = key()
    user_id: Mapped[str] = mapped_column("userId", ForeignKey("users.id"))
    titre: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    fichier_url: Mapped[str | None] = mapped_column("fichierUrl", String(500))
    statut: Mapped[StatutCommande]
    note_client: Mapped[str | None] = mapped_column("noteClient", Text)
    note_correcteur: Mapped[str | None] = mapped_column("noteCorrecteur", Text)
    priorite: Mapped[Priorite]
    date_echeance: Mapped[datetime | None] = mapped_column("dateEcheance")
    date_finition: Mapped[datetime | None] = mapped_column("dateFinition")
    created_at: Mapped[datetime] = mapped_column("createdAt")
    updated_at: Mapped[datetime] = mapped_column("updatedAt")
    payment_status: Mapped[str | None] = mapped_column("paymentStatus", String(50))
    stripe_session_id: Mapped[str | None] = mapped_column("stripeSessionId", String(255))
    amount: Mapped[int | None]
    invoices: Mapped[list[Invoice]] = relationship(order_by="Invoice.created_at, Invoice.id")


class Invoice(Base):
    __tablename__ = "invoices"
    id: Mapped[str] = key()
    commande_id: Mapped[str] = mapped_column("commandeId", ForeignKey("commandes.id"))
    number: Mapped[str] = mapped_column(String(50))
    amount: Mapped[int]
    pdf_url: Mapped[str] = mapped_column("pdfUrl", String(500))
    status: Mapped[InvoiceStatus]
    created_at: Mapped[datetime] = mapped_column("createdAt")


class File(Base):
    __tablename__ = "files"
    id: Mapped[str] = key()
    filename: Mapped[str] = mapped_column(String(255))
    mime_type: Mapped[str] = mapped_column("mimeType", String(100))
    size: Mapped[int]
    url: Mapped[str] = mapped_column(String(500))
    type: Mapped[FileType]


class Attachment(Base):
    __tablename__ = "message_attachments"
    id: Mapped[str] = key()
    message_id: Mapped[str] = mapped_column("messageId", ForeignKey("messages.id"))
    file_id: Mapped[str] = mapped_column("fileId", ForeignKey("files.id"))
    file: Mapped[File] = relationship()


class Message(Base):
    __tablename__ = "messages"
    id: Mapped[str] = key()
    conversation_id: Mapped[str] = mapped_column("conversationId", String(191))
    sender_id: Mapped[str | None] = mapped_column("senderId", ForeignKey("users.id"))
    receiver_id: Mapped[str | None] = mapped_column("receiverId", ForeignKey("users.id"))
    visitor_email: Mapped[str | None] = mapped_column("visitorEmail", String(255))
    visitor_name: Mapped[str | None] = mapped_column("visitorName", String(100))
    is_from_visitor: Mapped[bool] = mapped_column("isFromVisitor")
    subject: Mapped[str | None] = mapped_column(String(255))
    content: Mapped[str] = mapped_column(Text)
    type: Mapped[MessageType]
    statut: Mapped[MessageStatut]
    is_read: Mapped[bool] = mapped_column("isRead")
    is_archived: Mapped[bool] = mapped_column("isArchived")
    is_pinned: Mapped[bool] = mapped_column("isPinned")
    deleted_by_admin: Mapped[bool] = mapped_column("deletedByAdmin")
    parent_id: Mapped[str | None] = mapped_column("parentId", String(191))
    display_first_name: Mapped[str | None] = mapped_column("displayFirstName", String(100))
    display_last_name: Mapped[str | None] = mapped_column("displayLastName", String(100))
    display_role: Mapped[str | None] = mapped_column("displayRole", String(100))
    # SQLAlchemy reserves the name `metadata`.
    extra: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    status: Mapped[str | None] = mapped_column(String(50))
    created_at: Mapped[datetime] = mapped_column("createdAt")
    updated_at: Mapped[datetime] = mapped_column("updatedAt")
    sender: Mapped[User | None] = relationship(foreign_keys=[sender_id])
    receiver: Mapped[User | None] = relationship(foreign_keys=[receiver_id])
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id")


class PaymentMethod(Base):
    __tablename__ = "payment_methods"
    id: Mapped[str] = key()
    user_id: Mapped[str] = mapped_column("userId", ForeignKey("users.id"))
    stripe_payment_method_id: Mapped[str] = mapped_column("stripePaymentMethodId", String(255))
    brand: Mapped[str] = mapped_column(String(50))
    last4: Mapped[str] = mapped_column(String(4))
    exp_month: Mapped[int] = mapped_column("expMonth")
    exp_year: Mapped[int] = mapped_column("expYear")
    is_default: Mapped[bool] = mapped_column("isDefault")
    is_active: Mapped[bool] = mapped_column("isActive")
    created_at: Mapped[datetime] = mapped_column("createdAt")


class Notification(Base):
    __tablename__ = "notifications"
    id: Mapped[str] = key()
    user_id: Mapped[str] = mapped_column("userId", ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(255))
    message: Mapped[str] = mapped_column(Text)
    type: Mapped[NotificationType]
    priority: Mapped[Priorite]
    action_url: Mapped[str | None] = mapped_column("actionUrl", String(500))
    is_read: Mapped[bool] = mapped_column("isRead")
    is_deleted: Mapped[bool] = mapped_column("isDeleted")
    read_at: Mapped[datetime | None] = mapped_column("readAt")
    expires_at: Mapped[datetime | None] = mapped_column("expiresAt")
    created_at: Mapped[datetime] = mapped_column("createdAt")
    updated_at: Mapped[datetime] = mapped_column("updatedAt")


class Page(Base):
    __tablename__ = "pages"
    id: Mapped[str] = key()
    title: Mapped[str] = mapped_column(String(255))
    slug: Mapped[str] = mapped_column(String(255))
    excerpt: Mapped[str | None] = mapped_column(Text)
    type: Mapped[PageType]
    status: Mapped[PageStatus]
    meta_title: Mapped[str | None] = mapped_column("metaTitle", String(255))
    meta_description: Mapped[str | None] = mapped_column("metaDescription", Text)
    sort_order: Mapped[int] = mapped_column("sortOrder")
    is_public: Mapped[bool] = mapped_column("isPublic")
    published_at: Mapped[datetime | None] = mapped_column("publishedAt")


class Faq(Base):
    __tablename__ = "faqs"
    id: Mapped[str] = key()
    visible: Mapped[bool]
    categorie: Mapped[str] = mapped_column(String(100))


class Tarif(Base):
    __tablename__ = "tarifs"
    id: Mapped[str] = key()
    nom: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text)
    prix: Mapped[int]
    prix_formate: Mapped[str] = mapped_column("prixFormate", String(50))
    duree_estimee: Mapped[str | None] = mapped_column("dureeEstimee", String(100))
    actif: Mapped[bool]
    ordre: Mapped[int]
    stripe_price_id: Mapped[str | None] = mapped_column("stripePriceId", String(255))
    stripe_product_id: Mapped[str | None] = mapped_column("stripeProductId", String(255))


class AuditLog(Base):
    __tablename__ = "audit_logs"
    id: Mapped[str] = key()
    timestamp: Mapped[datetime]
    admin_email: Mapped[str] = mapped_column("adminEmail", String(255))
    action: Mapped[str] = mapped_column(String(100))
    target_type: Mapped[AuditTargetType] = mapped_column("targetType")
    severity: Mapped[AuditSeverity]
