use std::{path::Path, thread};

use staka_local::{Engine, Error, LocalServer, fetch, find};

/// Downloads about 100 MB: `cargo test -p staka-local -- --ignored`.
#[test]
#[ignore = "downloads both servers"]
fn two_fetches_at_once_into_an_empty_cache_with_a_space_in_its_name() {
    let temp = tempfile::tempdir().unwrap();
    let cache = temp.path().join("a cache");
    for engine in Engine::ALL {
        let get = |cache: &Path| fetch(engine, cache, &|step| eprintln!("{step}")).expect("fetched");
        let (one, two) = thread::scope(|scope| {
            let one = scope.spawn(|| get(&cache));
            let two = scope.spawn(|| get(&cache));
            (one.join().unwrap(), two.join().unwrap())
        });
        assert_eq!(one, two);
        assert_eq!(one.engine(), engine);
        assert!(one.bin().join("mysql").exists());
        let left: Vec<_> = std::fs::read_dir(&cache).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert!(!left.contains(&format!("fetch-{engine}").into()), "{left:?}");
        let server = LocalServer::builder().engine(engine).cache_dir(&cache).fast(true).start().expect("it runs");
        server.stop().unwrap();
    }
}

#[test]
fn offline_without_a_server_says_how_to_proceed() {
    let empty = tempfile::tempdir().unwrap();
    for engine in Engine::ALL {
        if find(Some(engine), empty.path()).is_some() {
            eprintln!("SKIPPED: {engine} is installed on this machine");
            continue;
        }
        let result = LocalServer::builder().engine(engine).cache_dir(empty.path()).offline(true).start();
        let Err(error @ Error::NotFound { .. }) = result else { panic!("{result:?}") };
        let text = error.to_string().to_lowercase();
        assert!(
            text.contains(&engine.title().to_lowercase()) && text.contains("install") && text.contains("database_url"),
            "{text}"
        );
    }
}
