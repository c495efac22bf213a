//! The public forms: contact and free sample.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::deliver::{self, Audience, first_admin};
use super::input;
use crate::base::{Length, Result, Validate, Violations};
use crate::db::Conn;
use crate::model::view::VisitorReceipt;
use crate::model::{File, FileType, MessageType};
use crate::repo::files;
use crate::service::notify::{self, Event};
use crate::service::{OpContext, audit_trail};

/// The contact form of the website.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct ContactForm {
    /// Name of the person.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub nom: String,
    /// E-mail address of the person.
    #[described(bounds = Bounds::chars(5, 255).trimmed())]
    pub email: String,
    /// Subject of the enquiry.
    #[described(bounds = Bounds::chars(1, 200).trimmed())]
    pub sujet: String,
    /// Text of the enquiry.
    #[described(bounds = Bounds::chars(1, 5_000).trimmed())]
    pub message: String,
    /// Telephone number, in any form.
    #[described(bounds = Bounds::chars(0, 30))]
    pub telephone: Option<String>,
}

/// The form for a free sample. If it comes with a file, the file must already be stored at its URL.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
#[non_exhaustive]
pub struct FreeSample {
    /// Name of the person.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub nom: String,
    /// E-mail address of the person; stored in lower case.
    #[described(bounds = Bounds::chars(5, 255).trimmed())]
    pub email: String,
    /// Telephone number, in any form.
    #[described(bounds = Bounds::chars(0, 30))]
    pub telephone: Option<String>,
    /// Genre of the manuscript.
    #[described(bounds = Bounds::chars(0, 100))]
    pub genre: Option<String>,
    /// Description of the request.
    #[described(bounds = Bounds::chars(0, 2_000))]
    pub description: Option<String>,
    /// Name of the file; there is no file by default.
    #[described(bounds = Bounds::chars(1, 255).trimmed())]
    pub filename: Option<String>,
    /// Name under which the file is stored; required with a file.
    #[described(bounds = Bounds::chars(1, 255).trimmed())]
    pub stored_name: Option<String>,
    /// MIME type of the file: PDF, Word, RTF, ODT or plain text; required with a file.
    #[described(bounds = Bounds::chars(1, 100).trimmed())]
    pub mime_type: Option<String>,
    /// Size of the file in bytes, at most 20 MiB; required with a file.
    #[described(bounds = Bounds::between(1, MAX_SAMPLE_BYTES as i64))]
    pub size: Option<u32>,
    /// URL of the file; required with a file.
    #[described(bounds = Bounds::chars(1, 500).trimmed())]
    pub url: Option<String>,
}

/// MIME types of a manuscript.
const MANUSCRIPT_TYPES: [&str; 6] = [
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "application/rtf",
    "text/plain",
];

/// Maximum size of a sample: 20 MiB.
const MAX_SAMPLE_BYTES: u32 = 20 << 20;

fn check_optional(violations: &mut Violations, field: &'static str, text: Option<&String>, max_chars: u32) {
    if let Some(problem) = text.and_then(|text| text.problem(Length::Chars(max_chars))) {
        violations.add(field, problem);
    }
}

/// Notifies the administrators of a contact form; stores no message.
pub async fn submit_contact_form(conn: &mut Conn, ctx: &OpContext<'_>, form: &ContactForm) -> Result<()> {
    let mut violations = Violations::default();
    let name = input::required(&mut violations, "nom", &form.nom, 100);
    let email = input::address(&mut violations, "email", &form.email);
    let subject = input::required(&mut violations, "sujet", &form.sujet, 200);
    let text = input::required(&mut violations, "message", &form.message, 5_000);
    check_optional(&mut violations, "telephone", form.telephone.as_ref(), 30);
    violations.into_result()?;
    let params = [("nom", name.as_str()), ("email", &email), ("sujet", &subject), ("apercu", &text)];
    notify::announce(conn, ctx, Event::Contact, None, &params).await
}

/// Stores a request for a free sample as a visitor's message to the oldest active administrator, who also owns the
/// file.
pub async fn request_free_sample(conn: &mut Conn, ctx: &OpContext<'_>, form: &FreeSample) -> Result<VisitorReceipt> {
    let mut violations = Violations::default();
    let name = input::required(&mut violations, "nom", &form.nom, 100);
    let email = input::address(&mut violations, "email", &form.email);
    check_optional(&mut violations, "telephone", form.telephone.as_ref(), 30);
    check_optional(&mut violations, "genre", form.genre.as_ref(), 100);
    check_optional(&mut violations, "description", form.description.as_ref(), 2_000);
    let attached = attached_file(&mut violations, form);
    violations.into_result()?;
    let admin = first_admin(conn).await?;
    let description = form.description.clone().filter(|text| !text.trim().is_empty());
    let content = description.unwrap_or_else(|| "Demande d’échantillon gratuit.".to_owned());
    let mut row = input::new_row(ctx, ctx.new_id(), MessageType::UserMessage, &content);
    row.subject = Some("Demande d’échantillon gratuit".to_owned());
    row.is_from_visitor = true;
    row.visitor_email = Some(email.clone());
    row.visitor_name = Some(name.clone());
    row.receiver_id = Some(admin.clone());
    row.metadata = Some(json!({
        "source": "free-sample",
        "freeSample": { "telephone": form.telephone, "genre": form.genre },
    }));
    let mut files_of_message = Vec::new();
    if let Some((filename, stored_name, mime_type, size, url)) = attached {
        let file = File {
            id: ctx.new_id(),
            filename,
            stored_name,
            mime_type,
            size: size.into(),
            url,
            r#type: FileType::Document,
            uploaded_by_id: admin,
            commande_id: None,
            description: Some(format!("Échantillon gratuit de {name} ({email})")),
            is_public: false,
            created_at: ctx.now,
            updated_at: ctx.now,
        };
        files::add(conn, std::slice::from_ref(&file)).await?;
        files_of_message.push(file.id);
    }
    let written = deliver::write(conn, ctx, Violations::default(), &row, &[], &Audience::Nobody).await?.message;
    deliver::attach(conn, ctx, &written.id, &files_of_message).await?;
    let params = [("nom", name.as_str()), ("email", &email), ("id", written.conversation_id.as_str())];
    notify::announce(conn, ctx, Event::FreeSample, None, &params).await?;
    let details = json!({ "messageId": written.id.as_str(), "file": !files_of_message.is_empty() });
    audit_trail::write(conn, ctx, audit_trail::Action::FreeSampleRequested, Some(written.id.as_str()), details).await?;
    Ok(VisitorReceipt { id: written.id, conversation_id: written.conversation_id, created_at: written.created_at })
}

/// Returns name, stored name, MIME type, size and URL of the form's file, if any of them is given.
fn attached_file(violations: &mut Violations, form: &FreeSample) -> Option<(String, String, String, u32, String)> {
    let has_details =
        form.stored_name.is_some() || form.mime_type.is_some() || form.size.is_some() || form.url.is_some();
    if form.filename.is_none() && !has_details {
        return None;
    }
    let mut required = |field, text: Option<&String>, max_chars| {
        input::required(violations, field, text.map_or("", String::as_str), max_chars)
    };
    let filename = required("filename", form.filename.as_ref(), 255);
    let stored_name = required("storedName", form.stored_name.as_ref(), 255);
    let mime_type = required("mimeType", form.mime_type.as_ref(), 100);
    let url = required("url", form.url.as_ref(), 500);
    if !mime_type.is_empty() && !MANUSCRIPT_TYPES.contains(&mime_type.as_str()) {
        violations.add("mimeType", "must be the MIME type of a PDF, Word, RTF, ODT or plain text");
    }
    let size = form.size.unwrap_or(0);
    if !(1..=MAX_SAMPLE_BYTES).contains(&size) {
        violations.add("size", format!("must be between 1 and {MAX_SAMPLE_BYTES}"));
    }
    Some((filename, stored_name, mime_type, size, url))
}
