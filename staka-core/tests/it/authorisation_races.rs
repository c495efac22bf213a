//! Rights that are taken away while an operation that depends on them is under way: it waits for the other transaction,
//! then fails.

use std::time::Duration;

use staka_core::model::{Role, TarifId, UserId};
use staka_core::{Caller, ErrorKind, Isolation, NewNotification, NewTarif, Result, Session, TarifUpdate, Tx};

use crate::accounts_support::*;
use crate::support::on_both;
use crate::tickets::{create_ticket, new_ticket};

/// How long an operation is given to reach the lock that it waits for. If it is slower, the test checks less.
const HEAD_START: Duration = Duration::from_millis(300);

/// Starts `work`, commits `tx` once that waits for it, and returns the work's outcome.
async fn after_commit<T: Send + 'static>(tx: Tx, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let mut running = tokio::spawn(work);
    let early = tokio::time::timeout(HEAD_START, &mut running).await;
    assert!(early.is_err(), "the operation did not wait for the transaction that takes its right away");
    tx.commit().await.unwrap();
    running.await.unwrap()
}

fn kind<T>(outcome: Result<T>) -> ErrorKind {
    outcome.err().expect("the right was taken away").kind()
}

/// Two administrators and a tarif.
struct Site {
    it: Accounts,
    boss: UserId,
    other: UserId,
    tarif: TarifId,
}

impl Site {
    async fn new(server: &'static crate::support::Server) -> Self {
        let it = server.accounts().await;
        let boss = it.account("boss@example.org", Role::Admin).await;
        let other = it.account("other@example.org", Role::Admin).await;
        let tarif = NewTarif::new("Relecture", "Une lecture.", 1_000, "RELECTURE");
        let tarif = it.system().tarifs().create(tarif).await.unwrap().id;
        Self { it, boss, other, tarif }
    }

    /// Begins a transaction of the first administrator.
    async fn begin(&self) -> Tx {
        self.it.as_admin(&self.boss).begin().await.unwrap()
    }

    /// Looks the second administrator up, as an interface does for each request.
    async fn other(&self) -> Session {
        self.it.staka.as_caller(self.it.staka.caller_of(&self.other).await.unwrap())
    }

    async fn price(&self) -> i64 {
        self.it.system().tarifs().get(&self.tarif).await.unwrap().unwrap().prix
    }
}

fn dearer() -> TarifUpdate {
    TarifUpdate::default().prix(2_000)
}

on_both! {
    async fn who_is_demoted_writes_no_more(server: &Server) {
        let site = Site::new(server).await;
        let (tx, session, tarif) = (site.begin().await, site.other().await, site.tarif.clone());
        tx.users().set_role(&site.other, Role::User).await.unwrap();
        let outcome = after_commit(tx, async move { session.tarifs().update(tarif, dearer(), None).await }).await;
        assert_eq!((kind(outcome), site.price().await), (ErrorKind::Denied, 1_000));
    }

    async fn who_is_demoted_writes_no_single_statement_for_others(server: &Server) {
        let site = Site::new(server).await;
        let client = site.it.account("client@example.org", Role::User).await;
        let new = NewNotification::new("Un titre", "Un message.");
        site.it.system().notifications().create(&client, new, None).await.unwrap();
        let (tx, session, user) = (site.begin().await, site.other().await, client.clone());
        tx.users().set_role(&site.other, Role::User).await.unwrap();
        let outcome = after_commit(tx, async move { session.notifications().mark_all_read(user).await }).await;
        assert_eq!(kind(outcome), ErrorKind::Denied);
        assert!(site.it.system().notifications().unread_count(&client).await.unwrap() > 0);
    }

    async fn who_is_deactivated_or_deleted_writes_no_more(server: &Server) {
        for delete in [false, true] {
            let site = Site::new(server).await;
            let (tx, session, tarif) = (site.begin().await, site.other().await, site.tarif.clone());
            if delete {
                tx.users().delete(&site.other).await.unwrap();
            } else {
                tx.users().set_active(&site.other, false).await.unwrap();
            }
            let outcome = after_commit(tx, async move { session.tarifs().update(tarif, dearer(), None).await }).await;
            assert_eq!((kind(outcome), site.price().await), (ErrorKind::Unauthenticated, 1_000));
        }
    }

    async fn a_session_of_the_old_password_writes_no_more(server: &Server) {
        let site = Site::new(server).await;
        let (tx, session, tarif) = (site.begin().await, site.other().await, site.tarif.clone());
        tx.users().set_password(&site.other, password(OTHER)).await.unwrap();
        let outcome = after_commit(tx, async move { session.tarifs().update(tarif, dearer(), None).await }).await;
        assert_eq!((kind(outcome), site.price().await), (ErrorKind::Unauthenticated, 1_000));
        // Who was looked up after the change writes, and so does a caller that a program made by itself.
        site.other().await.tarifs().update(&site.tarif, dearer(), None).await.unwrap();
        let own = site.it.staka.as_caller(Caller::user(site.other.clone(), Role::Admin));
        own.tarifs().update(&site.tarif, TarifUpdate::default().prix(3_000), None).await.unwrap();
        assert_eq!(site.price().await, 3_000);
    }

    async fn an_agent_whose_ticket_is_taken_away_does_not_answer_it(server: &Server) {
        let site = Site::new(server).await;
        let client = site.it.account("client@example.org", Role::User).await;
        let agent = site.it.account("agent@example.org", Role::Corrector).await;
        let ticket = create_ticket(&site.it.as_user(&client), &new_ticket("Une question").title).await.id;
        let boss = site.it.as_admin(&site.boss);
        let as_agent = || site.it.staka.as_caller(Caller::user(agent.clone(), Role::Corrector));
        boss.tickets().assign(&ticket, &agent, None).await.unwrap();
        as_agent().tickets().reply(&ticket, "Je regarde.".to_owned(), None, None).await.unwrap();
        let (tx, session, id) = (site.begin().await, as_agent(), ticket.clone());
        tx.tickets().unassign(&ticket, None).await.unwrap();
        let reply = async move { session.tickets().reply(id, "Trop tard.".to_owned(), None, None).await };
        assert_eq!(kind(after_commit(tx, reply).await), ErrorKind::Denied);
        let row = site.it.system().tickets().get(&ticket).await.unwrap().unwrap();
        assert_eq!((row.replies, row.ticket.assigned_to_id), (1, None));
    }

    async fn within_a_transaction_the_latest_rows_decide_and_not_its_snapshot(server: &Server) {
        let site = Site::new(server).await;
        let staka = site.it.db.builder().isolation(Isolation::RepeatableRead).connect().await.unwrap();
        let session = staka.as_caller(staka.caller_of(&site.other).await.unwrap());
        let tx = session.begin().await.unwrap();
        // The snapshot is taken here.
        assert_eq!(tx.tarifs().get(&site.tarif).await.unwrap().unwrap().prix, 1_000);
        site.it.as_admin(&site.boss).users().set_role(&site.other, Role::User).await.unwrap();
        assert_eq!(kind(tx.tarifs().update(&site.tarif, dearer(), None).await), ErrorKind::Denied);
        tx.commit().await.unwrap();
        assert_eq!(site.price().await, 1_000);
    }
}
