//! Support for the tests of orders and files: accounts, orders and files.

use std::sync::atomic::Ordering;

use staka_core::base::NewRow;
use staka_core::model::{Commande, CommandeId, File, FileId, InvoiceInsert, Role, StatutCommande, UserId, UserInsert};
use staka_core::repo::{invoices, users};
use staka_core::{
    Caller, ErrorKind, NewCommande, NewFile, Page, PageRequest, Result, Secret, Session, Staka, SystemClock, TextEnum,
};

/// Creates an account.
pub async fn person(staka: &Staka, role: Role) -> UserId {
    let email = format!("{:x}@example.org", rand::random::<u64>());
    let new = UserInsert { role, ..UserInsert::new("Zoé", "Ångström", email, Secret::new("x")) };
    let user = new.into_row(&SystemClock).unwrap();
    users::add(&mut staka.acquire().await.unwrap(), std::slice::from_ref(&user)).await.unwrap();
    user.id
}

/// Creates an account and returns it with a session.
pub async fn signed_in(staka: &Staka, role: Role) -> (UserId, Session) {
    let id = person(staka, role.clone()).await;
    (id.clone(), staka.as_caller(Caller::user(id, role)))
}

pub fn draft(titre: &str) -> NewCommande {
    NewCommande::new(titre.to_owned())
}

pub async fn order(session: &Session, titre: &str) -> Commande {
    session.commandes().create(draft(titre), None).await.unwrap()
}

pub fn upload(commande: Option<&CommandeId>) -> NewFile {
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let mut file = NewFile::new("manuscrit.docx", docx, 1_000, "/uploads/projects/x.docx");
    file.commande_id = commande.cloned();
    file
}

pub async fn file(session: &Session, commande: Option<&CommandeId>) -> File {
    session.files().create(upload(commande), None).await.unwrap()
}

pub async fn invoice(staka: &Staka, order: &CommandeId) -> Result<()> {
    let number = format!("F-{:x}", rand::random::<u64>());
    let row =
        InvoiceInsert::new(order.clone(), number, 46_800, "https://files.example.org/f.pdf").into_row(&SystemClock)?;
    invoices::add(&mut staka.acquire().await?, std::slice::from_ref(&row)).await
}

/// Returns the id of an order that does not exist.
pub fn no_order() -> CommandeId {
    "nothing".parse().unwrap()
}

/// Returns the id of a file that does not exist.
pub fn no_file() -> FileId {
    "nothing".parse().unwrap()
}

/// Runs a future and returns the number of statements it took.
pub async fn statements<T>(staka: &Staka, work: impl Future<Output = T>) -> (u64, T) {
    let before = staka.metrics().statements.load(Ordering::Relaxed);
    let done = work.await;
    (staka.metrics().statements.load(Ordering::Relaxed) - before, done)
}

/// Returns the kind of the error, or `None` for a success.
pub fn kind<T>(outcome: &Result<T>) -> Option<ErrorKind> {
    outcome.as_ref().err().map(staka_core::Error::kind)
}

/// Returns the fields of an expected `Invalid` error.
pub fn invalid_fields<T>(outcome: Result<T>) -> Vec<String> {
    let error = outcome.err().expect("the call must fail");
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    error.fields().iter().map(|it| it.field.to_string()).collect()
}

/// Returns all statuts of the Prisma schema.
pub fn statuts() -> Vec<StatutCommande> {
    StatutCommande::VALUES.iter().filter_map(|word| StatutCommande::from_variant(word)).collect()
}

/// Reads a list page by page and returns a text of every row.
pub async fn collect_all<T, F: Future<Output = Result<Page<T>>>>(
    list: impl Fn(PageRequest) -> F,
    limit: u32,
    of: impl Fn(&T) -> String,
) -> Vec<String> {
    let (mut all, mut page) = (Vec::new(), PageRequest::of(limit));
    loop {
        let listing = list(page.clone()).await.unwrap();
        all.extend(listing.items.iter().map(&of));
        match listing.next {
            Some(next) => page = PageRequest::of(limit).after(next),
            None => return all,
        }
    }
}
