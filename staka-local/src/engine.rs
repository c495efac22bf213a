use std::{fmt, str::FromStr};

/// Which of the two servers.
///
/// ```
/// use staka_local::Engine;
///
/// assert_eq!("mysql".parse(), Ok(Engine::MySql));
/// assert_eq!(Engine::MariaDb.to_string(), "mariadb");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// MariaDB (`mariadbd`).
    MariaDb,
    /// MySQL (`mysqld`), Percona's build included.
    MySql,
}

/// The text names neither `mariadb` nor `mysql`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown engine {0:?}: mariadb or mysql")]
pub struct UnknownEngine(String);

impl Engine {
    /// Both, the one that is fetched by default first.
    pub const ALL: [Engine; 2] = [Engine::MariaDb, Engine::MySql];

    /// The name as people write it: `MariaDB`, `MySQL`.
    pub fn title(self) -> &'static str {
        match self {
            Engine::MariaDb => "MariaDB",
            Engine::MySql => "MySQL",
        }
    }

    /// Engine and version out of the answer to `--version`: a binary called mysqld may be either.
    pub(crate) fn from_version_output(text: &str) -> Option<(Engine, String)> {
        let line = text.lines().find(|line| line.contains(" Ver "))?;
        let (_, rest) = line.split_once(" Ver ")?;
        let version: String = rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        if version.split('.').count() < 2 {
            return None;
        }
        // Only what follows "Ver": the path before it may name anything.
        let engine = if rest.contains("MariaDB") { Engine::MariaDb } else { Engine::MySql };
        Some((engine, version))
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::MariaDb => "mariadb",
            Engine::MySql => "mysql",
        })
    }
}

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, UnknownEngine> {
        match text.to_ascii_lowercase().as_str() {
            "mariadb" => Ok(Engine::MariaDb),
            "mysql" => Ok(Engine::MySql),
            _ => Err(UnknownEngine(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_line_decides_not_the_name() {
        let cases = [
            (
                "mysqld  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)",
                Some((Engine::MariaDb, "10.11.19")),
            ),
            ("/opt/MariaDB/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))", Some((Engine::MySql, "9.7.4"))),
            ("mysqld  Ver 8.0.36-28 for Linux on x86_64 (Percona Server (GPL))", Some((Engine::MySql, "8.0.36"))),
            ("exec format error", None),
        ];
        for (line, expected) in cases {
            let found = Engine::from_version_output(line);
            assert_eq!(found, expected.map(|(engine, version)| (engine, version.to_owned())), "{line}");
        }
    }
}
