//! Orders: made, changed, moved from one statut to the next, called off, removed. Whoever changes one holds its row
//! from the look at its state until the end of the transaction.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> staka_examples::Result<()> {
//! # let database = staka_examples::Database::of_example("doc")?;
//! # let staka = database.connect().await?;
//! use staka_core::model::{Role, StatutCommande};
//! use staka_core::{CommandeDraft, Ctx, ErrorKind};
//!
//! let zoe = staka_examples::person(&staka, "Zoé", Role::User, 0).await?;
//! let agathe = staka_examples::person(&staka, "Agathe", Role::Admin, 0).await?;
//! let author = staka.as_actor(Ctx::user(zoe.id, Role::User));
//! let team = staka.as_actor(Ctx::user(agathe.id, Role::Admin));
//! let draft = CommandeDraft { titre: "Les Marées".into(), ..CommandeDraft::default() };
//! let order = author.commandes().create(draft, None).await?;
//! // By the table of transitions, and at the version that was read.
//! let taken = team.commandes().change_statut(&order.id, StatutCommande::EnCours, Some(order.updated_at)).await?;
//! let late = team.commandes().change_statut(&order.id, StatutCommande::Termine, Some(order.updated_at)).await;
//! assert_eq!(late.unwrap_err().kind(), ErrorKind::Precondition);
//! let done = team.commandes().change_statut(&order.id, StatutCommande::Termine, Some(taken.updated_at)).await?;
//! assert!(done.date_finition.is_some());
//! # Ok(()) }
//! ```

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::Act;
use super::journal::{self, Action};
use super::notices::{self, Event};
use crate::base::{
    Column, Error, ErrorKind, Faults, Fits, Page, Patch, Result, RowPatch, Table, TextEnum, Timestamp, address_fault,
};
use crate::db::Conn;
use crate::model::view::{CommandeDetail, RemovedCommande};
use crate::model::{Commande, CommandeId, CommandePatch, Priorite, StatutCommande, UserId};
use crate::repo::{commandes, files, invoices};

/// What an author orders.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommandeDraft {
    /// Title of the manuscript: 3 to 100 characters without the spaces around it.
    pub titre: String,
    /// What the author asks for, up to 65,535 bytes.
    pub description: Option<String>,
    /// Address of the manuscript, up to 500 characters; files are the newer way.
    pub fichier_url: Option<String>,
    /// The author's note, up to 65,535 bytes.
    pub note_client: Option<String>,
    /// How urgent it is; NORMALE unless said otherwise.
    pub priorite: Option<Priorite>,
}

/// What an author may change of an order.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CommandeChange {
    /// Title of the manuscript: 3 to 100 characters without the spaces around it.
    pub titre: Patch<String>,
    /// What the author asks for, up to 65,535 bytes.
    pub description: Patch<Option<String>>,
    /// Address of the manuscript, up to 500 characters.
    pub fichier_url: Patch<Option<String>>,
    /// The author's note, up to 65,535 bytes.
    pub note_client: Patch<Option<String>>,
}

/// What the team decides about an order.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CommandeManagement {
    /// How urgent it is.
    pub priorite: Patch<Priorite>,
    /// When it is due, UTC.
    pub date_echeance: Patch<Option<Timestamp>>,
    /// The corrector's note, up to 65,535 bytes; its author sees it.
    pub note_correcteur: Patch<Option<String>>,
}

fn column(name: &str) -> &'static Column {
    Commande::COLUMNS.iter().find(|column| column.name == name).expect("a column of commandes")
}

/// The title without the spaces around it.
fn checked_titre(faults: &mut Faults, titre: &str) -> String {
    let titre = titre.trim();
    if !(3..=100).contains(&titre.chars().count()) {
        faults.add("titre", "must be 3 to 100 characters");
    } else {
        faults.check(column("titre"), titre);
    }
    titre.to_owned()
}

fn check_address(faults: &mut Faults, address: Option<&str>) {
    let Some(address) = address else { return };
    match address_fault(address) {
        Some(problem) => faults.add("fichierUrl", problem),
        None => faults.check(column("fichierUrl"), address),
    }
}

fn check_text<T: Fits>(faults: &mut Faults, name: &str, text: &T) {
    faults.check(column(name), text);
}

/// Makes an order for the user who acts, or for the one whom an administrator names; it waits to be taken up. Tells
/// administrators and client.
pub async fn create(conn: &mut Conn, act: &Act<'_>, draft: &CommandeDraft, user: Option<&UserId>) -> Result<Commande> {
    let client = match (user, act.user()) {
        (None, Some(actor)) => actor,
        (Some(user), actor) if act.is_admin() || actor == Some(user) => user,
        (Some(_), _) => return Err(denied()),
        (None, None) => return Err(Error::invalid("user", "must be given: nobody is signed in")),
    };
    let mut faults = Faults::default();
    let titre = checked_titre(&mut faults, &draft.titre);
    check_text(&mut faults, "description", &draft.description);
    check_address(&mut faults, draft.fichier_url.as_deref());
    check_text(&mut faults, "noteClient", &draft.note_client);
    check_text(&mut faults, "priorite", &draft.priorite);
    faults.into_result()?;
    let row = Commande {
        id: act.new_id(),
        user_id: client.clone(),
        titre,
        description: draft.description.clone(),
        fichier_url: draft.fichier_url.clone(),
        statut: StatutCommande::EnAttente,
        note_client: draft.note_client.clone(),
        note_correcteur: None,
        priorite: draft.priorite.clone().unwrap_or(Priorite::Normale),
        date_echeance: None,
        date_finition: None,
        created_at: act.now,
        updated_at: act.now,
        payment_status: None,
        stripe_session_id: None,
        amount: None,
    };
    // The foreign key says whether the client is there, at the moment that counts.
    commandes::add(conn, std::slice::from_ref(&row)).await.map_err(|error| match error.key() {
        Some("commandes_userId_fkey") => Error::new(ErrorKind::NotFound, format!("users {client} is not there")),
        _ => error,
    })?;
    notices::announce(conn, act, Event::OrderCreated, Some(client), &[("titre", &row.titre), ("id", row.id.as_str())])
        .await?;
    if act.user() != Some(client) {
        let details = json!({"client": client.as_str()});
        journal::write(conn, act, Action::CommandeCreated, Some(row.id.as_str()), details).await?;
    }
    Ok(row)
}

/// The order with its author, files and invoices: three statements, whatever their number.
pub async fn detail(conn: &mut Conn, id: &CommandeId) -> Result<Option<CommandeDetail>> {
    let Some(mut detail) = commandes::detail(conn, id).await? else { return Ok(None) };
    detail.files = files::of_commande(conn, id, &Page::of(100)).await?.items;
    detail.invoices = invoices::of_commande(conn, id).await?;
    Ok(Some(detail))
}

/// The order, held; `NotFound` when it is gone, `Precondition` when it is not at `expected` any more.
async fn held(conn: &mut Conn, id: &CommandeId, expected: Option<Timestamp>) -> Result<Commande> {
    let row = commandes::locked(conn, id)
        .await?
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("commandes {id} is not there")))?;
    match expected {
        Some(expected) if expected != row.updated_at => {
            Err(Error::new(ErrorKind::Precondition, format!("commandes {id} was changed meanwhile")))
        }
        _ => Ok(row),
    }
}

/// Writes a patch onto a held order and gives the row as it is then.
async fn write(conn: &mut Conn, act: &Act<'_>, row: Commande, patch: &CommandePatch) -> Result<Commande> {
    if patch.is_empty() {
        return Ok(row);
    }
    commandes::update(conn, &row.id, patch, None, act.now).await?;
    let written = commandes::lookup(conn, &row.id).await?;
    written.ok_or_else(|| Error::internal(format!("commandes {} is gone while it is held", row.id)))
}

/// Changes what the author says of an order. The author may while it waits, an administrator at any time.
pub async fn update(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &CommandeId,
    change: &CommandeChange,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let mut faults = Faults::default();
    let titre = match &change.titre {
        Patch::Absent => Patch::Absent,
        Patch::Set(titre) => Patch::Set(checked_titre(&mut faults, titre)),
    };
    check_text(&mut faults, "description", &change.description);
    check_address(&mut faults, change.fichier_url.as_set().and_then(Option::as_deref));
    check_text(&mut faults, "noteClient", &change.note_client);
    faults.into_result()?;
    let row = held(conn, id, expected).await?;
    if !act.is_admin() && row.statut != StatutCommande::EnAttente {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order is {}: its author may change it while it is EN_ATTENTE", row.statut),
        ));
    }
    let patch = CommandePatch {
        titre,
        description: change.description.clone(),
        fichier_url: change.fichier_url.clone(),
        note_client: change.note_client.clone(),
        ..CommandePatch::default()
    };
    note_update(conn, act, &row, &patch).await?;
    write(conn, act, row, &patch).await
}

/// Changes what the team decides about an order; for administrators.
pub async fn manage(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &CommandeId,
    management: &CommandeManagement,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let patch = CommandePatch {
        priorite: management.priorite.clone(),
        date_echeance: management.date_echeance.clone(),
        note_correcteur: management.note_correcteur.clone(),
        ..CommandePatch::default()
    };
    let mut faults = Faults::default();
    patch.check(&mut faults);
    faults.into_result()?;
    let row = held(conn, id, expected).await?;
    note_update(conn, act, &row, &patch).await?;
    write(conn, act, row, &patch).await
}

/// The audit log's entry for a change of somebody else's order: which fields, not what they say.
async fn note_update(conn: &mut Conn, act: &Act<'_>, row: &Commande, patch: &CommandePatch) -> Result<()> {
    if patch.is_empty() || act.user() == Some(&row.user_id) {
        return Ok(());
    }
    let fields: Vec<&str> = [
        ("titre", patch.titre.as_set().is_some()),
        ("description", patch.description.as_set().is_some()),
        ("fichierUrl", patch.fichier_url.as_set().is_some()),
        ("noteClient", patch.note_client.as_set().is_some()),
        ("priorite", patch.priorite.as_set().is_some()),
        ("dateEcheance", patch.date_echeance.as_set().is_some()),
        ("noteCorrecteur", patch.note_correcteur.as_set().is_some()),
    ]
    .into_iter()
    .filter_map(|(name, set)| set.then_some(name))
    .collect();
    let details = json!({"client": row.user_id.as_str(), "fields": fields});
    journal::write(conn, act, Action::CommandeUpdated, Some(row.id.as_str()), details).await
}

/// Moves a held order: `dateFinition` is set when it is done, and cleared wherever it goes from there.
async fn moved(conn: &mut Conn, act: &Act<'_>, row: Commande, statut: &StatutCommande) -> Result<Commande> {
    let patch = CommandePatch {
        statut: Patch::Set(statut.clone()),
        date_finition: Patch::Set((*statut == StatutCommande::Termine).then_some(act.now)),
        ..CommandePatch::default()
    };
    let row = write(conn, act, row, &patch).await?;
    // Who moved it knows already.
    if act.user() != Some(&row.user_id) {
        let words = [("titre", &*row.titre), ("statut", row.statut.as_str()), ("id", row.id.as_str())];
        notices::announce(conn, act, Event::StatusChanged, Some(&row.user_id), &words).await?;
    }
    Ok(row)
}

/// Moves an order on by the table of [`StatutCommande::next`]; for administrators. `Conflict` where the table does not
/// lead. Tells the client.
pub async fn change_statut(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &CommandeId,
    statut: &StatutCommande,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let row = held(conn, id, expected).await?;
    if !row.statut.next().contains(statut) {
        let next: Vec<&str> = row.statut.next().iter().map(TextEnum::as_str).collect();
        let ways = if next.is_empty() { "nothing without an override".to_owned() } else { next.join(", ") };
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order is {} and cannot become {statut}; it can become {ways}", row.statut),
        ));
    }
    let details = json!({"from": row.statut.as_str(), "to": statut.as_str()});
    journal::write(conn, act, Action::CommandeStatutChanged, Some(id.as_str()), details).await?;
    moved(conn, act, row, statut).await
}

/// Sets an order to any statut of the guide, wherever it stands, for a reason that the audit log keeps; for
/// administrators. `Conflict` where it stands already. Tells the client.
pub async fn override_statut(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &CommandeId,
    statut: &StatutCommande,
    reason: &str,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let reason = reason.trim();
    if !(3..=500).contains(&reason.chars().count()) || reason.contains('\0') {
        return Err(Error::invalid("reason", "must be 3 to 500 characters, none of them NUL"));
    }
    let row = held(conn, id, expected).await?;
    if row.statut == *statut {
        return Err(Error::new(ErrorKind::Conflict, format!("the order is {} and would become {statut}", row.statut)));
    }
    let details = json!({"from": row.statut.as_str(), "to": statut.as_str(), "reason": reason});
    journal::write(conn, act, Action::CommandeStatutOverridden, Some(id.as_str()), details).await?;
    moved(conn, act, row, statut).await
}

/// Calls an order off while it waits and nothing was paid or is being paid for it.
pub async fn cancel(conn: &mut Conn, act: &Act<'_>, id: &CommandeId, expected: Option<Timestamp>) -> Result<Commande> {
    let row = held(conn, id, expected).await?;
    if row.statut != StatutCommande::EnAttente {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order is {} and cannot be called off; it can while it is EN_ATTENTE", row.statut),
        ));
    }
    if let Some(payment @ ("paid" | "pending")) = row.payment_status.as_deref() {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order's payment is {payment}: it cannot be called off as unpaid"),
        ));
    }
    if act.user() != Some(&row.user_id) {
        let details = json!({"from": row.statut.as_str(), "to": StatutCommande::Annulee.as_str()});
        journal::write(conn, act, Action::CommandeStatutChanged, Some(id.as_str()), details).await?;
    }
    moved(conn, act, row, &StatutCommande::Annulee).await
}

/// Removes an order with its files; for administrators. `Conflict` when it has invoices, which the law demands to
/// keep. Gives where the files' bytes lie, for the caller to delete once the transaction is kept.
pub async fn remove(
    conn: &mut Conn,
    act: &Act<'_>,
    id: &CommandeId,
    expected: Option<Timestamp>,
) -> Result<RemovedCommande> {
    let row = held(conn, id, expected).await?;
    // Nobody adds one now: an invoice's foreign key waits for the row that is held.
    if invoices::any_of_commande(conn, id).await? {
        return Err(Error::new(ErrorKind::Conflict, "the order has invoices, which are kept: it cannot be removed"));
    }
    let files = files::going_with_commande(conn, id).await?;
    let details = json!({"client": row.user_id.as_str(), "statut": row.statut.as_str(), "files": files.len()});
    journal::write(conn, act, Action::CommandeDeleted, Some(id.as_str()), details).await?;
    commandes::remove(conn, id).await?;
    Ok(RemovedCommande { id: row.id, files })
}

fn denied() -> Error {
    Error::new(ErrorKind::Denied, "the actor may not do this")
}
