//! Claims of a visitor's conversations, and their reversal.

use staka_core::base::Args;
use staka_core::db::Statement;
use staka_core::model::{AuditLog, Message};
use staka_core::{ErrorKind, InboxFilter, PageRequest};

use crate::messaging_support::{Platform, kind, run};
use crate::support::on_both;

/// Returns the rows without their versions, which change with every write.
fn unversioned(rows: Vec<Message>) -> Vec<Message> {
    rows.into_iter().map(|row| Message { updated_at: row.created_at, ..row }).collect()
}

on_both! {
    async fn a_claim_is_undone_exactly(server: &Server) {
        let p = Platform::new(server).await;
        let email = "client@exemple.fr";
        let (_, one) = p.visit(email, None).await;
        p.answer(&p.admin, &one, "Bonjour").await;
        p.visit(email, None).await;
        p.visit("autre@exemple.fr", None).await;
        let before = unversioned(p.rows().await);
        assert_eq!(kind(p.client().messages().list_by_conversation(&one, PageRequest::default()).await), ErrorKind::Denied);
        let claim = p.client().messages().claim(" Client@Exemple.fr".to_owned(), &p.client).await.unwrap();
        assert_eq!((claim.visitor_email.as_str(), &claim.user_id, claim.message_count), (email, &p.client, 3));
        assert_eq!(claim.claimed_by_id.as_ref(), Some(&p.client));
        let read = p.client().messages().list_by_conversation(&one, PageRequest::default()).await.unwrap();
        assert_eq!(read.items.len(), 2);
        assert_eq!(p.unread(&p.client).await, 1);
        let inbox = p.admin().messages().list_inbox(InboxFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!(inbox.items.len(), 2, "the thread keeps the visitor's address");
        // Both continue the conversation.
        let mine = p.answer(&p.client, &one, "C'était moi").await.message;
        assert_eq!((mine.visitor_email.as_deref(), mine.receiver_id.as_ref(), mine.is_from_visitor), (Some(email), Some(&p.admin), false));
        let theirs = p.answer(&p.second, &one, "Ah").await.message;
        assert_eq!((theirs.visitor_email.as_deref(), theirs.receiver_id.as_ref()), (Some(email), Some(&p.client)));
        p.assert_unread_agrees("claimed").await;
        assert_eq!(kind(p.as_user(&p.other).messages().unclaim(&claim.id).await), ErrorKind::Denied);
        let undone = p.admin().messages().unclaim(&claim.id).await.unwrap();
        assert_eq!((undone.undone_by_id.as_ref(), undone.undone_at.is_some()), (Some(&p.admin), true));
        let after: Vec<Message> = unversioned(p.rows().await);
        let kept: Vec<Message> = after.into_iter().filter(|row| ![&mine.id, &theirs.id].contains(&&row.id)).collect();
        assert_eq!(kept, before);
        assert_eq!(kind(p.admin().messages().unclaim(&claim.id).await), ErrorKind::Conflict);
        assert_eq!(kind(p.admin().messages().unclaim(&"nothing".parse().unwrap()).await), ErrorKind::NotFound);
        let actions: Vec<String> = p.rows::<AuditLog>().await.into_iter().map(|row| row.action).collect();
        assert_eq!(actions, ["CONVERSATIONS_CLAIMED", "CONVERSATIONS_UNCLAIMED"]);
        let listed = p.client().messages().list_claims_by_user(&p.client, PageRequest::default()).await.unwrap();
        assert_eq!(listed.items, [undone]);
        assert_eq!(p.admin().messages().list_claims(PageRequest::default()).await.unwrap().items.len(), 1);
        p.assert_unread_agrees("unclaimed").await;
    }

    async fn users_claim_only_their_own_address(server: &Server) {
        let p = Platform::new(server).await;
        p.visit("client@exemple.fr", None).await;
        p.visit("çlient@exemple.fr", None).await;
        let other = p.as_user(&p.other);
        assert_eq!(kind(other.messages().claim("client@exemple.fr".to_owned(), &p.other).await), ErrorKind::Denied);
        assert_eq!(kind(other.messages().claim("client@exemple.fr".to_owned(), &p.client).await), ErrorKind::Denied);
        // An address that is equal only by the server's collation is another address.
        assert_eq!(kind(p.client().messages().claim("çlient@exemple.fr".to_owned(), &p.client).await), ErrorKind::Denied);
        assert_eq!(p.client().messages().claim("client@exemple.fr".to_owned(), &p.client).await.unwrap().message_count, 1);
        assert_eq!(kind(p.client().messages().claim("client@exemple.fr".to_owned(), &p.client).await), ErrorKind::NotFound);
        let refused = p.admin().messages().claim("client@exemple.fr".to_owned(), &p.other).await.unwrap_err();
        assert_eq!((refused.kind(), refused.key()), (ErrorKind::Conflict, Some("staka_claims_openEmail_key")));
        // An administrator may claim any address for any user.
        let claim = p.admin().messages().claim("çlient@exemple.fr".to_owned(), &p.other).await.unwrap();
        assert_eq!((claim.message_count, claim.user_id), (1, p.other.clone()));
        assert_eq!(kind(p.admin().messages().claim("personne@exemple.fr".to_owned(), &p.other).await), ErrorKind::NotFound);
        // The same account can claim later messages of the visitor.
        p.visit("client@exemple.fr", None).await;
        assert_eq!(p.client().messages().claim("client@exemple.fr".to_owned(), &p.client).await.unwrap().message_count, 2);
        run(&mut p.conn().await, "UPDATE users SET isActive = FALSE WHERE id = ?", Args::new().with(&p.other)).await;
        assert_eq!(kind(p.admin().messages().claim("autre@exemple.fr".to_owned(), &p.other).await), ErrorKind::NotFound);
        p.assert_unread_agrees("claims").await;
    }

    async fn a_deleted_account_leaves_no_claim(server: &Server) {
        let p = Platform::new(server).await;
        let kept = create_claims(&p).await;
        p.admin().users().delete(&p.client).await.unwrap();
        assert_eq!(claims_left(&p).await, kept);
        p.admin().users().delete(&p.other).await.unwrap();
        assert_eq!(claims_left(&p).await, (0, 0));
    }

    async fn a_closed_account_leaves_no_claim(server: &Server) {
        let p = Platform::new(server).await;
        let kept = create_claims(&p).await;
        p.client().accounts().close(&p.client).await.unwrap();
        assert_eq!(claims_left(&p).await, kept);
        // Claimed messages stay assigned.
        assert!(p.rows::<Message>().await.iter().any(|row| row.sender_id.as_ref() == Some(&p.client)));
    }

    async fn accounts_can_be_deleted_without_the_tables_of_claims(server: &Server) {
        let p = Platform::new(server).await;
        create_claims(&p).await;
        // `prisma db push` drops tables that it does not know.
        run(&mut p.conn().await, "DROP TABLE staka_claimed_messages", Args::new()).await;
        p.client().accounts().close(&p.client).await.unwrap();
        assert_eq!(count(&p, "SELECT COUNT(*) FROM staka_claims").await, 1);
        run(&mut p.conn().await, "DROP TABLE staka_claims", Args::new()).await;
        p.as_user(&p.corrector).accounts().close(&p.corrector).await.unwrap();
        p.admin().users().delete(&p.other).await.unwrap();
    }
}

/// Creates two claims of the client, one of them undone, and one of another user; returns how many claims and claimed
/// messages are left once the client's account is deleted.
async fn create_claims(p: &Platform) -> (i64, i64) {
    for email in ["client@exemple.fr", "zoé@visite.fr", "other@exemple.fr"] {
        p.visit(email, None).await;
    }
    p.client().messages().claim("client@exemple.fr".to_owned(), &p.client).await.unwrap();
    let undone = p.admin().messages().claim("zoé@visite.fr".to_owned(), &p.client).await.unwrap();
    p.admin().messages().unclaim(&undone.id).await.unwrap();
    p.as_user(&p.other).messages().claim("other@exemple.fr".to_owned(), &p.other).await.unwrap();
    assert_eq!(claims_left(p).await, (3, 3));
    (1, 1)
}

async fn count(p: &Platform, text: &'static str) -> i64 {
    p.conn().await.one(&Statement::fixed("test", text, &[]), Args::new()).await.unwrap()
}

/// Returns how many claims and claimed messages there are.
async fn claims_left(p: &Platform) -> (i64, i64) {
    (count(p, "SELECT COUNT(*) FROM staka_claims").await, count(p, "SELECT COUNT(*) FROM staka_claimed_messages").await)
}
