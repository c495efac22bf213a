//! Tests of authentication.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use staka_core::model::Role;
use staka_core::{Secret, Timestamp};
use staka_http::{Config, issue_token};

use crate::support::{SECRET, on_both, send, token};

/// Signs any claims with any secret by HS256; `issue_token` creates only valid tokens.
fn signed(secret: &str, claims: &Value) -> String {
    signed_with_header(secret, &json!({"alg": "HS256", "typ": "JWT"}), claims)
}

fn signed_with_header(secret: &str, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(header), encode(claims));
    let key = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let signature = key.chain_update(&text).finalize().into_bytes();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Returns the header or the claims of a token.
fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_short_secret_is_refused() {
    for refused in [
        Config::new(Secret::new("x".repeat(31))).err(),
        issue_token(
            &Secret::new("short"),
            &"u".parse().unwrap(),
            "",
            &Role::User,
            "2026-01-01".parse().unwrap(),
            Duration::ZERO,
        )
        .err(),
    ] {
        assert_eq!(refused.unwrap().to_string(), "jwtSecret: must have at least 32 bytes");
    }
    assert!(!format!("{:?}", crate::support::config()).contains(SECRET));
}

on_both! {
    async fn an_invalid_token_is_refused_on_every_route(service: &Service) {
        let now = service.staka.clock().now().unix_millis() / 1_000;
        let claims = |more: Value| {
            let mut claims = json!({"userId": service.zoe.as_str(), "email": "e", "role": "USER", "iat": now, "exp": now + 60, "iss": "staka-livres"});
            for (name, value) in more.as_object().unwrap() {
                claims[name] = value.clone();
            }
            claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            claims
        };
        let good = signed(SECRET, &claims(json!({})));
        assert_eq!(service.get("/v1/users/me/notifications/unread-count", Some(&good)).await.json(), 3);
        let unsigned = {
            let parts: Vec<_> = good.split('.').collect();
            // {"alg":"none","typ":"JWT"}
            format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1])
        };
        for (why, bad) in [
            ("HS512", signed_with_header(SECRET, &json!({"alg": "HS512"}), &claims(json!({})))),
            ("unsigned", unsigned),
            ("another secret", signed(&SECRET.to_uppercase(), &claims(json!({})))),
            ("another issuer", signed(SECRET, &claims(json!({"iss": "staka"})))),
            ("no issuer", signed(SECRET, &claims(json!({"iss": null})))),
            ("expired", signed(SECRET, &claims(json!({"exp": now - 1})))),
            ("no expiry", signed(SECRET, &claims(json!({"exp": null})))),
            ("expiry in words", signed(SECRET, &claims(json!({"exp": "never"})))),
            ("not valid yet", signed(SECRET, &claims(json!({"nbf": now + 60})))),
            ("another audience", signed(SECRET, &claims(json!({"aud": "another service"})))),
            ("no user", signed(SECRET, &claims(json!({"userId": null})))),
            ("an empty user", signed(SECRET, &claims(json!({"userId": ""})))),
            ("an unknown user", signed(SECRET, &claims(json!({"userId": "nobody"})))),
            ("a disabled account", token(&service.inactive, &Role::Admin)),
            ("changed", good.replacen('.', ".e", 1)),
            ("nothing", String::new()),
            ("not a token", "a.b.c".to_owned()),
        ] {
            for uri in ["/v1/users/me/notifications/unread-count", "/v1/tarifs"] {
                let answer = service.get(uri, Some(&bad)).await;
                answer.problem(401, "UNAUTHENTICATED");
                assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"", "{why}");
            }
        }
        for headers in [&["Basic em9l"][..], &["Bearer"], &[&format!("Bearer {good}"), &format!("Bearer {good}")]] {
            let request = headers.iter().fold(Request::get("/v1/tarifs"), |request, value| request.header("authorization", *value));
            send(&service.router, request.body(Body::empty()).unwrap()).await.problem(401, "UNAUTHENTICATED");
        }
        let request = Request::get("/v1/tarifs").header("authorization", format!("bearer  {good}"));
        assert_eq!(send(&service.router, request.body(Body::empty()).unwrap()).await.status, 200);
    }

    async fn the_core_decides_by_the_account_and_not_by_the_token(service: &Service) {
        let of_zoe = format!("/v1/users/{}/notifications/unread-count", service.zoe);
        let max = token(&service.max, &Role::Admin);
        for (uri, who, status) in [
            (of_zoe.as_str(), None, 401),
            (of_zoe.as_str(), Some(service.zoe()), 200),
            (of_zoe.as_str(), Some(service.admin()), 200),
            (of_zoe.as_str(), Some(max.clone()), 403),
            ("/v1/users/me/notifications/unread-count", None, 401),
            ("/v1/users/me/notifications/unread-count", Some(max.clone()), 200),
            ("/v1/conversations/thread_1/messages", None, 401),
            ("/v1/conversations/thread_1/messages", Some(max.clone()), 403),
            ("/v1/conversations/thread_1/messages", Some(service.admin()), 200),
            ("/v1/conversations/thread_2/messages", Some(service.zoe()), 403),
            ("/v1/stats/users-by-role", None, 401),
            ("/v1/stats/users-by-role", Some(max), 403),
            ("/v1/stats/users-by-role", Some(service.admin()), 200),
            ("/v1/tarifs", None, 200),
            ("/v1/tarifs", Some(service.zoe()), 200),
        ] {
            let answer = service.get(uri, who.as_deref()).await;
            assert_eq!(answer.status, status, "{uri} {who:?}");
            match status {
                401 => {
                    assert!(answer.problem(401, "UNAUTHENTICATED")["operation"].is_string());
                    assert_eq!(answer.header("www-authenticate"), "Bearer");
                }
                403 => drop(answer.problem(403, "DENIED")),
                _ => {}
            }
        }
    }

    async fn issue_token_writes_the_claims_of_the_existing_backend(service: &Service) {
        let now: Timestamp = "2026-01-31T09:30:00.900Z".parse().unwrap();
        let token = issue_token(&Secret::new(SECRET), &service.zoe, "zoe@example.org", &Role::User, now, Duration::from_secs(60)).unwrap();
        assert_eq!(part(&token, 0), json!({"alg": "HS256", "typ": "JWT"}));
        let iat = 1_769_851_800;
        assert_eq!(
            part(&token, 1),
            json!({"userId": service.zoe.as_str(), "email": "zoe@example.org", "role": "USER", "iat": iat, "exp": iat + 60, "iss": "staka-livres"})
        );
    }
}
