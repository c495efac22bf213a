use std::{fmt, str::FromStr};

/// The kind of server.
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
    /// MySQL (`mysqld`), including Percona's build.
    MySql,
}

/// The text is neither `mariadb` nor `mysql`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown engine {0:?}: expected mariadb or mysql")]
pub struct UnknownEngine(String);

impl Engine {
    /// Both engines; the one that is fetched by default comes first.
    pub const ALL: [Engine; 2] = [Engine::MariaDb, Engine::MySql];

    /// Returns the product's name: `MariaDB` or `MySQL`.
    pub fn title(self) -> &'static str {
        match self {
            Engine::MariaDb => "MariaDB",
            Engine::MySql => "MySQL",
        }
    }

    /// Reads engine and version from the output of `--version`: a binary called mysqld may be either.
    pub(crate) fn from_version_output(text: &str) -> Option<(Engine, String)> {
        let line = text.lines().find(|line| line.contains(" Ver "))?;
        let (_, rest) = line.split_once(" Ver ")?;
        let version: String = rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        if version.split('.').count() < 2 {
            return None;
        }
        // Only the part after "Ver": the path before it may contain anything.
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
    fn the_engine_is_read_from_the_version_line_not_the_name() {
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
