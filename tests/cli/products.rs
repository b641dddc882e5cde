//! `product …`, and the groups of accounts that products are opened by.

use std::fs;

use serde_json::json;

use crate::support::Installation;

const WEB: [&str; 9] = [
    "product",
    "add",
    "ledger",
    "--name",
    "The ledger",
    "--kind",
    "web",
    "--redirect-uri",
    "https://ledger.example/callback",
];

fn with<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [base, more].concat()
}

#[test]
fn a_product_is_shown_as_it_was_registered() {
    let installation = Installation::new();
    let arguments = [
        "--policy",
        "separate",
        "--max-age",
        "8 hours",
        "--start-url",
        "https://ledger.example/",
        "--alg",
        "RS256",
        "--post-logout-redirect-uri",
        "https://ledger.example/bye",
        "--backchannel-logout-uri",
        "https://ledger.example/back",
        "--forbid-email-passcode",
        "--device-grant",
        "--json",
    ];
    let made = installation.run(&with(&WEB, &arguments)).json();
    assert_eq!(made.as_object().unwrap().len(), 3);
    assert_eq!(
        (&made["client_id"], &made["issuer"]),
        (&json!("ledger"), &json!(format!("http://localhost:{}", installation.port)))
    );
    let secret = made["client_secret"].as_str().unwrap();
    assert_eq!((secret.len(), secret.starts_with("vst_k_")), (49, true));

    let shown = installation.run(&["product", "show", "ledger", "--json"]).json();
    for (field, value) in [
        ("policy", json!("separate")),
        ("max_age", json!("8 hours")),
        ("access", json!(["all"])),
        ("redirect_uris", json!(["https://ledger.example/callback"])),
        ("post_logout_redirect_uris", json!(["https://ledger.example/bye"])),
        ("backchannel_logout_uri", json!("https://ledger.example/back")),
        ("forbid_email_passcode", json!(true)),
        ("device_grant", json!(true)),
        ("alg", json!("RS256")),
        ("secrets", json!(1)),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert_eq!(installation.run(&["product", "list", "--json"]).json()[0], shown);
    assert!(installation.run(&["product", "list"]).fine().contains("separate (8 hours)  all\n"));
    assert!(installation.run(&["product", "show", "ledger"]).fine().contains("device grant              yes\n"));
}

/// Beside a server that runs.
#[test]
fn a_product_through_its_life() {
    let installation = Installation::new();
    let server = installation.serve();
    let made = installation.run(&with(&WEB, &["--policy", "inherit", "--json"])).json();
    let rotated = installation.run(&["product", "rotate-secret", "ledger", "--json"]).json();
    assert_ne!(rotated["client_secret"], made["client_secret"]);
    assert_eq!(installation.run(&["product", "show", "ledger", "--json"]).json()["secrets"], 2);
    let told = installation.run(&["product", "rotate-secret", "ledger", "--now"]).fine();
    assert!(told.contains("Older ones have ended") && told.contains("client_secret  vst_k_"), "{told}");
    assert_eq!(installation.run(&["product", "show", "ledger", "--json"]).json()["secrets"], 1);

    installation.run(&["product", "remove", "ledger"]).fine();
    assert_eq!(installation.run(&["product", "list", "--json"]).json(), json!([]));
    let trail = installation.run(&["audit", "export"]).fine();
    for act in ["product-add", "product-rotate-secret", "product-remove"] {
        assert!(trail.contains(act), "{act}");
    }
    assert!(!trail.contains("vst_k_"), "a secret is shown once");
    server.stop();
}

/// A leaked database holds nothing that a product could be taken for.
#[test]
fn a_secret_is_not_kept() {
    let installation = Installation::new();
    let made = installation.run(&with(&WEB, &["--policy", "inherit", "--json"])).json();
    let secret = made["client_secret"].as_str().unwrap();
    let body = secret.strip_prefix("vst_k_").unwrap();
    for entry in fs::read_dir(installation.file("data")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(body.len()).any(|window| window == body.as_bytes()));
    }
}

#[test]
fn each_kind_is_registered_with_what_it_needs() {
    let installation = Installation::new();
    let add = |arguments: &[&str]| installation.run(&with(&["product", "add"], &with(arguments, &["--json"])));
    let remote = add(&["remote", "--name", "Remote", "--kind", "remote-app", "--policy", "inherit", "--public"]).json();
    assert_eq!(remote["client_secret"], json!(null));
    let wiki = ["wiki", "--name", "Wiki", "--kind", "proxied", "--policy", "separate", "--host", "wiki.example"];
    assert_eq!(add(&wiki).json()["client_secret"], json!(null));
    assert_eq!(installation.run(&["product", "show", "wiki", "--json"]).json()["start_url"], "https://wiki.example/");
    let keys = installation.file("keys.json");
    let set = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]});
    fs::write(&keys, set.to_string()).unwrap();
    let keyed = with(&WEB, &["--policy", "inherit", "--jwks-file", keys.to_str().unwrap(), "--json"]);
    assert_eq!(installation.run(&keyed).json()["client_secret"], json!(null));
    assert_eq!(installation.run(&["product", "show", "ledger", "--json"]).json()["jwks"], set);
    assert!(installation.run(&["product", "rotate-secret", "wiki"]).sentence().contains("has no secret"));
}

#[test]
fn a_picture_is_one() {
    let installation = Installation::new();
    let file = installation.file("picture.png");
    let path = file.to_str().unwrap();
    let add = || installation.run(&with(&WEB, &["--policy", "inherit", "--picture", path]));
    assert!(add().sentence().contains("cannot be read"));
    fs::write(&file, "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>").unwrap();
    assert!(add().sentence().contains("no PNG, JPEG or WebP picture"));
    fs::write(&file, [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 256 * 1024]].concat()).unwrap();
    assert!(add().sentence().contains("more than 256 KiB"));
    fs::write(&file, b"\x89PNG\r\n\x1a\npicture").unwrap();
    assert!(add().fine().contains("The secret is shown this once."));
    assert_eq!(installation.run(&["product", "show", "ledger", "--json"]).json()["picture"], true);
}

#[test]
fn groups_say_who_may_open_what() {
    let installation = Installation::new();
    installation.add("nora");
    let arguments =
        ["account", "add", "omar", "--email", "omar@example.org", "--invite", "--group", "b", "--group", "a a"];
    installation.run(&arguments).fine();
    let groups = |name: &str| installation.run(&["account", "show", name, "--json"]).json()["groups"].clone();
    assert_eq!((groups("nora"), groups("omar")), (json!([]), json!(["a a", "b"])));
    let listed = installation.run(&["account", "list", "--json"]).json();
    assert_eq!(listed[1]["groups"], json!(["a a", "b"]));
    assert!(installation.run(&["account", "list"]).fine().contains("never         a a, b\n"));

    assert_eq!(installation.run(&["account", "set-groups", "nora", "--group", "c"]).fine(), "nora is in: c.\n");
    assert_eq!(installation.run(&["account", "set-groups", "omar"]).fine(), "omar is in no group.\n");
    assert_eq!((groups("nora"), groups("omar")), (json!(["c"]), json!([])));
    assert!(installation.run(&["account", "show", "nora"]).fine().contains("groups                       c\n"));
    assert!(installation.run(&["audit", "export"]).fine().contains("account-set-groups"));

    let access = ["--policy", "inherit", "--access", "group:c", "--access", "account:OMAR"];
    installation.run(&with(&WEB, &access)).fine();
    let shown = installation.run(&["product", "show", "ledger", "--json"]).json();
    assert_eq!(shown["access"], json!(["account:omar", "group:c"]));
    assert_eq!(installation.run(&["account", "set-groups", "nora", "--group", "a,b"]).status, 2);
}

#[test]
fn what_cannot_be_a_product_is_told() {
    let installation = Installation::new();
    let inherit = with(&WEB, &["--policy", "inherit"]);
    let too_old = installation.run(&with(&inherit, &["--max-age", "1 hour"])).sentence();
    assert!(too_old.contains("--policy separate"), "{too_old}");
    let unknown = installation.run(&with(&inherit, &["--access", "account:nobody"])).sentence();
    assert!(unknown.contains("no account \"nobody\""), "{unknown}");
    let host = installation.run(&with(&inherit, &["--host", "a.example"])).sentence();
    assert!(host.contains("Only a proxied product has a host"), "{host}");
    installation.run(&inherit).fine();
    assert!(installation.run(&inherit).sentence().contains("the id \"ledger\" already"));
    for (more, why) in [
        (["--access", "everyone"], "all, group:NAME or account:USERNAME"),
        (["--access", "group:"], "1 to 64"),
        (["--alg", "HS256"], "HS256"),
        (["--max-age", "soon"], "8 hours"),
    ] {
        let said = installation.run(&with(&inherit, &more));
        assert_eq!(said.status, 2, "{more:?}");
        assert!(said.err.contains(why), "{}", said.err);
    }
    let mut odd = inherit.clone();
    odd[2] = "Ledger";
    assert_eq!(installation.run(&odd).status, 2);
    for command in ["show", "remove", "rotate-secret"] {
        let sentence = installation.run(&["product", command, "other"]).sentence();
        assert!(sentence.starts_with("There is no product \"other\"."), "{sentence}");
    }
}

/// The keyring is a file; the keys that tokens are signed with are in the database, made when they are needed.
#[test]
fn signing_keys_are_listed_apart_from_the_keyring() {
    let installation = Installation::new();
    installation.run(&["migrate"]).fine();
    assert_eq!(installation.run(&["key", "list", "--signing", "--json"]).json(), json!([]));
    assert!(installation.run(&["key", "list", "--signing"]).fine().starts_with("KEY"));
}
