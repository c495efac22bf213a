//! What the tests share: servers, and the service on a database with a few rows.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use staka_core::base::{Args, NewRow};
use staka_core::db::{Conn, Statement};
use staka_core::migrate::MigrateOptions;
use staka_core::model::{
    AuditLogInsert, AuditSeverity, AuditTargetType, CmsPageInsert, CommandeInsert, ConversationId, FaqInsert,
    InvoiceInsert, MessageInsert, NotificationInsert, NotificationPriority, PageStatus, PaymentMethodInsert, Role,
    TarifInsert, UserId, UserInsert,
};
use staka_core::repo::{
    audit_logs, commandes, faqs, invoices, messages, notifications, pages, payment_methods, tarifs, users,
};
use staka_core::{Migrator, Secret, Staka, SystemClock, Timestamp};
use staka_http::{Config, issue_token, router};
use staka_local::{Engine, LocalServer};
use tower::ServiceExt;

pub const SECRET: &str = "only for tests: thirty-two bytes or more";

/// Runs a test on both servers: `on_both! { async fn name(service: &Service) { … } }`.
macro_rules! on_both {
    ($(async fn $name:ident($service:ident: &Service) $body:block)+) => {$(
        async fn $name($service: &$crate::support::Service) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mariadb() {
                on(staka_local::Engine::MariaDb).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                on(staka_local::Engine::MySql).await;
            }

            async fn on(engine: staka_local::Engine) {
                let Some(url) = $crate::support::server(engine) else { return };
                let service = $crate::support::Service::open(url).await;
                super::$name(&service).await;
                service.close().await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// Returns the URL of a server without a database: the one that the test command started, or a private one. Returns
/// none, with a message, if there is no server; with `STAKA_REQUIRE_SERVERS=1` that is a failure.
pub fn server(engine: Engine) -> Option<&'static str> {
    static MARIADB: OnceLock<Option<(String, Option<LocalServer>)>> = OnceLock::new();
    static MYSQL: OnceLock<Option<(String, Option<LocalServer>)>> = OnceLock::new();
    let slot = if engine == Engine::MariaDb { &MARIADB } else { &MYSQL };
    slot.get_or_init(|| start(engine)).as_ref().map(|(url, _)| url.as_str())
}

fn start(engine: Engine) -> Option<(String, Option<LocalServer>)> {
    if let Ok(url) = std::env::var(format!("STAKA_TEST_{}_URL", engine.to_string().to_uppercase())) {
        return Some((url, None));
    }
    if staka_cases::left_out(&format!("the tests of HTTP on {engine}, which is not given")) {
        return None;
    }
    let cache = std::env::var_os("STAKA_LOCAL_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.staka")), PathBuf::from);
    match LocalServer::builder().engine(engine).fast(true).cache_dir(cache).start() {
        Ok(running) => Some((running.url("").trim_end_matches('/').to_owned(), Some(running))),
        Err(error) => {
            staka_cases::skip(&format!("{engine} cannot be started: {error}"));
            None
        }
    }
}

/// The service on a database that belongs to one test.
pub struct Service {
    pub url: String,
    pub staka: Staka,
    pub router: Router,
    /// An author with rows.
    pub zoe: UserId,
    /// An author without rows.
    pub max: UserId,
    pub admin: UserId,
    /// An author whose account is deactivated.
    pub inactive: UserId,
}

/// A response, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        assert!(self.header("content-type").ends_with("json"), "{self:?}");
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that this is a problem document of this status and code, and returns it.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!((self.status.as_u16(), body["code"].as_str()), (status, Some(code)), "{body}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!((&body["status"], &body["type"]), (&status.into(), &"about:blank".into()));
        assert_eq!(body["requestId"], self.header("x-request-id"));
        for text in ["title", "detail"] {
            assert!(body[text].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        }
        assert!(body["fields"].is_array(), "{body}");
        body
    }
}

pub fn config() -> Config {
    Config::new(Secret::new(SECRET)).unwrap()
}

/// Issues a token that names this user and role.
pub fn token(user: &UserId, role: &Role) -> String {
    let now = "2026-01-01".parse::<Timestamp>().unwrap();
    issue_token(&Secret::new(SECRET), user, "x@example.org", role, now, Duration::from_secs(100 * 365 * 86_400))
        .unwrap()
}

pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    Answer { status: head.status, headers: head.headers, bytes: to_bytes(body, 10_000_000).await.unwrap() }
}

impl Service {
    pub async fn open(server: &str) -> Self {
        let name = staka_cases::database_name();
        let url = format!("{server}/{name}");
        let database = staka_core::Config::from_url(&url).unwrap();
        Migrator::create_database(&database).await.unwrap();
        let mut migrator = Migrator::connect(&database).await.unwrap();
        migrator.migrate(&MigrateOptions::default(), &mut |_| {}).await.unwrap();
        let staka = Staka::connect(&url).await.unwrap();
        let mut conn = staka.acquire().await.unwrap();
        let [zoe, max, admin, inactive] = create_users(&mut conn).await;
        create_rows(&mut conn, &zoe, &admin).await;
        drop(conn);
        Self { url, router: router(staka.clone(), config()), staka, zoe, max, admin, inactive }
    }

    /// Drops the database. After a failed test it stays until the server is removed.
    pub async fn close(self) {
        let name = self.url.rsplit('/').next().unwrap();
        let drop = Statement::fixed("test.drop", "", &[]).with_text(format!("DROP DATABASE `{name}`"));
        self.staka.acquire().await.unwrap().execute(&drop, Args::new()).await.unwrap();
        self.staka.close().await;
    }

    pub async fn get(&self, uri: &str, who: Option<&str>) -> Answer {
        self.request("GET", uri, who).await
    }

    pub async fn request(&self, method: &str, uri: &str, who: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(token) = who {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        send(&self.router, request.body(Body::empty()).unwrap()).await
    }

    pub fn zoe(&self) -> String {
        token(&self.zoe, &Role::User)
    }

    pub fn admin(&self) -> String {
        // The role comes from the database, not from the token.
        token(&self.admin, &Role::User)
    }
}

async fn create_users(conn: &mut Conn) -> [UserId; 4] {
    let user = |name: &str| UserInsert::new(name, "Ångström", format!("{name}@example.org"), Secret::new("x"));
    let new = [
        user("zoe"),
        user("max"),
        UserInsert { role: Role::Admin, ..user("ada") },
        UserInsert { is_active: false, ..user("gil") },
    ];
    let rows = new.map(|new| new.into_row(&SystemClock).unwrap());
    users::add(conn, &rows).await.unwrap();
    rows.map(|row| row.id)
}

/// Creates some rows in each table that the operations read.
async fn create_rows(conn: &mut Conn, zoe: &UserId, admin: &UserId) {
    let clock = &SystemClock;
    let titles = [
        ("a", NotificationPriority::Faible),
        ("b", NotificationPriority::Urgente),
        ("c", NotificationPriority::Normale),
    ];
    let unread = titles.map(|(title, priority)| {
        NotificationInsert { priority, ..NotificationInsert::new(zoe.clone(), title, "…") }.into_row(clock).unwrap()
    });
    notifications::add(conn, &unread).await.unwrap();
    let card = PaymentMethodInsert {
        is_default: true,
        ..PaymentMethodInsert::new(zoe.clone(), "pm_1", "visa", "4242", 12, 2030)
    };
    payment_methods::add(conn, &[card.into_row(clock).unwrap()]).await.unwrap();
    let paid = CommandeInsert {
        amount: Some(46_800),
        payment_status: Some("paid".into()),
        ..CommandeInsert::new(zoe.clone(), "Le roman d’Élise")
    };
    let paid = paid.into_row(clock).unwrap();
    commandes::add(conn, std::slice::from_ref(&paid)).await.unwrap();
    let invoice = InvoiceInsert::new(paid.id.clone(), "FACT-2026-001", 46_800, "/f.pdf").into_row(clock).unwrap();
    invoices::add(conn, &[invoice]).await.unwrap();
    let thread: ConversationId = "thread_1".parse().unwrap();
    let question = MessageInsert {
        sender_id: Some(zoe.clone()),
        receiver_id: Some(admin.clone()),
        ..MessageInsert::new(thread, "Bonjour")
    };
    messages::add(conn, &[question.into_row(clock).unwrap()]).await.unwrap();
    let entries = [AuditSeverity::Low, AuditSeverity::Critical].map(|severity| {
        AuditLogInsert { severity, ..AuditLogInsert::new("ada@example.org", "USER_DELETED", AuditTargetType::User) }
            .into_row(clock)
            .unwrap()
    });
    audit_logs::add(conn, &entries).await.unwrap();
    let published = Some("2026-01-01".parse().unwrap());
    let page = CmsPageInsert {
        status: PageStatus::Published,
        published_at: published,
        ..CmsPageInsert::new("CGV", "cgv", "…")
    };
    pages::add(conn, &[page.into_row(clock).unwrap()]).await.unwrap();
    faqs::add(conn, &[FaqInsert::new("?", "!", "Tarifs").into_row(clock).unwrap()]).await.unwrap();
    let tarif = TarifInsert {
        stripe_product_id: Some("prod_1".into()),
        ..TarifInsert::new("Intégral", "…", 200, "2€", "correction")
    };
    tarifs::add(conn, &[tarif.into_row(clock).unwrap()]).await.unwrap();
}
