//! Nothing stays behind when the owner or the watchdog is killed, or on Ctrl-C.

use std::{
    env,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use staka_local::{Engine, Error};

use crate::{
    support::{builder, eventually, lives, on_each, processes_on, signal, signal_group},
    wire::Client,
};

const HOLD: &str = "STAKA_LOCAL_TEST_HOLD";
const HOLD_DATA: &str = "STAKA_LOCAL_TEST_HOLD_DATA";

/// Not a test: the process that the tests below start and kill.
#[test]
fn owner_process() {
    let Ok(engine) = env::var(HOLD) else { return };
    let mut builder = builder(engine.parse().unwrap()).fast(true);
    if let Some(path) = env::var_os(HOLD_DATA) {
        builder = builder.data_dir(path);
    }
    let server = builder.start().expect("a server");
    println!("\nOWNED {} {} {}", server.pid(), server.port(), server.socket().parent().unwrap().display());
    thread::sleep(Duration::from_secs(600));
}

struct Owner {
    owner: Child,
    server: u32,
    port: u16,
    folder: PathBuf,
}

impl Owner {
    fn start(engine: Engine, data: Option<&Path>) -> Owner {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "ends::owner_process", "--nocapture", "--test-threads=1"]);
        command.env(HOLD, engine.to_string()).stdout(Stdio::piped()).process_group(0);
        if let Some(path) = data {
            command.env(HOLD_DATA, path);
        }
        let mut owner = command.spawn().unwrap();
        let mut lines = BufReader::new(owner.stdout.take().unwrap()).lines();
        let owned = lines.find_map(|line| Some(line.unwrap().strip_prefix("OWNED ")?.to_owned()));
        let owned = owned.expect("a server in the other process");
        let mut words = owned.splitn(3, ' ');
        let mut word = || words.next().unwrap();
        let (server, port, folder) = (word().parse().unwrap(), word().parse().unwrap(), word().into());
        Client::tcp(port).expect("it serves");
        Owner { owner, server, port, folder }
    }

    fn kill_owner(&mut self) {
        self.owner.kill().unwrap();
        self.owner.wait().unwrap();
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let _ = self.owner.kill();
        let _ = self.owner.wait();
    }
}

#[test]
fn kill_9_of_the_owner_leaves_no_process_and_no_folder() {
    on_each(|engine| {
        let mut owned = Owner::start(engine, None);
        assert!(lives(owned.server) && owned.folder.join("data").is_dir());
        // The server and the two processes of the watchdog.
        assert_eq!(processes_on(&owned.folder).len(), 3);
        owned.kill_owner();
        eventually("all gone", Duration::from_secs(5), || {
            !owned.folder.exists() && !lives(owned.server) && processes_on(&owned.folder).is_empty()
        });
    });
}

#[test]
fn after_kill_9_of_its_owner_a_data_folder_is_shut_down_in_order_and_usable() {
    on_each(|engine| {
        let temp = tempfile::tempdir().unwrap();
        let mut owned = Owner::start(engine, Some(temp.path()));
        Client::tcp(owned.port).unwrap().run("CREATE DATABASE kept").unwrap();
        let refused = builder(engine).data_dir(temp.path()).start();
        let Err(Error::InUse { owner, .. }) = &refused else { panic!("{refused:?}") };
        assert_eq!(*owner, owned.owner.id().to_string());
        owned.kill_owner();
        // Immediately: the start waits for the old server, which holds the lock until its end.
        let next = builder(engine).data_dir(temp.path()).start().expect("the next start");
        assert!(!lives(owned.server));
        assert_eq!(Client::tcp(next.port()).unwrap().run("SHOW DATABASES LIKE 'kept'").unwrap(), ["kept"]);
        let log = std::fs::read_to_string(temp.path().join("server.log.1")).unwrap();
        assert!(log.contains("hutdown complete"), "{log}");
        eventually("the old run's folder is gone", Duration::from_secs(5), || !owned.folder.exists());
    });
}

#[test]
fn ctrl_c_reaches_the_owner_not_the_server() {
    on_each(|engine| {
        let mut owned = Owner::start(engine, None);
        // Like a terminal: SIGINT to the whole group, which ends it.
        signal_group("INT", owned.owner.id());
        owned.owner.wait().unwrap();
        eventually("all gone", Duration::from_secs(5), || !owned.folder.exists() && !lives(owned.server));
    });
}

#[test]
fn after_a_signal_to_the_watchdog_s_group_the_end_of_the_owner_still_cleans_up() {
    on_each(|engine| {
        let mut owned = Owner::start(engine, None);
        let watchdog = watchdogs(&owned).into_iter().min().unwrap();
        signal_group("TERM", watchdog);
        eventually("the server is gone", Duration::from_secs(15), || !lives(owned.server));
        owned.kill_owner();
        eventually("all gone", Duration::from_secs(15), || {
            !owned.folder.exists() && !lives(owned.server) && processes_on(&owned.folder).is_empty()
        });
    });
}

#[test]
fn either_half_of_the_watchdog_may_be_killed() {
    on_each(|engine| {
        for (half, name) in [(0, "reaper"), (1, "listener")] {
            let mut server = builder(engine).fast(true).start().expect("a server");
            let folder = server.socket().parent().unwrap().to_owned();
            let pid = server.pid();
            let mut halves: Vec<u32> = processes_on(&folder).into_iter().filter(|it| *it != pid).collect();
            halves.sort_unstable();
            assert_eq!(halves.len(), 2);
            signal("KILL", halves[half]);
            let begun = Instant::now();
            if half == 0 {
                let result = server.restart();
                assert!(matches!(&result, Err(Error::Start { .. } | Error::Stop { .. })), "{result:?}");
            }
            drop(server);
            eventually(name, Duration::from_secs(20), || !folder.exists() && processes_on(&folder).is_empty());
            eprintln!("{name} killed: gone after {:?}", begun.elapsed());
        }
    });
}

fn watchdogs(owned: &Owner) -> Vec<u32> {
    processes_on(&owned.folder).into_iter().filter(|pid| *pid != owned.server).collect()
}
