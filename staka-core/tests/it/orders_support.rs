//! People, orders and files for the tests of these.

use std::sync::atomic::Ordering;

use staka_core::base::NewRow;
use staka_core::model::{Commande, CommandeId, File, FileId, NewInvoice, NewUser, Role, StatutCommande, UserId};
use staka_core::repo::{invoices, users};
use staka_core::{
    CommandeDraft, Ctx, ErrorKind, FileUpload, Listing, Page, Result, Secret, Session, Staka, SystemClock, TextEnum,
};

/// A new account.
pub async fn person(staka: &Staka, role: Role) -> UserId {
    let email = format!("{:x}@example.org", rand::random::<u64>());
    let new = NewUser { role, ..NewUser::new("Zoé", "Ångström", email, Secret::new("x")) };
    let user = new.into_row(&SystemClock).unwrap();
    users::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&user)).await.unwrap();
    user.id
}

/// A new account, signed in.
pub async fn signed_in(staka: &Staka, role: Role) -> (UserId, Session) {
    let id = person(staka, role.clone()).await;
    (id.clone(), staka.as_actor(Ctx::user(id, role)))
}

pub fn draft(titre: &str) -> CommandeDraft {
    CommandeDraft { titre: titre.to_owned(), ..CommandeDraft::default() }
}

pub async fn order(session: &Session, titre: &str) -> Commande {
    session.commandes().create(draft(titre), None).await.unwrap()
}

pub fn upload(commande: Option<&CommandeId>) -> FileUpload {
    FileUpload {
        filename: "manuscrit.docx".to_owned(),
        stored_name: None,
        mime_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned(),
        size: 1_000,
        url: "/uploads/projects/x.docx".to_owned(),
        commande_id: commande.cloned(),
        description: None,
        is_public: None,
    }
}

pub async fn file(session: &Session, commande: Option<&CommandeId>) -> File {
    session.files().create(upload(commande), None).await.unwrap()
}

pub async fn invoice(staka: &Staka, order: &CommandeId) -> Result<()> {
    let number = format!("F-{:x}", rand::random::<u64>());
    let row =
        NewInvoice::new(order.clone(), number, 46_800, "https://files.example.org/f.pdf").into_row(&SystemClock)?;
    invoices::add(&mut staka.acquire().await?, std::slice::from_ref(&row)).await
}

/// An id that nothing has.
pub fn no_order() -> CommandeId {
    "nothing".parse().unwrap()
}

pub fn no_file() -> FileId {
    "nothing".parse().unwrap()
}

/// How many statements a piece of work takes.
pub async fn statements<T>(staka: &Staka, work: impl Future<Output = T>) -> (u64, T) {
    let before = staka.counters().statements.load(Ordering::Relaxed);
    let done = work.await;
    (staka.counters().statements.load(Ordering::Relaxed) - before, done)
}

/// Which kind of error it is; none if it went well.
pub fn kind<T>(outcome: &Result<T>) -> Option<ErrorKind> {
    outcome.as_ref().err().map(staka_core::Error::kind)
}

/// The faulty fields of an error.
pub fn faulty<T>(outcome: Result<T>) -> Vec<String> {
    let error = outcome.err().expect("it must be refused");
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    error.fields().iter().map(|fault| fault.field.to_string()).collect()
}

/// All statuts of the guide.
pub fn statuts() -> Vec<StatutCommande> {
    StatutCommande::VALUES.iter().filter_map(|word| StatutCommande::from_word(word)).collect()
}

/// Something of every row of a list, page by page.
pub async fn every<T, F: Future<Output = Result<Listing<T>>>>(
    list: impl Fn(Page) -> F,
    limit: u32,
    of: impl Fn(&T) -> String,
) -> Vec<String> {
    let (mut all, mut page) = (Vec::new(), Page::of(limit));
    loop {
        let listing = list(page.clone()).await.unwrap();
        all.extend(listing.items.iter().map(&of));
        match listing.next {
            Some(next) => page = Page::of(limit).after(next),
            None => return all,
        }
    }
}
