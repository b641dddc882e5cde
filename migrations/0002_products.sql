-- Products: who they are, who may open them, what was asked and granted; it all goes with its product.
-- Times are unix milliseconds, spans milliseconds.

CREATE TABLE product (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    policy TEXT NOT NULL,
    max_age BIGINT NOT NULL,
    start_url TEXT,
    host TEXT UNIQUE,
    is_public BIGINT NOT NULL,
    forbids_email BIGINT NOT NULL,
    device_grant BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    key_set TEXT,
    picture BYTEA,
    picture_type TEXT,
    created_at BIGINT NOT NULL
);

-- kind: redirect, post_logout, back_channel
CREATE TABLE product_uri (
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (product_id, kind, uri)
);

-- The newest and the one before it, which is good until then.
CREATE TABLE product_secret (
    id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    mac BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    until BIGINT
);
CREATE INDEX product_secret_product ON product_secret (product_id);

-- kind: all, group, account; subject: nothing, the group's name, the account's id
CREATE TABLE product_access (
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (product_id, kind, subject)
);

CREATE TABLE account_group (
    account_id TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
);
CREATE INDEX account_group_name ON account_group (name);

CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    private_key BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    first_use_at BIGINT NOT NULL
);

-- Assertions with which products authenticated, each good once.
CREATE TABLE client_assertion (
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    jti TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (product_id, jti)
);
CREATE INDEX client_assertion_until ON client_assertion (until);

-- A product's request, from its arrival until a code is given. A pushed one (RFC 9126) waits for its person.
CREATE TABLE authorization_request (
    id TEXT PRIMARY KEY,
    token_mac BYTEA NOT NULL UNIQUE,
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    pushed BIGINT NOT NULL,
    request TEXT NOT NULL,
    subject TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    session_id TEXT,
    passcode_way TEXT,
    passcode_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX authorization_request_expires ON authorization_request (expires_at);

-- What an account's sign-in gave a product: a code first, tokens after it. Without a session: a remote app's or a device's.
CREATE TABLE product_grant (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    epoch BIGINT NOT NULL,
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    session_id TEXT,
    scope TEXT NOT NULL,
    nonce TEXT,
    redirect_uri TEXT,
    code_challenge TEXT,
    password_at BIGINT NOT NULL,
    passcode_way TEXT NOT NULL,
    passcode_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    code_mac BYTEA UNIQUE,
    code_expires_at BIGINT,
    code_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX product_grant_account ON product_grant (account_id);
CREATE INDEX product_grant_session ON product_grant (session_id);
CREATE INDEX product_grant_expires ON product_grant (expires_at);

CREATE TABLE refresh_token (
    mac BYTEA PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES product_grant (id) ON DELETE CASCADE,
    parent_mac BYTEA,
    made_at BIGINT NOT NULL,
    used_at BIGINT,
    -- when another was given in its place, because it seemed to have been lost on its way
    lost_at BIGINT
);
CREATE INDEX refresh_token_parent ON refresh_token (parent_mac);
CREATE INDEX refresh_token_grant ON refresh_token (grant_id);

-- The newest passcode that a session gave for one product alone.
CREATE TABLE product_passcode (
    session_id TEXT NOT NULL,
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id),
    way TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (session_id, product_id)
);
CREATE INDEX product_passcode_at ON product_passcode (at);

-- Word to a product that a session of its own has ended, until the product has taken it.
CREATE TABLE logout_notice (
    id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    uri TEXT NOT NULL,
    subject TEXT NOT NULL,
    sid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL
);
CREATE INDEX logout_notice_due ON logout_notice (product_id, due_at);

-- Sessions that nobody has used for long end too.
CREATE INDEX session_last_seen ON session (last_seen_at);

-- A passcode that is asked for in a session, and the request that a sign-in is for.
ALTER TABLE sign_in_attempt ADD COLUMN session_id TEXT;
ALTER TABLE sign_in_attempt ADD COLUMN request_id TEXT;
-- The product that a person came from.
ALTER TABLE link ADD COLUMN product_id TEXT;
