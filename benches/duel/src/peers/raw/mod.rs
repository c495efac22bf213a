//! Handwritten SQL on a driver, on one connection: the minimal program.

mod driver;
mod rows;
mod texts;

use std::collections::HashMap;

use chrono::NaiveDateTime;

pub(super) use self::driver::Driver;
use self::rows::{
    Attachment, Audit, Card, Categorie, CmsPage, Commande, Conversation, Invoice, MessageStat, Notification, Payments,
    Read, Revenue, Role, Statut, Tarif, Thread, WithAttachments, WithInvoices,
};
pub(super) use self::texts::Texts;
use self::texts::{Bind, Extra};
use super::{Asked, Look, timed};
use crate::Result;
use crate::question::{Of, Query};

const NOTIFICATIONS_PAGE: usize = 20;
const COMMANDES_PAGE: usize = 100;
const CONVERSATIONS_PAGE: usize = 50;
const MESSAGES_PAGE: usize = 1000;

pub(super) struct Asker<D> {
    driver: D,
    texts: Texts,
}

impl<D: Driver> Asker<D> {
    pub(super) fn new(driver: D, texts: Texts) -> Self {
        Self { driver, texts }
    }

    pub(super) fn driver(&mut self) -> &mut D {
        &mut self.driver
    }

    pub(super) async fn ask(&mut self, query: Query, of: &Of, look: Look) -> Result<Asked> {
        let mut on = On { driver: &mut self.driver, texts: &self.texts, query, of };
        match query {
            Query::UnreadCount => timed(look, on.number()).await,
            Query::Notifications => timed(look, on.page::<Notification>(NOTIFICATIONS_PAGE)).await,
            Query::MarkAllRead => {
                on.driver.plain("BEGIN").await?;
                let asked = timed(look, on.execute()).await;
                on.driver.plain("ROLLBACK").await?;
                asked
            }
            Query::Cards => timed(look, on.rows::<Card>()).await,
            Query::Commandes => timed(look, on.commandes()).await,
            Query::PaymentsByStatus => timed(look, on.rows::<Payments>()).await,
            Query::UsersByRole => timed(look, on.rows::<Role>()).await,
            Query::CommandesByStatut => timed(look, on.rows::<Statut>()).await,
            Query::Revenue => timed(look, on.one::<Revenue>()).await,
            Query::RecentAudit => timed(look, on.rows::<Audit>()).await,
            Query::Conversations => timed(look, on.page::<Conversation>(CONVERSATIONS_PAGE)).await,
            Query::Conversation => timed(look, on.conversation()).await,
            Query::MessageStats => timed(look, on.rows::<MessageStat>()).await,
            Query::Pages => timed(look, on.rows::<CmsPage>()).await,
            Query::Faqs => timed(look, on.rows::<Categorie>()).await,
            Query::Tarifs => timed(look, on.rows::<Tarif>()).await,
        }
    }
}

/// One query on its connection.
struct On<'a, D> {
    driver: &'a mut D,
    texts: &'a Texts,
    query: Query,
    of: &'a Of,
}

impl<D: Driver> On<'_, D> {
    async fn part<T: Read>(&mut self, part: usize, extra: &Extra<'_>) -> Result<Vec<T>> {
        let statement = self.texts.get(self.query, part)?;
        let binds: Vec<Bind<'_>> = statement.binds(self.of, extra)?;
        self.driver.rows(&statement.text(extra), &binds).await
    }

    async fn rows<T: Read>(&mut self) -> Result<Vec<T>> {
        self.part(0, &Extra::default()).await
    }

    async fn one<T: Read>(&mut self) -> Result<T> {
        self.rows().await?.pop().ok_or_else(|| "no row".into())
    }

    async fn number(&mut self) -> Result<i64> {
        self.one().await
    }

    /// Staka's SQL reads one row more than the page.
    async fn page<T: Read>(&mut self, limit: usize) -> Result<Vec<T>> {
        let mut rows = self.rows().await?;
        rows.truncate(limit);
        Ok(rows)
    }

    async fn execute(&mut self) -> Result<u64> {
        let statement = self.texts.get(self.query, 0)?;
        let extra = Extra::default();
        let binds = statement.binds(self.of, &extra)?;
        self.driver.execute(&statement.text(&extra), &binds).await
    }

    async fn commandes(&mut self) -> Result<Vec<WithInvoices>> {
        let commandes: Vec<Commande> = self.page(COMMANDES_PAGE).await?;
        let keys: Vec<&str> = commandes.iter().map(|row| row.id.as_str()).collect();
        let extra = Extra { keys: &keys, window: window(commandes.iter().map(|row| row.created_at)) };
        let invoices: Vec<Invoice> = self.part(1, &extra).await?;
        let mut by_id: HashMap<String, Vec<Invoice>> = HashMap::with_capacity(commandes.len());
        for invoice in invoices {
            by_id.entry(invoice.commande_id.clone()).or_default().push(invoice);
        }
        let with =
            |commande: Commande| WithInvoices { invoices: by_id.remove(&commande.id).unwrap_or_default(), commande };
        Ok(commandes.into_iter().map(with).collect())
    }

    async fn conversation(&mut self) -> Result<Vec<WithAttachments>> {
        let messages: Vec<Thread> = self.page(MESSAGES_PAGE).await?;
        let extra = Extra { keys: &[], window: window(messages.iter().map(|row| row.message.created_at)) };
        let attachments: Vec<Attachment> = self.part(1, &extra).await?;
        let mut by_id: HashMap<String, Vec<Attachment>> = HashMap::with_capacity(attachments.len());
        for attachment in attachments {
            by_id.entry(attachment.message_id.clone()).or_default().push(attachment);
        }
        let with = |thread: Thread| WithAttachments {
            attachments: by_id.remove(&thread.message.id).unwrap_or_default(),
            thread,
        };
        Ok(messages.into_iter().map(with).collect())
    }
}

fn window(moments: impl Iterator<Item = NaiveDateTime> + Clone) -> Option<(NaiveDateTime, NaiveDateTime)> {
    Some((moments.clone().min()?, moments.max()?))
}
