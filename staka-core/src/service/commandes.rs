//! Orders: creation, changes, transitions between statuts, cancellation and deletion. Every change locks the order's
//! row before reading its state, until the transaction ends.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::OpContext;
use super::audit_trail::{self, Action};
use super::notify::{self, Event};
use crate::base::{
    Error, ErrorKind, PageRequest, Patch, Result, RowPatch, Table, TextEnum, Timestamp, Validate, Violations,
    address_problem,
};
use crate::db::Conn;
use crate::model::view::{CommandeDetail, DeletedCommande};
use crate::model::{Commande, CommandeId, CommandePatch, Priorite, StatutCommande, UserId};
use crate::repo::{commandes, files, invoices};

/// A new order of an author.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct NewCommande {
    /// Title of the manuscript; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(3, 100).trimmed())]
    pub titre: String,
    /// Description of what the author asks for; null for none.
    #[described(bounds = Bounds::bytes(65_535))]
    pub description: Option<String>,
    /// Address (URL) of the manuscript; null for none. Uploading files to the order is preferred.
    #[described(bounds = Bounds::chars(1, 500))]
    pub fichier_url: Option<String>,
    /// Note of the author; null for none.
    #[described(bounds = Bounds::bytes(65_535))]
    pub note_client: Option<String>,
    /// Priority of the order.
    #[described(bounds = Bounds::NONE.default_word("NORMALE"))]
    pub priorite: Option<Priorite>,
}

/// Changes an author may make to an order; omitted fields keep their values.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CommandeUpdate {
    /// Title of the manuscript; surrounding spaces are removed.
    #[described(bounds = Bounds::chars(3, 100).trimmed())]
    pub titre: Patch<String>,
    /// Description of what the author asks for; null for none.
    #[described(bounds = Bounds::bytes(65_535))]
    pub description: Patch<Option<String>>,
    /// Address (URL) of the manuscript; null for none.
    #[described(bounds = Bounds::chars(1, 500))]
    pub fichier_url: Patch<Option<String>>,
    /// Note of the author; null for none.
    #[described(bounds = Bounds::bytes(65_535))]
    pub note_client: Patch<Option<String>>,
}

/// Changes administrators may make to an order; omitted fields keep their values.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CommandeAdminUpdate {
    /// Priority of the order.
    pub priorite: Patch<Priorite>,
    /// Due date, UTC; null for none.
    pub date_echeance: Patch<Option<Timestamp>>,
    /// Note of the corrector, visible to the author; null for none.
    #[described(bounds = Bounds::bytes(65_535))]
    pub note_correcteur: Patch<Option<String>>,
}

/// Returns the title without surrounding spaces, which must have 3 to 100 characters.
fn checked_titre(violations: &mut Violations, titre: &str) -> String {
    let titre = titre.trim();
    if !(3..=100).contains(&titre.chars().count()) {
        violations.add("titre", "must be 3 to 100 characters long");
    } else {
        violations.check(Commande::column("titre"), titre);
    }
    titre.to_owned()
}

fn check_address(violations: &mut Violations, address: Option<&str>) {
    let Some(address) = address else { return };
    match address_problem(address) {
        Some(problem) => violations.add("fichierUrl", problem),
        None => violations.check(Commande::column("fichierUrl"), address),
    }
}

fn check_text<T: Validate>(violations: &mut Violations, name: &str, text: &T) {
    violations.check(Commande::column(name), text);
}

/// Creates an order for the caller, or for the user an administrator names, with statut EN_ATTENTE. Notifies the
/// administrators and the client.
pub async fn create(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    new: &NewCommande,
    user: Option<&UserId>,
) -> Result<Commande> {
    let client = match (user, ctx.user()) {
        (None, Some(actor)) => actor,
        (Some(user), actor) if ctx.is_admin() || actor == Some(user) => user,
        (Some(_), _) => return Err(ctx.denied("the user concerned or an administrator")),
        (None, None) => return Err(Error::invalid("user", "is required, because no user is signed in")),
    };
    let mut violations = Violations::default();
    let titre = checked_titre(&mut violations, &new.titre);
    check_text(&mut violations, "description", &new.description);
    check_address(&mut violations, new.fichier_url.as_deref());
    check_text(&mut violations, "noteClient", &new.note_client);
    check_text(&mut violations, "priorite", &new.priorite);
    violations.into_result()?;
    let row = Commande {
        id: ctx.new_id(),
        user_id: client.clone(),
        titre,
        description: new.description.clone(),
        fichier_url: new.fichier_url.clone(),
        statut: StatutCommande::EnAttente,
        note_client: new.note_client.clone(),
        note_correcteur: None,
        priorite: new.priorite.clone().unwrap_or(Priorite::Normale),
        date_echeance: None,
        date_finition: None,
        created_at: ctx.now,
        updated_at: ctx.now,
        payment_status: None,
        stripe_session_id: None,
        amount: None,
    };
    // The foreign key checks that the client exists at the time of the insert.
    commandes::add(conn, std::slice::from_ref(&row)).await.map_err(|error| match error.key() {
        Some("commandes_userId_fkey") => Error::new(ErrorKind::NotFound, format!("user {client} not found")),
        _ => error,
    })?;
    notify::announce(conn, ctx, Event::OrderCreated, Some(client), &[("titre", &row.titre), ("id", row.id.as_str())])
        .await?;
    if ctx.user() != Some(client) {
        let details = json!({"client": client.as_str()});
        audit_trail::write(conn, ctx, Action::CommandeCreated, Some(row.id.as_str()), details).await?;
    }
    Ok(row)
}

/// Returns the order with its client, files and invoices, by three statements whatever their number.
pub async fn get(conn: &mut Conn, id: &CommandeId) -> Result<Option<CommandeDetail>> {
    let Some(mut detail) = commandes::get(conn, id).await? else { return Ok(None) };
    detail.files = files::list_by_commande(conn, id, &PageRequest::of(100)).await?.items;
    detail.invoices = invoices::of_commande(conn, id).await?;
    Ok(Some(detail))
}

/// Locks the order's row and returns it. Fails with `NotFound` if the order does not exist, and with `Precondition` if
/// its `updatedAt` is not `expected`.
async fn lock(conn: &mut Conn, id: &CommandeId, expected: Option<Timestamp>) -> Result<Commande> {
    let row = commandes::lock(conn, id)
        .await?
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("order {id} not found")))?;
    match expected {
        Some(expected) if expected != row.updated_at => {
            Err(Error::new(ErrorKind::Precondition, format!("order {id} was changed meanwhile")))
        }
        _ => Ok(row),
    }
}

/// Writes a patch to a locked order and returns the row as it is afterwards.
async fn write(conn: &mut Conn, ctx: &OpContext<'_>, row: Commande, patch: &CommandePatch) -> Result<Commande> {
    if patch.is_empty() {
        return Ok(row);
    }
    commandes::update(conn, &row.id, patch, None, ctx.now).await?;
    let written = commandes::lookup(conn, &row.id).await?;
    written.ok_or_else(|| Error::internal(format!("order {} disappeared while it was locked", row.id)))
}

/// Changes the author's fields of an order: authors while its statut is EN_ATTENTE, administrators at any time.
pub async fn update(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    update: &CommandeUpdate,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let mut violations = Violations::default();
    let titre = match &update.titre {
        Patch::Absent => Patch::Absent,
        Patch::Set(titre) => Patch::Set(checked_titre(&mut violations, titre)),
    };
    check_text(&mut violations, "description", &update.description);
    check_address(&mut violations, update.fichier_url.as_set().and_then(Option::as_deref));
    check_text(&mut violations, "noteClient", &update.note_client);
    violations.into_result()?;
    let row = lock(conn, id, expected).await?;
    if !ctx.is_admin() && row.statut != StatutCommande::EnAttente {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order is {}; its author may change it only while it is EN_ATTENTE", row.statut),
        ));
    }
    let patch = CommandePatch {
        titre,
        description: update.description.clone(),
        fichier_url: update.fichier_url.clone(),
        note_client: update.note_client.clone(),
        ..CommandePatch::default()
    };
    record_update(conn, ctx, &row, &patch).await?;
    write(conn, ctx, row, &patch).await
}

/// Changes the team's fields of an order; for administrators.
pub async fn update_as_admin(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    update: &CommandeAdminUpdate,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let patch = CommandePatch {
        priorite: update.priorite.clone(),
        date_echeance: update.date_echeance.clone(),
        note_correcteur: update.note_correcteur.clone(),
        ..CommandePatch::default()
    };
    let mut violations = Violations::default();
    patch.check(&mut violations);
    violations.into_result()?;
    let row = lock(conn, id, expected).await?;
    record_update(conn, ctx, &row, &patch).await?;
    write(conn, ctx, row, &patch).await
}

/// Records a change of another user's order in the audit log: the names of the fields, not their values.
async fn record_update(conn: &mut Conn, ctx: &OpContext<'_>, row: &Commande, patch: &CommandePatch) -> Result<()> {
    if patch.is_empty() || ctx.user() == Some(&row.user_id) {
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
    audit_trail::write(conn, ctx, Action::CommandeUpdated, Some(row.id.as_str()), details).await
}

/// Changes the statut of a locked order. Sets `dateFinition` if the new statut is TERMINE, and clears it otherwise.
async fn transition(conn: &mut Conn, ctx: &OpContext<'_>, row: Commande, statut: &StatutCommande) -> Result<Commande> {
    let patch = CommandePatch {
        statut: Patch::Set(statut.clone()),
        date_finition: Patch::Set((*statut == StatutCommande::Termine).then_some(ctx.now)),
        ..CommandePatch::default()
    };
    let row = write(conn, ctx, row, &patch).await?;
    // The client is not notified of their own change.
    if ctx.user() != Some(&row.user_id) {
        let values = [("titre", &*row.titre), ("statut", row.statut.as_str()), ("id", row.id.as_str())];
        let labels = [("statut", &*row.statut.phrase())];
        notify::announce_with_labels(conn, ctx, Event::StatusChanged, Some(&row.user_id), &values, &labels).await?;
    }
    Ok(row)
}

/// Changes the statut of an order as [`StatutCommande::next`] permits, and notifies the client; for administrators.
/// Fails with `Conflict` if the transition is not permitted.
pub async fn set_statut(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    statut: &StatutCommande,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let row = lock(conn, id, expected).await?;
    if !row.statut.next().contains(statut) {
        let next: Vec<&str> = row.statut.next().iter().map(TextEnum::as_str).collect();
        let permitted =
            if next.is_empty() { "no other statut without an override".to_owned() } else { next.join(", ") };
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("statut {statut} cannot follow {}; permitted: {permitted}", row.statut),
        ));
    }
    let details = json!({"from": row.statut.as_str(), "to": statut.as_str()});
    audit_trail::write(conn, ctx, Action::CommandeStatutChanged, Some(id.as_str()), details).await?;
    transition(conn, ctx, row, statut).await
}

/// Sets an order to any statut of the Prisma schema, whatever its current one, for a reason that the audit log keeps,
/// and notifies the client; for administrators. Fails with `Conflict` if the order already has the statut.
pub async fn override_statut(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    statut: &StatutCommande,
    reason: &str,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let reason = reason.trim();
    if !(3..=500).contains(&reason.chars().count()) || reason.contains('\0') {
        return Err(Error::invalid("reason", "must be 3 to 500 characters long and contain no NUL"));
    }
    let row = lock(conn, id, expected).await?;
    if row.statut == *statut {
        return Err(Error::new(ErrorKind::Conflict, format!("the order already has statut {statut}")));
    }
    let details = json!({"from": row.statut.as_str(), "to": statut.as_str(), "reason": reason});
    audit_trail::write(conn, ctx, Action::CommandeStatutOverridden, Some(id.as_str()), details).await?;
    transition(conn, ctx, row, statut).await
}

/// Cancels an order whose statut is EN_ATTENTE and which is neither paid nor being paid.
pub async fn cancel(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    expected: Option<Timestamp>,
) -> Result<Commande> {
    let row = lock(conn, id, expected).await?;
    if row.statut != StatutCommande::EnAttente {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order is {}; it can be cancelled only while it is EN_ATTENTE", row.statut),
        ));
    }
    if let Some(payment @ ("paid" | "pending")) = row.payment_status.as_deref() {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("the order's payment is {payment}, so it cannot be cancelled"),
        ));
    }
    if ctx.user() != Some(&row.user_id) {
        let details = json!({"from": row.statut.as_str(), "to": StatutCommande::Annulee.as_str()});
        audit_trail::write(conn, ctx, Action::CommandeStatutChanged, Some(id.as_str()), details).await?;
    }
    transition(conn, ctx, row, &StatutCommande::Annulee).await
}

/// Deletes an order with its files and returns where the files' bytes are stored, for the caller to delete after the
/// commit; for administrators. Fails with `Conflict` if the order has invoices, which must be kept by law.
pub async fn delete(
    conn: &mut Conn,
    ctx: &OpContext<'_>,
    id: &CommandeId,
    expected: Option<Timestamp>,
) -> Result<DeletedCommande> {
    let row = lock(conn, id, expected).await?;
    // No invoice can be added now, because its foreign key waits for the locked row.
    if invoices::any_of_commande(conn, id).await? {
        return Err(Error::new(ErrorKind::Conflict, "the order has invoices and cannot be deleted"));
    }
    let files = files::lock_by_commande(conn, id).await?;
    let details = json!({"client": row.user_id.as_str(), "statut": row.statut.as_str(), "files": files.len()});
    audit_trail::write(conn, ctx, Action::CommandeDeleted, Some(id.as_str()), details).await?;
    commandes::remove(conn, id).await?;
    Ok(DeletedCommande { id: row.id, files })
}
