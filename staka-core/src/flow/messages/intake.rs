//! The public forms: contact, and the free sample.

use serde::Deserialize;
use serde_json::json;
use staka_macros::Described;

use super::deliver::{self, Told, first_admin};
use super::input;
use crate::base::{Faults, Fits, Length, Result};
use crate::db::Conn;
use crate::flow::notices::{self, Event};
use crate::flow::{Act, journal};
use crate::model::view::VisitorReceipt;
use crate::model::{File, FileType, MessageType};
use crate::repo::files;

/// The contact form.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct ContactForm {
    /// Name, at most 100 characters.
    pub nom: String,
    /// E-mail address.
    pub email: String,
    /// What it is about, at most 200 characters.
    pub sujet: String,
    /// The text, at most 5,000 characters.
    pub message: String,
    /// Telephone number, at most 30 characters.
    pub telephone: Option<String>,
}

/// The form for a free sample. The file, where one goes with it, lies at its address already.
#[derive(Clone, Debug, PartialEq, Deserialize, Described)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[described(new)]
pub struct FreeSample {
    /// Name, at most 100 characters.
    pub nom: String,
    /// E-mail address; kept in small letters.
    pub email: String,
    /// Telephone number, at most 30 characters.
    pub telephone: Option<String>,
    /// Genre of the manuscript, at most 100 characters.
    pub genre: Option<String>,
    /// What is wished, at most 2,000 characters.
    pub description: Option<String>,
    /// The file's name, at most 255 characters; no file goes with it unless given.
    pub filename: Option<String>,
    /// The name under which it is stored, at most 255 characters.
    pub stored_name: Option<String>,
    /// Its MIME type: PDF, Word, RTF, ODT or plain text.
    pub mime_type: Option<String>,
    /// Its size in bytes, at most 20 MiB.
    pub size: Option<u32>,
    /// Where it lies, at most 500 characters.
    pub url: Option<String>,
}

/// What a manuscript may be.
const MANUSCRIPTS: [&str; 6] = [
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "application/rtf",
    "text/plain",
];

/// The largest sample: 20 MiB.
const LARGEST: u32 = 20 << 20;

fn optional(faults: &mut Faults, field: &'static str, text: Option<&String>, most: u32) {
    if let Some(problem) = text.and_then(|text| text.fault(Length::Chars(most))) {
        faults.add(field, problem);
    }
}

/// Somebody uses the contact form: the administrators are told, no message is kept.
pub async fn contact(conn: &mut Conn, act: &Act<'_>, form: &ContactForm) -> Result<()> {
    let mut faults = Faults::default();
    let name = input::required(&mut faults, "nom", &form.nom, 100);
    let email = input::address(&mut faults, "email", &form.email);
    let subject = input::required(&mut faults, "sujet", &form.sujet, 200);
    let text = input::required(&mut faults, "message", &form.message, 5_000);
    optional(&mut faults, "telephone", form.telephone.as_ref(), 30);
    faults.into_result()?;
    let words = [("nom", name.as_str()), ("email", &email), ("sujet", &subject), ("apercu", &text)];
    notices::announce(conn, act, Event::Contact, None, &words).await
}

/// Somebody asks for a free sample: a visitor's message to the administrator who was there first, who owns the file.
pub async fn free_sample(conn: &mut Conn, act: &Act<'_>, form: &FreeSample) -> Result<VisitorReceipt> {
    let mut faults = Faults::default();
    let name = input::required(&mut faults, "nom", &form.nom, 100);
    let email = input::address(&mut faults, "email", &form.email);
    optional(&mut faults, "telephone", form.telephone.as_ref(), 30);
    optional(&mut faults, "genre", form.genre.as_ref(), 100);
    optional(&mut faults, "description", form.description.as_ref(), 2_000);
    let attached = attached(&mut faults, form);
    faults.into_result()?;
    let admin = first_admin(conn).await?;
    let description = form.description.clone().filter(|text| !text.trim().is_empty());
    let content = description.unwrap_or_else(|| "Demande d'échantillon gratuit.".to_owned());
    let mut row = input::blank(act, act.new_id(), MessageType::UserMessage, &content);
    row.subject = Some("Demande d'échantillon gratuit".to_owned());
    row.is_from_visitor = true;
    row.visitor_email = Some(email.clone());
    row.visitor_name = Some(name.clone());
    row.receiver_id = Some(admin.clone());
    row.metadata = Some(json!({
        "source": "free-sample",
        "freeSample": { "telephone": form.telephone, "genre": form.genre },
    }));
    let mut carried = Vec::new();
    if let Some((filename, stored_name, mime_type, size, url)) = attached {
        let file = File {
            id: act.new_id(),
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
            created_at: act.now,
            updated_at: act.now,
        };
        files::add(conn, std::slice::from_ref(&file)).await?;
        carried.push(file.id);
    }
    let written = deliver::write(conn, act, Faults::default(), &row, &[], &Told::Nobody).await?.message;
    deliver::attach(conn, act, &written.id, &carried).await?;
    let words = [("nom", name.as_str()), ("email", &email), ("id", written.conversation_id.as_str())];
    notices::announce(conn, act, Event::FreeSample, None, &words).await?;
    let details = json!({ "messageId": written.id.as_str(), "file": !carried.is_empty() });
    journal::write(conn, act, journal::Action::FreeSampleRequested, Some(written.id.as_str()), details).await?;
    Ok(VisitorReceipt { id: written.id, conversation_id: written.conversation_id, created_at: written.created_at })
}

/// The file of a form, where all of it is said.
fn attached(faults: &mut Faults, form: &FreeSample) -> Option<(String, String, String, u32, String)> {
    let says_something =
        form.stored_name.is_some() || form.mime_type.is_some() || form.size.is_some() || form.url.is_some();
    if form.filename.is_none() && !says_something {
        return None;
    }
    let mut needed =
        |field, text: Option<&String>, most| input::required(faults, field, text.map_or("", String::as_str), most);
    let filename = needed("filename", form.filename.as_ref(), 255);
    let stored_name = needed("storedName", form.stored_name.as_ref(), 255);
    let mime_type = needed("mimeType", form.mime_type.as_ref(), 100);
    let url = needed("url", form.url.as_ref(), 500);
    if !mime_type.is_empty() && !MANUSCRIPTS.contains(&mime_type.as_str()) {
        faults.add("mimeType", "must be that of a PDF, Word, RTF, ODT or plain text");
    }
    let size = form.size.unwrap_or(0);
    if !(1..=LARGEST).contains(&size) {
        faults.add("size", format!("must be between 1 and {LARGEST}"));
    }
    Some((filename, stored_name, mime_type, size, url))
}
