//! The demo on a private server.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use staka_local::{Engine, LocalServer, find};

use crate::support::{Running, cache_dir, staka};

#[test]
fn ctrl_c_during_the_seed_stops_the_server_too() {
    // This test downloads no server; it uses the one that the other tests have downloaded.
    if find(Some(Engine::MariaDb), cache_dir()).is_none() {
        return staka_cases::skip("no MariaDB is installed");
    }
    let folder = std::env::temp_dir().join(format!("staka-cli-demo-{}", std::process::id()));
    let data = folder.to_str().unwrap();
    let mut child = staka(&["demo", "--engine", "mariadb", "--data-dir", data, "--port", "0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("demo data")), "the demo ended before it wrote data");
    let rest = std::thread::spawn(move || drop(lines.collect::<Vec<_>>()));
    assert_eq!(Running::of(child).end("-INT").code(), Some(0));
    rest.join().unwrap();

    // The folder can be used at once, because the server ended before the demo.
    let server = LocalServer::builder().cache_dir(cache_dir()).data_dir(&folder).offline(true).start().unwrap();
    assert_eq!(server.engine(), Engine::MariaDb);
    server.stop().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}
