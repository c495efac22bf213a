//! Tests of the operations on files: access rights, accepted types and corrected documents.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use staka_core::base::{Args, NewRow};
use staka_core::model::*;
use staka_core::repo::{message_attachments, messages};
use staka_core::{
    Caller, Cursor, Direction, ErrorKind, FileFilter, FileScope, FileSort, FileSortKey, FileUpdate, Match, NewFile,
    PageRequest, Patch, Session, Staka, SystemClock, UserFileFilter,
};

use crate::orders_support::*;
use crate::support::{on_both, rows_where};

/// Inserts a message with a file attached.
async fn send_file(staka: &Staka, file: &File, from: &UserId, to: &UserId, statut: MessageStatut) {
    let message = MessageInsert {
        sender_id: Some(from.clone()),
        receiver_id: Some(to.clone()),
        statut,
        ..MessageInsert::new("a conversation".parse().unwrap(), "voici")
    };
    let message = message.into_row(&SystemClock).unwrap();
    let attached = MessageAttachmentInsert::new(message.id.clone(), file.id.clone()).into_row(&SystemClock).unwrap();
    let mut conn = staka.acquire().await.unwrap();
    messages::add(&mut conn, &[message]).await.unwrap();
    message_attachments::add(&mut conn, &[attached]).await.unwrap();
}

async fn notification_count(staka: &Staka, user: &UserId, title: &str) -> usize {
    let mut conn = staka.acquire().await.unwrap();
    let all: Vec<Notification> = rows_where(&mut conn, "`userId` = ?", Args::new().with(user)).await;
    all.iter().filter(|notification| notification.title == title).count()
}

on_both! {
    async fn users_upload_files_into_their_own_orders_or_none(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let own = session.files().create(upload(Some(&made.id)).filename("Où 👩‍🚀 رواية.DOCX"), None).await.unwrap();
        assert_eq!((&own.uploaded_by_id, own.commande_id.as_ref(), &own.r#type, own.is_public), (&user, Some(&made.id), &FileType::Document, false));
        assert_eq!((&*own.filename, own.description.as_deref()), ("Où 👩‍🚀 رواية.DOCX", None));
        assert!(own.stored_name.ends_with(".docx") && own.stored_name.is_ascii(), "{}", own.stored_name);
        let loose = file(&session, None).await;
        assert_eq!(loose.commande_id, None);
        for outsider in [&others, &correctors] {
            for id in [&made.id, &no_order()] {
                assert_eq!(kind(&outsider.files().create(upload(Some(id)), None).await), Some(ErrorKind::Denied));
            }
        }
        assert_eq!(kind(&admins.files().create(upload(Some(&no_order())), None).await), Some(ErrorKind::NotFound));
        // For another user: administrators and the system.
        assert_eq!(kind(&session.files().create(upload(None), Some(admin.clone())).await), Some(ErrorKind::Denied));
        assert_eq!(invalid_fields(staka.as_system().files().create(upload(None), None).await), ["uploader"]);
        let given = staka.as_system().files().create(upload(Some(&made.id)), Some(user.clone())).await.unwrap();
        assert!(!given.is_corrected());
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(kind(&staka.as_system().files().create(upload(None), Some(nobody)).await), Some(ErrorKind::NotFound));
        assert_eq!(notification_count(&staka, &user, "Document corrigé disponible").await, 0);
    }

    async fn all_invalid_fields_of_a_file_are_reported_at_once(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let wrong = NewFile::new("../../etc/passwd", "text/html", 0, "javascript:alert(1)").stored_name("..").description("ADMIN_FILE:\0");
        let fields = invalid_fields(session.files().create(wrong, None).await);
        assert_eq!(fields, ["filename", "storedName", "mimeType", "size", "url", "description"]);
        let made = order(&session, "Mémoires").await;
        let mib = 1 << 20;
        for (order, size, right) in [
            (Some(&made.id), 20 * mib, true),
            (Some(&made.id), 20 * mib + 1, false),
            (None, 50 * mib, true),
            (None, 50 * mib + 1, false),
            (None, 1, true),
            (None, -1, false),
            (None, i64::MAX, false),
        ] {
            let outcome = session.files().create(upload(order).size(size), None).await;
            assert_eq!(outcome.is_ok(), right, "{size}");
        }
        for (filename, right) in [("é".repeat(255), true), ("é".repeat(256), false), ("a/b".to_owned(), false), ("a\\b".to_owned(), false), (" ".to_owned(), false)] {
            let outcome = session.files().create(upload(None).filename(filename), None).await;
            assert_eq!(outcome.is_ok(), right);
        }
        for stored in ["a/b", "a..b", ".htaccess", "a\nb", ""] {
            let outcome = session.files().create(upload(None).stored_name(stored.to_owned()), None).await;
            assert_eq!(invalid_fields(outcome), ["storedName"], "{stored:?}");
        }
    }

    async fn the_type_of_a_file_is_never_set_by_the_caller(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        for (mime, kind) in &MIME_TYPES {
            let made = session.files().create(upload(None).mime_type((*mime).to_owned()), None).await.unwrap();
            assert_eq!((&*made.mime_type, &made.r#type), (*mime, kind));
        }
        let text = upload(None).mime_type("Application/X-Zip-Compressed; x=y");
        let made = session.files().create(text, None).await.unwrap();
        assert_eq!((&*made.mime_type, &made.r#type), ("application/zip", &FileType::Archive));
        for mime in ["text/html", "image/svg+xml", "application/x-msdownload", "application/octet-stream", ""] {
            assert_eq!(invalid_fields(session.files().create(upload(None).mime_type(mime.to_owned()), None).await), ["mimeType"]);
        }
        let mut claimed = json!({"file": {"filename": "a", "mimeType": "text/plain", "size": 1, "url": "/a", "type": "IMAGE"}});
        assert_eq!(invalid_fields(session.call("files.create", &claimed.to_string()).await), ["type"]);
        claimed["file"]["uploadedById"] = json!("x");
        claimed["file"].as_object_mut().unwrap().remove("type");
        assert_eq!(invalid_fields(session.call("files.create", &claimed.to_string()).await), ["uploadedById"]);
    }

    async fn an_author_never_deletes_or_changes_a_corrected_document(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let corrected = admins.files().create(upload(Some(&made.id)).description("relu"), None).await.unwrap();
        assert_eq!((corrected.description.as_deref(), &corrected.uploaded_by_id), (Some("ADMIN_FILE:relu"), &admin));
        let plain = admins.files().create(upload(Some(&made.id)), None).await.unwrap();
        assert_eq!(plain.description.as_deref(), Some("ADMIN_FILE:manuscrit.docx"));
        assert_eq!(notification_count(&staka, &user, "Document corrigé disponible").await, 2);
        // The author may read the corrected document, but not change it.
        assert!(session.files().get(&corrected.id).await.unwrap().unwrap().file.corrected);
        let change = FileUpdate::default().clear_description();
        assert_eq!(kind(&session.files().update(&corrected.id, change.clone(), None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().delete(&corrected.id, None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().detach_from_commande(&corrected.id, None).await), Some(ErrorKind::Denied));
        // A description does not turn a file into a corrected document.
        let own = file(&session, Some(&made.id)).await;
        for text in ["ADMIN_FILE:", "admin_file:x"] {
            let change = FileUpdate::default().description(text.to_owned());
            assert_eq!(invalid_fields(session.files().update(&own.id, change, None).await), ["description"]);
            let new = upload(Some(&made.id)).description(text.to_owned());
            assert_eq!(invalid_fields(session.files().create(new, None).await), ["description"]);
        }
        // An administrator's change keeps the prefix.
        let changed = admins.files().update(&corrected.id, change, None).await.unwrap();
        assert_eq!(changed.description.as_deref(), Some("ADMIN_FILE:manuscrit.docx"));
        let detached = admins.files().detach_from_commande(&corrected.id, None).await.unwrap();
        assert_eq!((detached.commande_id, detached.description.as_deref()), (None, Some("manuscrit.docx")));
        // The uploader is no longer an administrator, and has an author's rights only.
        let mut conn = staka.acquire().await.unwrap();
        let demoted = UserPatch { role: Patch::Set(Role::User), ..UserPatch::default() };
        staka_core::repo::users::update(&mut conn, &admin, &demoted, None, staka.clock().now()).await.unwrap();
        let demoted = staka.as_caller(Caller::user(admin, Role::User));
        assert_eq!(kind(&demoted.files().delete(&plain.id, None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&demoted.files().update(&plain.id, FileUpdate::default(), None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&admins.files().delete(&plain.id, None).await), Some(ErrorKind::Denied));
    }

    async fn a_manuscript_is_never_shown_to_outsiders(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (other, others) = signed_in(&staka, Role::User).await;
        let (_, outsiders) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let anonymous = staka.as_caller(Caller::new(staka_core::Actor::Anonymous));
        let made = order(&session, "Mémoires").await;
        let own = file(&session, Some(&made.id)).await;
        for entitled in [&session, &admins, &staka.as_system()] {
            let shown = entitled.files().get(&own.id).await.unwrap().unwrap();
            assert_eq!((&shown.file.id, &shown.stored_name, &shown.file.uploaded_by.id), (&own.id, &own.stored_name, &user));
            assert!(!serde_json::to_string(&shown).unwrap().contains("@example.org"));
        }
        for id in [&own.id, &no_file()] {
            for outsider in [&others, &outsiders, &correctors] {
                assert_eq!(kind(&outsider.files().get(id).await), Some(ErrorKind::Denied));
            }
            assert_eq!(kind(&anonymous.files().get(id).await), Some(ErrorKind::Unauthenticated));
            assert_eq!(anonymous.files().get_public(id).await.unwrap(), None);
        }
        assert_eq!(admins.files().get(no_file()).await.unwrap(), None);
        // The receiver of a message sees its files once it is sent.
        send_file(&staka, &own, &user, &other, MessageStatut::Brouillon).await;
        assert_eq!(kind(&others.files().get(&own.id).await), Some(ErrorKind::Denied));
        send_file(&staka, &own, &user, &other, MessageStatut::Envoye).await;
        assert_eq!(others.files().get(&own.id).await.unwrap().unwrap().attachment_count, 2);
        assert_eq!(kind(&outsiders.files().get(&own.id).await), Some(ErrorKind::Denied));
        // A reader may not change or delete the file.
        assert_eq!(kind(&others.files().delete(&own.id, None).await), Some(ErrorKind::Denied));
        let public = FileUpdate::default().is_public(true);
        assert_eq!(kind(&others.files().update(&own.id, public.clone(), None).await), Some(ErrorKind::Denied));
        session.files().update(&own.id, public, None).await.unwrap();
        assert!(outsiders.files().get(&own.id).await.unwrap().is_some());
        let shown = serde_json::to_value(anonymous.files().get_public(&own.id).await.unwrap().unwrap()).unwrap();
        let names: BTreeSet<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["id", "filename", "mimeType", "size", "url", "type"]));
    }

    async fn a_file_is_attached_and_detached_by_the_owner_of_file_and_order(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let (mine, second, theirs) = (order(&session, "Mienne").await, order(&session, "Seconde").await, order(&others, "Autre").await);
        let loose = file(&session, None).await;
        for target in [&theirs.id, &no_order()] {
            assert_eq!(kind(&session.files().attach_to_commande(&loose.id, target, None).await), Some(ErrorKind::Denied));
        }
        assert_eq!(kind(&others.files().attach_to_commande(&loose.id, &theirs.id, None).await), Some(ErrorKind::Denied));
        let attached = session.files().attach_to_commande(&loose.id, &mine.id, Some(loose.updated_at)).await.unwrap();
        assert_eq!((attached.commande_id.as_ref(), attached.description.as_deref()), (Some(&mine.id), None));
        let again = session.files().attach_to_commande(&loose.id, &second.id, None).await;
        assert_eq!(kind(&again), Some(ErrorKind::Conflict));
        assert!(again.unwrap_err().message().contains(mine.id.as_str()));
        assert_eq!(kind(&session.files().detach_from_commande(&loose.id, Some(loose.updated_at)).await), Some(ErrorKind::Precondition));
        assert_eq!(session.files().detach_from_commande(&loose.id, None).await.unwrap().commande_id, None);
        assert_eq!(kind(&session.files().detach_from_commande(&loose.id, None).await), Some(ErrorKind::Conflict));
        let large = session.files().create(upload(None).size((20 << 20) + 1), None).await.unwrap();
        assert_eq!(kind(&session.files().attach_to_commande(&large.id, &mine.id, None).await), Some(ErrorKind::Conflict));
        // A file that an administrator adds to an author's order is a corrected document.
        let team = file(&admins, None).await;
        let corrected = admins.files().attach_to_commande(&team.id, &mine.id, None).await.unwrap();
        assert!(corrected.is_corrected());
        assert_eq!(notification_count(&staka, &user, "Document corrigé disponible").await, 1);
        let helped = admins.files().attach_to_commande(&loose.id, &second.id, None).await.unwrap();
        assert!(!helped.is_corrected());
        assert_eq!(kind(&admins.files().attach_to_commande(no_file(), &mine.id, None).await), Some(ErrorKind::NotFound));
        assert_eq!(kind(&session.files().attach_to_commande(no_file(), &mine.id, None).await), Some(ErrorKind::Denied));
    }

    async fn a_file_is_deleted_by_the_owner_of_file_and_order(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let (mine, theirs) = (order(&session, "Mienne").await, order(&others, "Autre").await);
        let own = file(&session, Some(&mine.id)).await;
        assert_eq!(kind(&others.files().delete(&own.id, None).await), Some(ErrorKind::Denied));
        let removed = session.files().delete(&own.id, Some(own.updated_at)).await.unwrap();
        assert_eq!((removed.stored_name, removed.url), (own.stored_name, own.url));
        assert_eq!(kind(&session.files().delete(&own.id, None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&admins.files().delete(&own.id, None).await), Some(ErrorKind::NotFound));
        // A file of one user in the order of another: neither may delete it.
        let odd = file(&session, None).await;
        let elsewhere = FilePatch { commande_id: Patch::Set(Some(theirs.id.clone())), ..FilePatch::default() };
        staka_core::repo::files::update(&mut staka.acquire().await.unwrap(), &odd.id, &elsewhere, None, staka.clock().now()).await.unwrap();
        for one in [&session, &others] {
            assert_eq!(kind(&one.files().delete(&odd.id, None).await), Some(ErrorKind::Denied));
        }
        // Attachments are deleted too, and deletions by administrators are in the audit log.
        let attached = file(&session, None).await;
        send_file(&staka, &attached, &user, &user, MessageStatut::Envoye).await;
        session.files().delete(&attached.id, None).await.unwrap();
        admins.files().delete(&odd.id, None).await.unwrap();
        let mut conn = staka.acquire().await.unwrap();
        let entries: Vec<AuditLog> = rows_where(&mut conn, "`action` = ?", Args::new().with("FILE_DELETED")).await;
        assert_eq!(entries.iter().map(|entry| entry.target_id.as_deref()).collect::<Vec<_>>(), [Some(odd.id.as_str())]);
    }

    async fn lists_of_files_take_one_statement_whatever_their_rows(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let mut taken = Vec::new();
        for rows in [0, 1, 30] {
            for _ in 0..rows {
                file(&session, Some(&made.id)).await;
                file(&session, None).await;
            }
            let mut counts = Vec::new();
            counts.push(statements(&staka, admins.files().list_by_commande(&made.id, PageRequest::of(100))).await.0);
            for scope in [FileScope::Uploaded, FileScope::Projects] {
                let filter = UserFileFilter::default().scope(scope);
                counts.push(statements(&staka, session.files().list_by_user(&user, filter, PageRequest::of(100))).await.0);
            }
            counts.push(statements(&staka, admins.files().list(FileFilter::default(), FileSort::default(), PageRequest::of(100))).await.0);
            counts.push(statements(&staka, admins.files().count(FileFilter::default())).await.0);
            taken.push(counts);
        }
        assert_eq!(taken, vec![vec![1; 5]; 3]);
    }

    async fn lists_return_the_files_that_match(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let image = || upload(None).mime_type("image/png").filename("50%_été.png");
        let picture = session.files().create(image(), None).await.unwrap();
        let own = file(&session, Some(&made.id)).await;
        let back = file(&admins, Some(&made.id)).await;
        let ids = |listing: staka_core::Page<view::FileItem>| listing.items.into_iter().map(|file| file.id).collect::<BTreeSet<_>>();
        let mine = async |filter: UserFileFilter| session.files().list_by_user(&user, filter, PageRequest::default()).await;
        let (picture, own, back) = (picture.id, own.id, back.id);
        assert_eq!(ids(mine(UserFileFilter::default()).await.unwrap()), BTreeSet::from([picture.clone(), own.clone()]));
        assert_eq!(ids(mine(UserFileFilter::default().r#type(FileType::Image)).await.unwrap()), BTreeSet::from([picture.clone()]));
        let projects = mine(UserFileFilter::default().scope(FileScope::Projects)).await.unwrap();
        assert_eq!(ids(projects), BTreeSet::from([own.clone(), back.clone()]));
        let of_order = session.files().list_by_commande(&made.id, PageRequest::default().total(true)).await.unwrap();
        assert_eq!((of_order.total, of_order.items.iter().filter(|file| file.corrected).count()), (Some(2), 1));
        for (filter, found) in [
            (FileFilter::default(), 3),
            (FileFilter::default().search("50%_ETE"), 1),
            (FileFilter::default().search("%"), 1),
            (FileFilter::default().uploaded_by_id(admin.clone()), 1),
            (FileFilter::default().commande_id(Match::Null), 1),
            (FileFilter::default().r#type(Match::In(vec![FileType::Document, FileType::Audio])), 2),
        ] {
            let rows = admins.files().list(filter.clone(), FileSort::default(), PageRequest::default().total(true)).await.unwrap();
            assert_eq!((rows.items.len(), rows.total), (found, Some(found as u64)), "{filter:?}");
            assert_eq!(admins.files().count(filter).await.unwrap(), found as u64);
        }
        assert_eq!(kind(&session.files().list(FileFilter::default(), FileSort::default(), PageRequest::default()).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().count(FileFilter::default()).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().list_by_user(&admin, UserFileFilter::default(), PageRequest::default()).await), Some(ErrorKind::Denied));
    }

    async fn a_page_never_shows_a_file_twice_or_leaves_one_out(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, _) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let row = |n: u32| {
            let new = FileInsert::new(["a.pdf", "A.pdf", "b.png"][n as usize % 3], "s", "application/pdf", i64::from(n % 4), "/u", user.clone());
            File {
                r#type: [FileType::Document, FileType::Archive, FileType::Image][n as usize % 3].clone(),
                created_at: format!("2026-01-0{}T00:00:00.000Z", 1 + n % 3).parse().unwrap(),
                ..new.into_row(&SystemClock).unwrap()
            }
        };
        let stay: Vec<File> = (0..40).map(row).collect();
        staka_core::repo::files::add(&mut staka.acquire().await.unwrap(), &stay).await.unwrap();
        let mut temporary = Vec::new();
        for sort in [FileSortKey::CreatedAt, FileSortKey::Filename, FileSortKey::Size, FileSortKey::Type] {
            for direction in [Direction::Asc, Direction::Desc] {
                let (mut seen, mut after): (Vec<FileId>, Option<Cursor>) = (Vec::new(), None);
                loop {
                    let sort_order = FileSort { sort, direction: Some(direction) };
                    let mut page = PageRequest::of(7);
                    page.after = after;
                    let listing = admins.files().list(FileFilter::default(), sort_order, page).await.unwrap();
                    seen.extend(listing.items.into_iter().map(|file| file.id));
                    let mut conn = staka.acquire().await.unwrap();
                    let added: Vec<File> = (0..3).map(|_| row(rand::random_range(0..40))).collect();
                    staka_core::repo::files::add(&mut conn, &added).await.unwrap();
                    temporary.extend(added.into_iter().map(|file| file.id));
                    for _ in 0..2 {
                        let deleted = temporary.swap_remove(rand::random_range(0..temporary.len()));
                        staka_core::repo::files::remove(&mut conn, &deleted).await.unwrap();
                    }
                    after = listing.next;
                    if after.is_none() {
                        break;
                    }
                }
                for file in &stay {
                    assert_eq!(seen.iter().filter(|id| **id == file.id).count(), 1, "{sort} {direction}");
                }
            }
        }
    }

    async fn access_rights_of_all_operations_on_files(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let anonymous = staka.as_caller(Caller::new(staka_core::Actor::Anonymous));
        let own = file(&session, None).await;
        let asked = async |session: &Session, (operation, input): &(&str, Value)| kind(&session.call(operation, &input.to_string()).await);
        for id in [&own.id, &no_file()] {
            let calls = [
                ("files.get", json!({"id": id})),
                ("files.update", json!({"id": id, "update": {}})),
                ("files.attach_to_commande", json!({"id": id, "commande": "x"})),
                ("files.detach_from_commande", json!({"id": id})),
                ("files.delete", json!({"id": id})),
                ("files.list_by_user", json!({"user": user})),
                ("files.list_by_commande", json!({"commande": "x"})),
                ("files.list", json!({})),
                ("files.count", json!({})),
            ];
            for call in &calls {
                assert_eq!(asked(&anonymous, call).await, Some(ErrorKind::Unauthenticated), "{call:?}");
                for outsider in [&others, &correctors] {
                    assert_eq!(asked(outsider, call).await, Some(ErrorKind::Denied), "{call:?}");
                }
            }
        }
        let create = json!({"file": {"filename": "a", "mimeType": "text/plain", "size": 1, "url": "/a"}});
        assert_eq!(asked(&anonymous, &("files.create", create)).await, Some(ErrorKind::Unauthenticated));
        assert!(session.files().get(&own.id).await.unwrap().is_some());
    }
}
