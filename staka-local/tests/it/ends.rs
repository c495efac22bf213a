//! The owner dies, the watchdog dies, the terminal rings: nothing may stay behind.

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

/// Not a test by itself: the process that the tests below start and kill.
#[test]
fn owner_process() {
    let Ok(engine) = env::var(HOLD) else { return };
    let mut builder = builder(engine.parse().unwrap()).fast(true);
    if let Some(path) = env::var_os(HOLD_DATA) {
        builder = builder.data_dir(path);
    }
    let server = builder.start().expect("a server");
    println!("\nHELD {} {} {}", server.pid(), server.port(), server.socket().parent().unwrap().display());
    thread::sleep(Duration::from_secs(600));
}

struct Held {
    owner: Child,
    server: u32,
    port: u16,
    folder: PathBuf,
}

impl Held {
    fn start(engine: Engine, data: Option<&Path>) -> Held {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "ends::owner_process", "--nocapture", "--test-threads=1"]);
        command.env(HOLD, engine.to_string()).stdout(Stdio::piped()).process_group(0);
        if let Some(path) = data {
            command.env(HOLD_DATA, path);
        }
        let mut owner = command.spawn().unwrap();
        let mut lines = BufReader::new(owner.stdout.take().unwrap()).lines();
        let held = lines.find_map(|line| Some(line.unwrap().strip_prefix("HELD ")?.to_owned()));
        let held = held.expect("a server in the other process");
        let mut words = held.splitn(3, ' ');
        let mut word = || words.next().unwrap();
        let (server, port, folder) = (word().parse().unwrap(), word().parse().unwrap(), word().into());
        Client::tcp(port).expect("it serves");
        Held { owner, server, port, folder }
    }

    fn kill_owner(&mut self) {
        self.owner.kill().unwrap();
        self.owner.wait().unwrap();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.owner.kill();
        let _ = self.owner.wait();
    }
}

#[test]
fn kill_9_of_the_owner_leaves_no_process_and_no_folder() {
    on_each(|engine| {
        let mut held = Held::start(engine, None);
        assert!(lives(held.server) && held.folder.join("data").is_dir());
        // Server, and the two halves of the watchdog.
        assert_eq!(processes_on(&held.folder).len(), 3);
        held.kill_owner();
        eventually("all gone", Duration::from_secs(5), || {
            !held.folder.exists() && !lives(held.server) && processes_on(&held.folder).is_empty()
        });
    });
}

#[test]
fn after_kill_9_of_its_owner_a_data_folder_is_shut_down_in_order_and_usable() {
    on_each(|engine| {
        let temp = tempfile::tempdir().unwrap();
        let mut held = Held::start(engine, Some(temp.path()));
        Client::tcp(held.port).unwrap().run("CREATE DATABASE kept").unwrap();
        let refused = builder(engine).data_dir(temp.path()).start();
        let Err(Error::InUse { owner, .. }) = &refused else { panic!("{refused:?}") };
        assert_eq!(*owner, held.owner.id().to_string());
        held.kill_owner();
        // At once: the start waits for the old server, which has the lock until its end.
        let next = builder(engine).data_dir(temp.path()).start().expect("the next start");
        assert!(!lives(held.server));
        assert_eq!(Client::tcp(next.port()).unwrap().run("SHOW DATABASES LIKE 'kept'").unwrap(), ["kept"]);
        let log = std::fs::read_to_string(temp.path().join("server.log.1")).unwrap();
        assert!(log.contains("hutdown complete"), "{log}");
        eventually("the old run's folder is gone", Duration::from_secs(5), || !held.folder.exists());
    });
}

#[test]
fn ctrl_c_reaches_the_owner_not_the_server() {
    on_each(|engine| {
        let mut held = Held::start(engine, None);
        // What a terminal does: SIGINT to the whole group, which dies of it here.
        signal_group("INT", held.owner.id());
        held.owner.wait().unwrap();
        eventually("all gone", Duration::from_secs(5), || !held.folder.exists() && !lives(held.server));
    });
}

#[test]
fn after_a_signal_to_the_watchdog_s_group_the_end_of_the_owner_still_cleans_up() {
    on_each(|engine| {
        let mut held = Held::start(engine, None);
        let watchdog = watchdogs(&held).into_iter().min().unwrap();
        signal_group("TERM", watchdog);
        eventually("the server is gone", Duration::from_secs(15), || !lives(held.server));
        held.kill_owner();
        eventually("all gone", Duration::from_secs(15), || {
            !held.folder.exists() && !lives(held.server) && processes_on(&held.folder).is_empty()
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

fn watchdogs(held: &Held) -> Vec<u32> {
    processes_on(&held.folder).into_iter().filter(|pid| *pid != held.server).collect()
}
