//! Reads the machine's apt configuration: mirrors, proxies, keyrings.

use std::{collections::BTreeMap, fs, path::Path, process::Command, time::Duration};

use crate::{Engine, command};

const QUICK: Duration = Duration::from_secs(30);

/// A machine with Debian, Ubuntu or a derivative.
#[derive(Debug)]
pub(super) struct Machine {
    /// Whether it uses Debian's archive; otherwise Ubuntu's.
    debian: bool,
    pub architecture: String,
    /// The `Acquire::…` settings to keep (proxies, certificates, timeouts).
    pub settings: Vec<String>,
    sources: Vec<Source>,
}

/// A suite and component of a mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Source {
    mirror: String,
    release: String,
    component: String,
}

impl Machine {
    /// Reads the configuration; returns the reason if nothing can be fetched here.
    pub(super) fn look() -> Result<Machine, String> {
        let output_of = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).env("LC_ALL", "C");
            match command::run(&mut command, QUICK, None) {
                Ok(ran) if ran.ok => Ok(ran.output),
                Ok(ran) => Err(format!("{program} failed: {}", command::tail(&ran.output, 3))),
                Err(_) => Err(format!("{program}, which is needed to fetch one, does not exist")),
            }
        };
        output_of("dpkg-deb", &["--version"])?;
        let architecture = output_of("dpkg", &["--print-architecture"])?.trim().to_owned();
        let settings = settings(&output_of("apt-config", &["dump"])?);
        // Without release information, which a fresh container has not downloaded.
        let targets = output_of("apt-get", &["indextargets", "--no-release-info"])?;
        let system = system(&fs::read_to_string("/etc/os-release").unwrap_or_default());
        let debian = !is_ubuntu(&system);
        let sources = select(&targets, &codenames(&system));
        if sources.is_empty() {
            return Err("apt's configuration has no mirror of this release".to_owned());
        }
        Ok(Machine { debian, architecture, settings, sources })
    }

    /// Returns the lines of a sources.list for this engine.
    pub(super) fn source_lines(&self, engine: Engine) -> String {
        let keyring = keyring(self.debian);
        let signed = keyring.map(|path| format!("signed-by={path} ")).unwrap_or_default();
        let line = |source: &Source| {
            let Source { mirror, release, component } = source;
            format!("deb [{signed}arch={}] {mirror} {release} {component}\n", self.architecture)
        };
        if self.debian && engine == Engine::MySql {
            // Only sid has it, on the same mirror as the release.
            let main = Source { release: "sid".into(), component: "main".into(), ..self.sources[0].clone() };
            return line(&main);
        }
        self.sources.iter().map(line).collect()
    }
}

fn system(os_release: &str) -> BTreeMap<String, String> {
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.to_owned(), value.trim_matches('"').to_owned()))
    };
    os_release.lines().filter_map(pair).collect()
}

fn is_ubuntu(system: &BTreeMap<String, String>) -> bool {
    let is = |name: &str| system.get(name).is_some_and(|ids| ids.split(' ').any(|id| id == "ubuntu"));
    is("ID") || is("ID_LIKE")
}

/// Returns the possible names of the release, best first.
fn codenames(system: &BTreeMap<String, String>) -> Vec<String> {
    let named = ["UBUNTU_CODENAME", "DEBIAN_CODENAME", "VERSION_CODENAME"].iter().filter_map(|name| system.get(*name));
    let floating = ["stable", "testing", "unstable", "sid"].map(String::from);
    named.cloned().chain(floating).collect()
}

/// Selects the distribution's sources: the release on a mirror that also has its updates (third-party repositories
/// often have a suite of the same name, but no updates), then updates and security.
fn select(targets: &str, codenames: &[String]) -> Vec<Source> {
    let all = parse(targets);
    let Some((code, mirror)) = codenames.iter().find_map(|code| {
        let mirrors: Vec<&Source> = all.iter().filter(|it| it.release == *code && it.component == "main").collect();
        let updates = format!("{code}-updates");
        let has_updates = |it: &&&Source| all.iter().any(|other| other.mirror == it.mirror && other.release == updates);
        let best = mirrors.iter().find(has_updates).or(mirrors.first())?;
        Some((code, best.mirror.clone()))
    }) else {
        return Vec::new();
    };
    let security = format!("{code}-security");
    let updates = format!("{code}-updates");
    let (mut first, rest): (Vec<Source>, Vec<Source>) = all
        .into_iter()
        .filter(|it| ["main", "universe"].contains(&it.component.as_str()))
        .filter(|it| (it.mirror == mirror && (it.release == *code || it.release == updates)) || it.release == security)
        .partition(|it| it.release == *code && it.component == "main");
    first.extend(rest);
    first
}

/// Parses the stanzas of `apt-get indextargets` for package lists.
fn parse(targets: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    for stanza in targets.split("\n\n") {
        let field = |name: &str| {
            stanza.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default().to_owned()
        };
        if field("Created-By") != "Packages" {
            continue;
        }
        let source = Source { mirror: field("Repo-URI"), release: field("Release"), component: field("Component") };
        if !source.mirror.is_empty() && !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

/// Returns the settings for reaching mirrors, without those that select lists or allow unsigned ones.
fn settings(dump: &str) -> Vec<String> {
    const LEFT_OUT: [&str; 6] = ["IndexTargets", "Changelogs", "Languages", "CompressionTypes", "cdrom", "Allow"];
    let kept = |line: &&str| {
        line.strip_prefix("Acquire::").is_some_and(|name| !LEFT_OUT.iter().any(|prefix| name.starts_with(prefix)))
            // A value that contains a quote cannot be written back.
            && line.matches('"').count() == 2
            && line.ends_with(';')
    };
    dump.lines().filter(kept).map(str::to_owned).collect()
}

/// Returns the distribution's keyring if it is installed; otherwise apt's trusted keys are used.
fn keyring(debian: bool) -> Option<&'static str> {
    let known: &[&str] = if debian {
        &["/usr/share/keyrings/debian-archive-keyring.pgp", "/usr/share/keyrings/debian-archive-keyring.gpg"]
    } else {
        &["/usr/share/keyrings/ubuntu-archive-keyring.gpg"]
    };
    known.iter().copied().find(|path| Path::new(path).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stanza(mirror: &str, release: &str, component: &str) -> String {
        format!("MetaKey: x\nCreated-By: Packages\nRelease: {release}\nComponent: {component}\nRepo-URI: {mirror}\n\n")
    }

    #[test]
    fn the_distribution_s_own_mirror_is_chosen() {
        let targets = [
            stanza("http://third.test/", "bookworm", "main"),
            stanza("http://mirror.test/debian/", "bookworm-updates", "main"),
            stanza("http://mirror.test/debian/", "bookworm", "non-free"),
            stanza("http://mirror.test/debian/", "bookworm", "main"),
            stanza("http://mirror.test/debian/", "bookworm", "main"),
            stanza("http://mirror.test/security/", "bookworm-security", "main"),
            "Created-By: DEP-11\nRelease: bookworm\nComponent: main\nRepo-URI: http://mirror.test/debian/".to_owned(),
        ]
        .concat();
        let chosen = select(&targets, &["bookworm".to_owned(), "sid".to_owned()]);
        let shown: Vec<_> = chosen.iter().map(|it| format!("{} {} {}", it.mirror, it.release, it.component)).collect();
        assert_eq!(
            shown,
            [
                "http://mirror.test/debian/ bookworm main",
                "http://mirror.test/debian/ bookworm-updates main",
                "http://mirror.test/security/ bookworm-security main",
            ]
        );
        assert!(select(&targets, &["noble".to_owned()]).is_empty());
    }

    #[test]
    fn proxies_are_kept_and_insecure_ways_are_not() {
        let dump = "APT::Architecture \"amd64\";\nAcquire::http::Proxy \"http://proxy.test:3128\";\n\
            Acquire::AllowInsecureRepositories \"1\";\nAcquire::Languages:: \"none\";\nAcquire::Retries \"0\";\n";
        assert_eq!(settings(dump), ["Acquire::http::Proxy \"http://proxy.test:3128\";", "Acquire::Retries \"0\";"]);
    }

    #[test]
    fn mint_is_ubuntu_with_ubuntu_s_codename() {
        let mint = system("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n");
        assert!(is_ubuntu(&mint));
        assert_eq!(codenames(&mint)[0], "noble");
    }
}
