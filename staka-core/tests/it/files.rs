//! Files: who may add, see, change and remove them, what is taken, and what must not happen.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use staka_core::base::NewRow;
use staka_core::model::*;
use staka_core::repo::{message_attachments, messages, notifications};
use staka_core::{
    Ctx, Cursor, Direction, ErrorKind, FileChange, FileList, FileOrder, FileScope, FileSearch, FileSort, FileUpload,
    Match, Page, Patch, Session, Staka, SystemClock,
};

use crate::orders_support::*;
use crate::support::on_both;

/// A message with that file, from one to the other.
async fn sent(staka: &Staka, file: &File, from: &UserId, to: &UserId, statut: MessageStatut) {
    let message = NewMessage {
        sender_id: Some(from.clone()),
        receiver_id: Some(to.clone()),
        statut,
        ..NewMessage::new("a conversation".parse().unwrap(), "voici")
    };
    let message = message.into_row(&SystemClock).unwrap();
    let attached = NewMessageAttachment::new(message.id.clone(), file.id.clone()).into_row(&SystemClock).unwrap();
    let mut conn = staka.acquire().await.unwrap();
    messages::add(&mut conn, &[message]).await.unwrap();
    message_attachments::add(&mut conn, &[attached]).await.unwrap();
}

async fn told(staka: &Staka, user: &UserId, title: &str) -> usize {
    let filter = NotificationFilter { user_id: Match::Is(user.clone()), ..NotificationFilter::default() };
    let all = notifications::list(&mut staka.acquire().await.unwrap(), &filter, &Page::of(500)).await.unwrap();
    all.items.iter().filter(|notification| notification.title == title).count()
}

on_both! {
    async fn a_file_goes_into_ones_own_order_or_into_none(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let own = session.files().create(FileUpload { filename: "Où 👩‍🚀 رواية.DOCX".to_owned(), ..upload(Some(&made.id)) }, None).await.unwrap();
        assert_eq!((&own.uploaded_by_id, own.commande_id.as_ref(), &own.r#type, own.is_public), (&user, Some(&made.id), &FileType::Document, false));
        assert_eq!((&*own.filename, own.description.as_deref()), ("Où 👩‍🚀 رواية.DOCX", None));
        assert!(own.stored_name.ends_with(".docx") && own.stored_name.is_ascii(), "{}", own.stored_name);
        let loose = file(&session, None).await;
        assert_eq!(loose.commande_id, None);
        for stranger in [&others, &correctors] {
            for id in [&made.id, &no_order()] {
                assert_eq!(kind(&stranger.files().create(upload(Some(id)), None).await), Some(ErrorKind::Denied));
            }
        }
        assert_eq!(kind(&admins.files().create(upload(Some(&no_order())), None).await), Some(ErrorKind::NotFound));
        // For somebody else: administrators and the program.
        assert_eq!(kind(&session.files().create(upload(None), Some(admin.clone())).await), Some(ErrorKind::Denied));
        assert_eq!(faulty(staka.as_system().files().create(upload(None), None).await), ["uploader"]);
        let given = staka.as_system().files().create(upload(Some(&made.id)), Some(user.clone())).await.unwrap();
        assert!(!given.is_corrected());
        let nobody: UserId = "nobody".parse().unwrap();
        assert_eq!(kind(&staka.as_system().files().create(upload(None), Some(nobody)).await), Some(ErrorKind::NotFound));
        assert_eq!(told(&staka, &user, "Document corrigé disponible").await, 0);
    }

    async fn every_faulty_field_of_a_file_is_named_at_once(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        let wrong = FileUpload {
            filename: "../../etc/passwd".to_owned(),
            stored_name: Some("..".to_owned()),
            mime_type: "text/html".to_owned(),
            size: 0,
            url: "javascript:alert(1)".to_owned(),
            commande_id: None,
            description: Some("ADMIN_FILE:\0".to_owned()),
            is_public: None,
        };
        let fields = faulty(session.files().create(wrong, None).await);
        assert_eq!(fields, ["filename", "storedName", "mimeType", "size", "url", "description", "description"]);
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
            let outcome = session.files().create(FileUpload { size, ..upload(order) }, None).await;
            assert_eq!(outcome.is_ok(), right, "{size}");
        }
        for (filename, right) in [("é".repeat(255), true), ("é".repeat(256), false), ("a/b".to_owned(), false), ("a\\b".to_owned(), false), (" ".to_owned(), false)] {
            let outcome = session.files().create(FileUpload { filename, ..upload(None) }, None).await;
            assert_eq!(outcome.is_ok(), right);
        }
        for stored in ["a/b", "a..b", ".htaccess", "a\nb", ""] {
            let outcome = session.files().create(FileUpload { stored_name: Some(stored.to_owned()), ..upload(None) }, None).await;
            assert_eq!(faulty(outcome), ["storedName"], "{stored:?}");
        }
    }

    async fn a_kind_of_file_is_never_what_the_caller_claims(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (_, session) = signed_in(&staka, Role::User).await;
        for (mime, kind) in &MIME_TYPES {
            let made = session.files().create(FileUpload { mime_type: (*mime).to_owned(), ..upload(None) }, None).await.unwrap();
            assert_eq!((&*made.mime_type, &made.r#type), (*mime, kind));
        }
        let said = FileUpload { mime_type: "Application/X-Zip-Compressed; x=y".to_owned(), ..upload(None) };
        let made = session.files().create(said, None).await.unwrap();
        assert_eq!((&*made.mime_type, &made.r#type), ("application/zip", &FileType::Archive));
        for mime in ["text/html", "image/svg+xml", "application/x-msdownload", "application/octet-stream", ""] {
            assert_eq!(faulty(session.files().create(FileUpload { mime_type: mime.to_owned(), ..upload(None) }, None).await), ["mimeType"]);
        }
        let mut claimed = json!({"file": {"filename": "a", "mimeType": "text/plain", "size": 1, "url": "/a", "type": "IMAGE"}});
        assert_eq!(faulty(session.call("files.create", &claimed.to_string()).await), ["type"]);
        claimed["file"]["uploadedById"] = json!("x");
        claimed["file"].as_object_mut().unwrap().remove("type");
        assert_eq!(faulty(session.call("files.create", &claimed.to_string()).await), ["uploadedById"]);
    }

    async fn an_author_never_removes_or_unmarks_a_corrected_document(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let corrected = admins.files().create(FileUpload { description: Some("relu".to_owned()), ..upload(Some(&made.id)) }, None).await.unwrap();
        assert_eq!((corrected.description.as_deref(), &corrected.uploaded_by_id), (Some("ADMIN_FILE:relu"), &admin));
        let plain = admins.files().create(upload(Some(&made.id)), None).await.unwrap();
        assert_eq!(plain.description.as_deref(), Some("ADMIN_FILE:manuscrit.docx"));
        assert_eq!(told(&staka, &user, "Document corrigé disponible").await, 2);
        // Seen, and no more than that.
        assert!(session.files().get(&corrected.id).await.unwrap().unwrap().file.corrected);
        let change = FileChange { description: Patch::Set(None), ..FileChange::default() };
        assert_eq!(kind(&session.files().update(&corrected.id, change.clone(), None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().remove(&corrected.id, None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().detach(&corrected.id, None).await), Some(ErrorKind::Denied));
        // Nor does a file become one by its description.
        let own = file(&session, Some(&made.id)).await;
        for said in ["ADMIN_FILE:", "admin_file:x"] {
            let change = FileChange { description: Patch::Set(Some(said.to_owned())), ..FileChange::default() };
            assert_eq!(faulty(session.files().update(&own.id, change, None).await), ["description"]);
            let wanted = FileUpload { description: Some(said.to_owned()), ..upload(Some(&made.id)) };
            assert_eq!(faulty(session.files().create(wanted, None).await), ["description"]);
        }
        // An administrator's change keeps the mark.
        let changed = admins.files().update(&corrected.id, change, None).await.unwrap();
        assert_eq!(changed.description.as_deref(), Some("ADMIN_FILE:manuscrit.docx"));
        let detached = admins.files().detach(&corrected.id, None).await.unwrap();
        assert_eq!((detached.commande_id, detached.description.as_deref()), (None, Some("manuscrit.docx")));
        // Whoever was an administrator when it was uploaded is an author like any other now.
        let mut conn = staka.acquire().await.unwrap();
        let demoted = UserPatch { role: Patch::Set(Role::User), ..UserPatch::default() };
        staka_core::repo::users::update(&mut conn, &admin, &demoted, None, staka.clock().now()).await.unwrap();
        let demoted = staka.as_actor(Ctx::user(admin, Role::User));
        assert_eq!(kind(&demoted.files().remove(&plain.id, None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&demoted.files().update(&plain.id, FileChange::default(), None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&admins.files().remove(&plain.id, None).await), Some(ErrorKind::Denied));
    }

    async fn a_manuscript_is_never_shown_to_a_stranger(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (other, others) = signed_in(&staka, Role::User).await;
        let (_, strangers) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let nobody = staka.as_actor(Ctx::new(staka_core::Actor::Anonymous));
        let made = order(&session, "Mémoires").await;
        let own = file(&session, Some(&made.id)).await;
        for entitled in [&session, &admins, &staka.as_system()] {
            let shown = entitled.files().get(&own.id).await.unwrap().unwrap();
            assert_eq!((&shown.file.id, &shown.stored_name, &shown.file.uploaded_by.id), (&own.id, &own.stored_name, &user));
            assert!(!serde_json::to_string(&shown).unwrap().contains("@example.org"));
        }
        for id in [&own.id, &no_file()] {
            for stranger in [&others, &strangers, &correctors] {
                assert_eq!(kind(&stranger.files().get(id).await), Some(ErrorKind::Denied));
            }
            assert_eq!(kind(&nobody.files().get(id).await), Some(ErrorKind::Unauthenticated));
            assert_eq!(nobody.files().get_public(id).await.unwrap(), None);
        }
        assert_eq!(admins.files().get(no_file()).await.unwrap(), None);
        // Whoever gets it with a message sees it, once it is sent.
        sent(&staka, &own, &user, &other, MessageStatut::Brouillon).await;
        assert_eq!(kind(&others.files().get(&own.id).await), Some(ErrorKind::Denied));
        sent(&staka, &own, &user, &other, MessageStatut::Envoye).await;
        assert_eq!(others.files().get(&own.id).await.unwrap().unwrap().attachment_count, 2);
        assert_eq!(kind(&strangers.files().get(&own.id).await), Some(ErrorKind::Denied));
        // Seeing is not changing.
        assert_eq!(kind(&others.files().remove(&own.id, None).await), Some(ErrorKind::Denied));
        let public = FileChange { is_public: Patch::Set(true), ..FileChange::default() };
        assert_eq!(kind(&others.files().update(&own.id, public.clone(), None).await), Some(ErrorKind::Denied));
        session.files().update(&own.id, public, None).await.unwrap();
        assert!(strangers.files().get(&own.id).await.unwrap().is_some());
        let shown = serde_json::to_value(nobody.files().get_public(&own.id).await.unwrap().unwrap()).unwrap();
        let names: BTreeSet<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["id", "filename", "mimeType", "size", "url", "type"]));
    }

    async fn a_file_is_put_into_an_order_and_taken_out_by_who_owns_both(server: &Server) {
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
        assert_eq!(kind(&session.files().detach(&loose.id, Some(loose.updated_at)).await), Some(ErrorKind::Precondition));
        assert_eq!(session.files().detach(&loose.id, None).await.unwrap().commande_id, None);
        assert_eq!(kind(&session.files().detach(&loose.id, None).await), Some(ErrorKind::Conflict));
        let large = session.files().create(FileUpload { size: (20 << 20) + 1, ..upload(None) }, None).await.unwrap();
        assert_eq!(kind(&session.files().attach_to_commande(&large.id, &mine.id, None).await), Some(ErrorKind::Conflict));
        // What an administrator puts into somebody's order is a corrected document.
        let team = file(&admins, None).await;
        let sent_back = admins.files().attach_to_commande(&team.id, &mine.id, None).await.unwrap();
        assert!(sent_back.is_corrected());
        assert_eq!(told(&staka, &user, "Document corrigé disponible").await, 1);
        let helped = admins.files().attach_to_commande(&loose.id, &second.id, None).await.unwrap();
        assert!(!helped.is_corrected());
        assert_eq!(kind(&admins.files().attach_to_commande(no_file(), &mine.id, None).await), Some(ErrorKind::NotFound));
        assert_eq!(kind(&session.files().attach_to_commande(no_file(), &mine.id, None).await), Some(ErrorKind::Denied));
    }

    async fn a_file_is_removed_by_who_owns_file_and_order(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let (mine, theirs) = (order(&session, "Mienne").await, order(&others, "Autre").await);
        let own = file(&session, Some(&mine.id)).await;
        assert_eq!(kind(&others.files().remove(&own.id, None).await), Some(ErrorKind::Denied));
        let removed = session.files().remove(&own.id, Some(own.updated_at)).await.unwrap();
        assert_eq!((removed.stored_name, removed.url), (own.stored_name, own.url));
        assert_eq!(kind(&session.files().remove(&own.id, None).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&admins.files().remove(&own.id, None).await), Some(ErrorKind::NotFound));
        // Uploaded by the one, in the order of the other: neither removes it.
        let odd = file(&session, None).await;
        let elsewhere = FilePatch { commande_id: Patch::Set(Some(theirs.id.clone())), ..FilePatch::default() };
        staka_core::repo::files::update(&mut staka.acquire().await.unwrap(), &odd.id, &elsewhere, None, staka.clock().now()).await.unwrap();
        for one in [&session, &others] {
            assert_eq!(kind(&one.files().remove(&odd.id, None).await), Some(ErrorKind::Denied));
        }
        // From messages too; what an administrator does to others' files is written down.
        let attached = file(&session, None).await;
        sent(&staka, &attached, &user, &user, MessageStatut::Envoye).await;
        session.files().remove(&attached.id, None).await.unwrap();
        admins.files().remove(&odd.id, None).await.unwrap();
        let filter = AuditLogFilter { action: Match::Is("FILE_DELETED".to_owned()), ..AuditLogFilter::default() };
        let entries = staka_core::repo::audit_logs::list(&mut staka.acquire().await.unwrap(), &filter, &Page::of(9)).await.unwrap().items;
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
            counts.push(statements(&staka, admins.files().list_by_commande(&made.id, Page::of(100))).await.0);
            for scope in [FileScope::Uploaded, FileScope::Projects] {
                let options = FileList { scope, ..FileList::default() };
                counts.push(statements(&staka, session.files().list_mine(&user, options, Page::of(100))).await.0);
            }
            counts.push(statements(&staka, admins.files().search(FileSearch::default(), FileOrder::default(), Page::of(100))).await.0);
            counts.push(statements(&staka, admins.files().count(FileSearch::default())).await.0);
            taken.push(counts);
        }
        assert_eq!(taken, vec![vec![1; 5]; 3]);
    }

    async fn lists_show_the_files_that_are_meant(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (admin, admins) = signed_in(&staka, Role::Admin).await;
        let made = order(&session, "Mémoires").await;
        let image = || FileUpload { mime_type: "image/png".to_owned(), filename: "50%_été.png".to_owned(), ..upload(None) };
        let picture = session.files().create(image(), None).await.unwrap();
        let own = file(&session, Some(&made.id)).await;
        let back = file(&admins, Some(&made.id)).await;
        let ids = |listing: staka_core::Listing<view::FileItem>| listing.items.into_iter().map(|file| file.id).collect::<BTreeSet<_>>();
        let mine = async |options: FileList| session.files().list_mine(&user, options, Page::default()).await;
        let (picture, own, back) = (picture.id, own.id, back.id);
        assert_eq!(ids(mine(FileList::default()).await.unwrap()), BTreeSet::from([picture.clone(), own.clone()]));
        assert_eq!(ids(mine(FileList { r#type: Match::Is(FileType::Image), ..FileList::default() }).await.unwrap()), BTreeSet::from([picture.clone()]));
        let projects = mine(FileList { scope: FileScope::Projects, ..FileList::default() }).await.unwrap();
        assert_eq!(ids(projects), BTreeSet::from([own.clone(), back.clone()]));
        let of_order = session.files().list_by_commande(&made.id, Page { total: true, ..Page::default() }).await.unwrap();
        assert_eq!((of_order.total, of_order.items.iter().filter(|file| file.corrected).count()), (Some(2), 1));
        for (filter, found) in [
            (FileSearch::default(), 3),
            (FileSearch { search: Some("50%_ETE".to_owned()), ..FileSearch::default() }, 1),
            (FileSearch { search: Some("%".to_owned()), ..FileSearch::default() }, 1),
            (FileSearch { uploaded_by_id: Match::Is(admin.clone()), ..FileSearch::default() }, 1),
            (FileSearch { commande_id: Match::Null, ..FileSearch::default() }, 1),
            (FileSearch { r#type: Match::In(vec![FileType::Document, FileType::Audio]), ..FileSearch::default() }, 2),
        ] {
            let rows = admins.files().search(filter.clone(), FileOrder::default(), Page { total: true, ..Page::default() }).await.unwrap();
            assert_eq!((rows.items.len(), rows.total), (found, Some(found as u64)), "{filter:?}");
            assert_eq!(admins.files().count(filter).await.unwrap(), found as u64);
        }
        assert_eq!(kind(&session.files().search(FileSearch::default(), FileOrder::default(), Page::default()).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().count(FileSearch::default()).await), Some(ErrorKind::Denied));
        assert_eq!(kind(&session.files().list_mine(&admin, FileList::default(), Page::default()).await), Some(ErrorKind::Denied));
    }

    async fn a_page_never_shows_a_file_twice_or_leaves_one_out(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, _) = signed_in(&staka, Role::User).await;
        let (_, admins) = signed_in(&staka, Role::Admin).await;
        let row = |n: u32| {
            let new = NewFile::new(["a.pdf", "A.pdf", "b.png"][n as usize % 3], "s", "application/pdf", i64::from(n % 4), "/u", user.clone());
            File {
                r#type: [FileType::Document, FileType::Archive, FileType::Image][n as usize % 3].clone(),
                created_at: format!("2026-01-0{}T00:00:00.000Z", 1 + n % 3).parse().unwrap(),
                ..new.into_row(&SystemClock).unwrap()
            }
        };
        let stay: Vec<File> = (0..40).map(row).collect();
        staka_core::repo::files::add(&mut staka.acquire().await.unwrap(), &stay).await.unwrap();
        let mut passing = Vec::new();
        for sort in [FileSort::CreatedAt, FileSort::Filename, FileSort::Size, FileSort::Type] {
            for direction in [Direction::Asc, Direction::Desc] {
                let (mut seen, mut after): (Vec<FileId>, Option<Cursor>) = (Vec::new(), None);
                loop {
                    let order = FileOrder { sort, direction: Some(direction) };
                    let listing = admins.files().search(FileSearch::default(), order, Page { after, ..Page::of(7) }).await.unwrap();
                    seen.extend(listing.items.into_iter().map(|file| file.id));
                    let mut conn = staka.acquire().await.unwrap();
                    let came: Vec<File> = (0..3).map(|_| row(rand::random_range(0..40))).collect();
                    staka_core::repo::files::add(&mut conn, &came).await.unwrap();
                    passing.extend(came.into_iter().map(|file| file.id));
                    for _ in 0..2 {
                        let going = passing.swap_remove(rand::random_range(0..passing.len()));
                        staka_core::repo::files::remove(&mut conn, &going).await.unwrap();
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

    async fn who_may_what_with_files(server: &Server) {
        let (_db, staka) = server.staka().await;
        let (user, session) = signed_in(&staka, Role::User).await;
        let (_, others) = signed_in(&staka, Role::User).await;
        let (_, correctors) = signed_in(&staka, Role::Corrector).await;
        let nobody = staka.as_actor(Ctx::new(staka_core::Actor::Anonymous));
        let own = file(&session, None).await;
        let asked = async |session: &Session, (operation, input): &(&str, Value)| kind(&session.call(operation, &input.to_string()).await);
        for id in [&own.id, &no_file()] {
            let calls = [
                ("files.get", json!({"id": id})),
                ("files.update", json!({"id": id, "change": {}})),
                ("files.attach_to_commande", json!({"id": id, "commande": "x"})),
                ("files.detach", json!({"id": id})),
                ("files.remove", json!({"id": id})),
                ("files.list_mine", json!({"user": user})),
                ("files.list_by_commande", json!({"commande": "x"})),
                ("files.search", json!({})),
                ("files.count", json!({})),
            ];
            for call in &calls {
                assert_eq!(asked(&nobody, call).await, Some(ErrorKind::Unauthenticated), "{call:?}");
                for stranger in [&others, &correctors] {
                    assert_eq!(asked(stranger, call).await, Some(ErrorKind::Denied), "{call:?}");
                }
            }
        }
        let create = json!({"file": {"filename": "a", "mimeType": "text/plain", "size": 1, "url": "/a"}});
        assert_eq!(asked(&nobody, &("files.create", create)).await, Some(ErrorKind::Unauthenticated));
        assert!(session.files().get(&own.id).await.unwrap().is_some());
    }
}
