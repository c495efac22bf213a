//! Tests of `staka serve`.

use crate::support::{Running, get, migrated, on_both, outcome, staka};

const SECRET: &str = "only for tests: thirty-two bytes or more";

on_both! {
    fn serve_answers_until_sigterm(server: &str) {
        let url = migrated(server);
        let mut command = staka(&["serve", "--listen", "127.0.0.1:0", "--database-url", &url]);
        let running = Running::start(command.env("JWT_SECRET", SECRET), "Listening on http://");
        let address = running.lines[0].split(' ').nth(2).unwrap().to_owned();
        assert_eq!(get(&address, "/health", None).0, 200);
        assert_eq!(get(&address, "/v1/tarifs", None), (200, "[]".to_owned()));
        assert_eq!(get(&address, "/v1/stats/users-by-role", None).0, 401);

        let port = address.rsplit_once(':').unwrap().1;
        let taken = format!("127.0.0.1:{port}");
        let (code, _, stderr) =
            outcome(&mut staka(&["serve", "--listen", &taken, "--jwt-secret", SECRET, "--database-url", &url]));
        assert_eq!(code, 1);
        assert!(stderr.contains("choose another port"), "{stderr}");

        assert_eq!(running.end("-TERM").code(), Some(0));
    }
}
