//! A running server ends the sessions whose time has passed, and tells the products.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::{Installation, until};

#[test]
fn a_session_whose_time_has_passed_ends_and_its_product_is_told() {
    let product = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/back-channel", product.local_addr().unwrap());
    let installation = Installation::new();
    let account = installation.add("nora")["id"].as_str().unwrap().to_owned();
    let add = ["product", "add", "ledger", "--name", "The ledger", "--kind", "web", "--policy", "inherit"];
    let uris = ["--redirect-uri", "https://ledger.example/callback", "--backchannel-logout-uri", &uri];
    installation.run(&[&add[..], &uris[..], &["--json"]].concat()).json();
    let server = installation.serve();
    let database = installation.database();
    let grants = "INSERT INTO product_grant (id, account_id, epoch, product_id, session_id, scope, password_at, \
                  passcode_way, passcode_at, created_at, expires_at) \
                  VALUES ('g', ?1, 1, 'ledger', 'the-session', 'openid', 1, 'app', 1, 1, 9999999999999)";
    database.execute(grants, [&account]).unwrap();
    database
        .execute(
            "INSERT INTO session (id, token_mac, account_id, epoch, created_at, last_seen_at, password_at, passcode_way, \
             passcode_at, address, browser) VALUES ('the-session', x'00', ?1, 1, 1, 1, 1, 'app', 1, '', '')",
            [&account],
        )
        .unwrap();

    product.set_nonblocking(true).unwrap();
    let (mut connection, _) = until("the product is told", || product.accept().ok());
    connection.set_nonblocking(false).unwrap();
    let mut request = String::new();
    until("the notice is whole", || {
        let mut buffer = [0; 4_096];
        let count = connection.read(&mut buffer).unwrap();
        request.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        request.contains("\r\n\r\nlogout_token=ey").then_some(())
    });
    assert!(request.starts_with("POST /back-channel HTTP/1.1\r\n"), "{request}");
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    let line = server.wait_for("product told of logout");
    assert!(!line.contains("ey") && !line.contains("the-session") && !line.contains(&account), "{line}");
    let left = "SELECT (SELECT COUNT(*) FROM session) + (SELECT COUNT(*) FROM logout_notice)";
    let is_nothing_left = || database.query_row(left, [], |row| row.get::<_, i64>(0)).unwrap() == 0;
    until("nothing is left of it", || is_nothing_left().then_some(()));
    server.stop();
}
