//! Erasures while sixty-four other tasks write.

use std::sync::Arc;

use futures_util::future::join_all;
use staka_core::model::{Message, Role};
use staka_core::{ClientMessage, ErasureReason, ErrorKind, PageRequest};

use crate::counters_support::assert_exact;
use crate::messaging_support::Platform;
use crate::orders_support::draft;
use crate::support::on_both;

on_both! {
    async fn one_of_many_simultaneous_erasures_is_the_first(server: &Server) {
        let p = Arc::new(Platform::new(server).await);
        p.first(&p.client, "C'est Zoé").await;
        let others = join_all((0..4).map(|place| { let p = Arc::clone(&p); async move { p.add_user(&format!("autre{place}"), Role::User).await } })).await;
        let mut tasks = Vec::new();
        for place in 0..64_usize {
            let (p, other) = (Arc::clone(&p), others[place % 4].clone());
            tasks.push(tokio::spawn(async move {
                match place % 4 {
                    0 => p.client().privacy().erase(&p.client, ErasureReason::Request).await.map(|erased| u32::from(!erased.already_erased)),
                    1 => p.client().commandes().create(draft("Les Marées"), None).await.map(|_| 0),
                    2 => {
                        let message = ClientMessage::new("Zoé encore");
                        p.client().messages().send(message).await.map(|_| 0)
                    }
                    _ => p.as_user(&other).commandes().create(draft("Un autre"), None).await.map(|_| 0),
                }
            }));
        }
        let (mut first, mut refused) = (0, 0);
        for (place, done) in join_all(tasks).await.into_iter().enumerate() {
            match done.unwrap() {
                Ok(erased) => first += erased,
                // An erased person is no longer authenticated.
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Unauthenticated, "{error:?}");
                    assert_ne!(place % 4, 3);
                    refused += 1;
                }
            }
        }
        assert_eq!(first, 1, "{refused} were refused");
        assert_eq!(p.system().privacy().list_erasures(PageRequest::default()).await.unwrap().items.len(), 1);
        // Calls that began before may have written afterwards: a second erasure removes that too.
        p.system().privacy().erase(&p.client, ErasureReason::Request).await.unwrap();
        let check = p.system().privacy().check(&p.client, vec!["client@exemple.fr".into(), "client Petit".into(), "Les Marées".into()], None).await.unwrap();
        assert_eq!(check.missed, 0, "{check:#?}");
        assert!(p.rows::<Message>().await.iter().all(|row| row.sender_id.as_ref() != Some(&p.client) || row.content.is_empty()));
        assert_exact(&mut p.db.connect().await, "erased").await;
    }

    async fn two_administrators_cannot_erase_each_other(server: &Server) {
        for _ in 0..4 {
            let p = Arc::new(Platform::new(server).await);
            let tasks = [(p.admin.clone(), p.second.clone()), (p.second.clone(), p.admin.clone())].map(|(who, whom)| {
                let p = Arc::clone(&p);
                tokio::spawn(async move { p.as_user(&who).privacy().erase(&whom, ErasureReason::Other).await })
            });
            let done: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
            assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
            let kinds: Vec<ErrorKind> = done.into_iter().filter_map(|done| done.err()).map(|error| error.kind()).collect();
            assert!(matches!(kinds[..], [ErrorKind::Conflict | ErrorKind::Unauthenticated]), "{kinds:?}");
        }
    }
}
