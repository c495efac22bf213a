//! Staka as users call it: a handle with a pool, and operations by name.

use std::sync::Arc;

use staka_core::{ManualClock, PageRequest, Session, Staka, UserNotificationFilter};

use super::{Asked, Look, timed};
use crate::Result;
use crate::data::ANCHOR;
use crate::question::{Of, Query};

pub(super) struct Asker(Staka);

impl Asker {
    pub(super) async fn open(url: &str) -> Result<Self> {
        let clock = Arc::new(ManualClock::new(ANCHOR.parse()?));
        // The other libraries do not encrypt by default; Staka does if the server supports it.
        let staka = Staka::builder(&format!("{url}?ssl-mode=disabled"))?.clock(clock);
        // At the large scale the first call may read from the disk.
        Ok(Self(staka.statement_timeout(std::time::Duration::from_secs(600)).connect().await?))
    }

    pub(super) async fn ask(&mut self, query: Query, of: &Of, look: Look) -> Result<Asked> {
        let db = self.0.as_system();
        if query == Query::MarkAllRead {
            let tx = db.begin().await?;
            let asked = timed(look, tx.notifications().mark_all_read(&of.user)).await;
            tx.rollback().await?;
            return asked;
        }
        ask(&db, query, of, look).await
    }
}

async fn ask(db: &Session, query: Query, of: &Of, look: Look) -> Result<Asked> {
    let all = PageRequest::default;
    match query {
        Query::UnreadCount => timed(look, db.notifications().unread_count(&of.user)).await,
        Query::Notifications => {
            timed(look, async {
                db.notifications()
                    .list_by_user(&of.user, UserNotificationFilter::default(), PageRequest::default())
                    .await
                    .map(|listing| listing.items)
            })
            .await
        }
        Query::MarkAllRead => timed(look, db.notifications().mark_all_read(&of.user)).await,
        Query::Cards => timed(look, db.payment_methods().list_active(&of.user)).await,
        Query::Commandes => {
            timed(look, async { db.commandes().list_with_invoices(&of.user, all()).await.map(|listing| listing.items) })
                .await
        }
        Query::PaymentsByStatus => timed(look, db.stats().payments_by_status(of.since, of.now)).await,
        Query::UsersByRole => timed(look, db.stats().users_by_role()).await,
        Query::CommandesByStatut => timed(look, db.stats().commandes_by_statut(of.since)).await,
        Query::Revenue => timed(look, db.stats().revenue(of.since)).await,
        Query::RecentAudit => timed(look, db.audit_logs().list_recent(Vec::new(), None)).await,
        Query::Conversations => {
            timed(look, async { db.messages().list_conversations(&of.user, all()).await.map(|listing| listing.items) })
                .await
        }
        Query::Conversation => {
            timed(look, async {
                db.messages().list_by_conversation(&of.conversation, all()).await.map(|listing| listing.items)
            })
            .await
        }
        Query::MessageStats => timed(look, db.stats().messages_by_type_and_statut(of.since)).await,
        Query::Pages => timed(look, db.pages().list_published()).await,
        Query::Faqs => timed(look, db.faqs().count_by_categorie()).await,
        Query::Tarifs => timed(look, db.tarifs().list_active()).await,
    }
}
