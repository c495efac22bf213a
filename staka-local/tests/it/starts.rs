use std::{net::TcpStream, os::unix::fs::PermissionsExt};

use staka_local::{Engine, Error, LocalServer};

use crate::{
    support::{builder, lives, on_each, processes_on, run_folder},
    wire::Client,
};

#[test]
fn a_started_server_lets_root_in_both_ways_and_stop_leaves_nothing() {
    on_each(|engine| {
        let server = builder(engine).fast(true).start().expect("a server");
        assert_eq!(server.engine(), engine);
        assert!((20_000..32_768).contains(&server.port()));
        assert_eq!(server.url("staka"), format!("mysql://root@127.0.0.1:{}/staka", server.port()));
        assert!(server.socket().as_os_str().len() < 100);
        let socket = server.socket().to_str().unwrap().replace('/', "%2F");
        assert_eq!(server.socket_url("staka"), format!("mysql://root@localhost/staka?socket={socket}"));

        let mut tcp = Client::tcp(server.port()).expect("root over TCP");
        assert!(tcp.server_version.contains(server.version()), "{} {}", tcp.server_version, server.version());
        assert_eq!(tcp.server_version.contains("MariaDB"), engine == Engine::MariaDb);
        tcp.run("CREATE DATABASE staka").expect("root may create");
        tcp.run("CREATE USER app@'127.0.0.1' IDENTIFIED BY 'x'").expect("root may create users");
        tcp.run("GRANT SELECT ON staka.* TO app@'127.0.0.1'").expect("root may grant");
        let mut unix = Client::unix(server.socket()).expect("root over the socket");
        assert_eq!(unix.run("SHOW DATABASES LIKE 'staka'").unwrap(), ["staka"]);
        assert_eq!(tcp.run("SELECT @@performance_schema").unwrap(), ["0"]);
        assert_eq!(tcp.run("SELECT @@bind_address").unwrap(), ["127.0.0.1"]);

        let (pid, port, folder) = (server.pid(), server.port(), run_folder(&server));
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert!(lives(pid));
        assert!(processes_on(&folder).contains(&pid));
        server.stop().expect("a clean stop");
        assert!(!lives(pid));
        assert!(!folder.exists());
        assert_eq!(processes_on(&folder), [0; 0]);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    });
}

#[test]
fn two_instances_are_independent() {
    on_each(|engine| {
        let one = builder(engine).fast(true).start().expect("one");
        let two = builder(engine).fast(true).start().expect("two");
        assert_ne!(one.port(), two.port());
        assert_ne!(one.socket(), two.socket());
        Client::tcp(one.port()).unwrap().run("CREATE DATABASE only_one").unwrap();
        let seen = Client::tcp(two.port()).unwrap().run("SHOW DATABASES LIKE 'only_one'").unwrap();
        assert!(seen.is_empty());
        if engine == Engine::MySql {
            let id = |server: &LocalServer| Client::tcp(server.port()).unwrap().run("SELECT @@server_uuid").unwrap();
            assert_ne!(id(&one), id(&two));
        }
        drop(one);
        Client::tcp(two.port()).expect("two goes on");
    });
}

#[test]
fn options_of_the_caller_win() {
    on_each(|engine| {
        let server = builder(engine).fast(true).option("--max-connections=17").start().expect("a server");
        assert_eq!(Client::tcp(server.port()).unwrap().run("SELECT @@max_connections").unwrap(), ["17"]);
    });
}

#[test]
fn a_server_that_does_not_come_up_says_why_and_leaves_nothing() {
    on_each(|engine| {
        let temp = tempfile::tempdir().unwrap();
        let option = "--no-such-option-of-any-server";
        let result = builder(engine).data_dir(temp.path().join("data")).option(option).start();
        let Err(Error::Start { log, reason, .. }) = result else { panic!("{result:?}") };
        assert!(log.contains("no-such-option-of-any-server"), "{reason}: {log}");
        assert_eq!(processes_on(temp.path()), [0; 0]);
        // The data folder is free again.
        let server = builder(engine).data_dir(temp.path().join("data")).start().expect("without the option");
        server.stop().unwrap();
    });
}

#[test]
fn progress_reports_the_steps() {
    on_each(|engine| {
        let (send, received) = std::sync::mpsc::channel();
        let server = builder(engine).fast(true).on_progress(move |line| send.send(line.to_owned()).unwrap()).start();
        let server = server.expect("a server");
        let lines: Vec<String> = received.try_iter().collect();
        assert_eq!(lines.last().unwrap(), &format!("starting {} {}", engine.title(), server.version()));
    });
}
