"""The rows for mysqlclient's tuples, as a careful programmer writes them. Times stay naive, enum values stay text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class NotificationItem:
    id: str
    title: str
    message: str
    type: str
    priority: str
    is_read: bool
    action_url: str | None
    created_at: datetime


@dataclass(slots=True)
class Card:
    id: str
    stripe_payment_method_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool


@dataclass(slots=True)
class InvoiceBrief:
    id: str
    number: str
    amount: int
    status: str
    pdf_url: str


@dataclass(slots=True)
class CommandeWithInvoices:
    id: str
    user_id: str
    titre: str
    description: str | None
    fichier_url: str | None
    statut: str
    note_client: str | None
    note_correcteur: str | None
    priorite: str
    date_echeance: datetime | None
    date_finition: datetime | None
    created_at: datetime
    updated_at: datetime
    payment_status: str | None
    stripe_session_id: str | None
    amount: int | None
    invoices: list[InvoiceBrief] = field(default_factory=list)


@dataclass(slots=True)
class PaymentsByStatus:
    payment_status: str | None
    amount: int
    count: int


@dataclass(slots=True)
class UsersByRole:
    role: str
    is_active: bool
    count: int


@dataclass(slots=True)
class CommandesByStatut:
    statut: str
    count: int


@dataclass(slots=True)
class Revenue:
    sum: int | None
    average: float | None
    count: int


@dataclass(slots=True)
class AuditLogEntry:
    id: str
    timestamp: datetime
    admin_email: str
    action: str
    target_type: str
    severity: str


@dataclass(slots=True)
class UserBrief:
    id: str
    prenom: str
    nom: str
    avatar: str | None
    role: str


@dataclass(slots=True)
class SenderBrief:
    prenom: str
    nom: str
    avatar: str | None
    role: str


@dataclass(slots=True)
class AttachmentFile:
    id: str
    filename: str
    mime_type: str
    size: int
    url: str
    type: str


@dataclass(slots=True)
class Attachment:
    id: str
    message_id: str
    file_id: str
    file: AttachmentFile


@dataclass(slots=True)
class Message:
    id: str
    conversation_id: str
    sender_id: str | None
    receiver_id: str | None
    visitor_email: str | None
    visitor_name: str | None
    is_from_visitor: bool
    subject: str | None
    content: str
    type: str
    statut: str
    is_read: bool
    is_archived: bool
    is_pinned: bool
    deleted_by_admin: bool
    parent_id: str | None
    display_first_name: str | None
    display_last_name: str | None
    display_role: str | None
    metadata: Any
    status: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Conversation(Message):
    message_count: int
    unread_count: int
    sender: UserBrief | None
    receiver: UserBrief | None


@dataclass(slots=True)
class ConversationMessage(Message):
    sender: SenderBrief | None
    attachments: list[Attachment]


@dataclass(slots=True)
class MessagesByTypeAndStatut:
    type: str
    statut: str
    count: int


@dataclass(slots=True)
class MessageRecord:
    id: str
    conversation_id: str
    sender_id: str | None
    receiver_id: str | None
    type: str
    statut: str
    is_read: bool
    created_at: datetime


@dataclass(slots=True)
class PublishedCmsPage:
    id: str
    title: str
    slug: str
    excerpt: str | None
    type: str
    meta_title: str | None
    meta_description: str | None
    published_at: datetime | None


@dataclass(slots=True)
class FaqCount:
    categorie: str
    count: int


@dataclass(slots=True)
class TarifOffer:
    id: str
    nom: str
    description: str
    prix: int
    prix_formate: str
    duree_estimee: str | None
    stripe_price_id: str | None
    stripe_product_id: str | None
