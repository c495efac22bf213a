use std::fs;

use staka_local::{Engine, Error};

use crate::{
    support::{builder, lives, on_each, signal},
    wire::Client,
};

#[test]
fn a_data_folder_serves_again_and_one_at_a_time() {
    on_each(|engine| {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("kept data");
        let first = builder(engine).data_dir(&folder).start().expect("the first start");
        Client::tcp(first.port()).unwrap().run("CREATE DATABASE kept").unwrap();

        let again = builder(engine).data_dir(&folder).start();
        let Err(Error::InUse { path, owner }) = &again else { panic!("{again:?}") };
        assert_eq!(*path, folder.canonicalize().unwrap());
        assert_eq!(*owner, std::process::id().to_string());
        let other = Engine::ALL.into_iter().find(|it| *it != engine).unwrap();
        let wrong = builder(other).data_dir(&folder).start();
        assert!(
            matches!(wrong, Err(Error::OtherEngine { found, requested, .. }) if found == engine && requested == other)
        );

        let (pid, run) = (first.pid(), first.socket().parent().unwrap().to_owned());
        first.stop().expect("a clean stop");
        assert!(!lives(pid) && !run.exists());
        let log = fs::read_to_string(folder.join("server.log")).expect("the log stays");
        assert!(log.contains("hutdown complete"), "SIGTERM, not SIGKILL: {log}");

        // Without an engine, the folder determines it.
        let second = staka_local::LocalServer::builder();
        let second = second.cache_dir(crate::support::cache()).data_dir(&folder).start().expect("the second start");
        assert_eq!(second.engine(), engine);
        assert_eq!(Client::tcp(second.port()).unwrap().run("SHOW DATABASES LIKE 'kept'").unwrap(), ["kept"]);
    });
}

#[test]
fn a_folder_with_other_files_is_left_untouched() {
    on_each(|engine| {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("letter.txt"), "dear").unwrap();
        let result = builder(engine).data_dir(temp.path()).start();
        assert!(matches!(result, Err(Error::ForeignFolder { .. })), "{result:?}");
        let names: Vec<_> = fs::read_dir(temp.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(names, ["letter.txt"]);
    });
}

#[test]
fn what_was_committed_survives_kill_and_restart() {
    on_each(|engine| {
        // Durable at every commit, so that the last one must be there.
        let durable = "--innodb-flush-log-at-trx-commit=1";
        let mut server = builder(engine).option(durable).start().expect("a server");
        let mut client = Client::tcp(server.port()).unwrap();
        client.run("CREATE DATABASE crash").unwrap();
        client.run("CREATE TABLE crash.t (id INT PRIMARY KEY) ENGINE=InnoDB").unwrap();
        client.run("INSERT INTO crash.t VALUES (1), (2), (3)").unwrap();
        client.run("BEGIN").unwrap();
        client.run("INSERT INTO crash.t VALUES (4)").unwrap();

        let (pid, port) = (server.pid(), server.port());
        server.kill().expect("killed");
        assert!(!lives(pid));
        assert!(client.run("SELECT 1").is_err());
        server.kill().expect("killing twice is no error");
        server.restart().expect("started again");
        assert_eq!(server.port(), port);
        assert_ne!(server.pid(), pid);
        let mut client = Client::tcp(port).unwrap();
        assert_eq!(client.run("SELECT id FROM crash.t ORDER BY id").unwrap(), ["1", "2", "3"]);

        // After a crash from outside, and while it runs.
        signal("KILL", server.pid());
        server.restart().expect("after a crash");
        let pid = server.pid();
        server.restart().expect("while it runs");
        assert!(!lives(pid) && lives(server.pid()));
        assert_eq!(Client::tcp(port).unwrap().run("SELECT COUNT(*) FROM crash.t").unwrap(), ["3"]);
        let run = server.socket().parent().unwrap().to_owned();
        server.stop().unwrap();
        assert!(!run.exists());
    });
}

#[test]
fn a_restart_that_fails_says_so_and_may_be_tried_again() {
    on_each(|engine| {
        let temp = tempfile::tempdir().unwrap();
        let mut server = builder(engine).data_dir(temp.path()).start().expect("a server");
        server.kill().unwrap();
        let away = temp.path().join("away");
        fs::rename(temp.path().join("data"), &away).unwrap();
        let result = server.restart();
        let Err(Error::Start { log, .. }) = &result else { panic!("{result:?}") };
        assert!(!log.is_empty());
        fs::rename(&away, temp.path().join("data")).unwrap();
        server.restart().expect("with its data back");
        Client::tcp(server.port()).expect("a login");
    });
}
