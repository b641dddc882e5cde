-- The front door: accounts, sign-in, set-up, links, audit. Times are unix milliseconds, ids UUIDv7 text, flags 0 or 1.

CREATE TABLE installation (
    id BIGINT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    key_check BYTEA NOT NULL,
    audit_seq BIGINT NOT NULL
);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT,
    organization TEXT,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT,
    epoch BIGINT NOT NULL,
    lock_seq BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    audit_seq BIGINT NOT NULL,
    password_hash BYTEA,
    password_due BIGINT NOT NULL,
    password_blocked BIGINT NOT NULL,
    mail_paused BIGINT NOT NULL,
    mfa_set_up_at BIGINT,
    recovery_code_mac BYTEA,
    last_sign_in_at BIGINT,
    password_tat BIGINT,
    password_known_tat BIGINT,
    wrong_in_a_row BIGINT NOT NULL,
    locked_until BIGINT,
    ladder_began_at BIGINT,
    ladder BIGINT NOT NULL,
    budget_spent BIGINT NOT NULL
);

-- Usernames and email addresses in canonical form, one name one account, whichever kind it is.
CREATE TABLE account_name (
    name TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL
);
CREATE INDEX account_name_account ON account_name (account_id);

CREATE TABLE totp_app (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX totp_app_account ON totp_app (account_id);

CREATE TABLE security_answer (
    account_id TEXT NOT NULL REFERENCES account (id),
    position BIGINT NOT NULL,
    question TEXT NOT NULL,
    answer_hash BYTEA NOT NULL,
    rule_version BIGINT NOT NULL,
    PRIMARY KEY (account_id, position)
);

CREATE TABLE known_browser (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    token_mac BYTEA NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    wrong_in_a_row BIGINT NOT NULL,
    wrong_total BIGINT NOT NULL,
    locked_until BIGINT,
    charges_budget BIGINT NOT NULL
);
CREATE INDEX known_browser_account ON known_browser (account_id);

CREATE TABLE sign_in_attempt (
    id TEXT PRIMARY KEY,
    token_mac BYTEA NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account (id),
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    known_browser_id TEXT,
    entry_began_at BIGINT,
    wrong_tries BIGINT NOT NULL,
    ending TEXT,
    passcode_way TEXT,
    passcode_at BIGINT,
    emailed_mac BYTEA,
    emailed_at BIGINT,
    emailed_until BIGINT
);
CREATE INDEX sign_in_attempt_account ON sign_in_attempt (account_id);
CREATE INDEX sign_in_attempt_expires ON sign_in_attempt (expires_at);

CREATE TABLE session (
    id TEXT PRIMARY KEY,
    token_mac BYTEA NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account (id),
    epoch BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    password_at BIGINT NOT NULL,
    passcode_way TEXT NOT NULL,
    passcode_at BIGINT NOT NULL,
    previous_sign_in_at BIGINT,
    address TEXT NOT NULL,
    browser TEXT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_created ON session (created_at);

-- A link without an account is the first administrator's.
CREATE TABLE link (
    id TEXT PRIMARY KEY,
    token_mac BYTEA NOT NULL UNIQUE,
    account_id TEXT REFERENCES account (id),
    epoch BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    ending TEXT,
    visit_id TEXT
);
CREATE INDEX link_account ON link (account_id);
CREATE INDEX link_expires ON link (expires_at);

-- What one browser has done behind a setup link. Only the link's current visit may go on.
CREATE TABLE set_up_visit (
    id TEXT PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES link (id),
    token_mac BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    answers BYTEA,
    secret BYTEA,
    confirmed_step BIGINT,
    without_app BIGINT NOT NULL,
    recovery_code BYTEA
);
CREATE INDEX set_up_visit_link ON set_up_visit (link_id);

-- Password tries of names that no account has (keyed, never the name itself), as accounts have them in their own row.
CREATE TABLE unknown_name (
    name_key BYTEA PRIMARY KEY,
    password_tat BIGINT NOT NULL
);
CREATE INDEX unknown_name_tat ON unknown_name (password_tat);

-- From where passwords of an account, or of a name that no account has, were tried in vain.
CREATE TABLE password_failure (
    subject TEXT NOT NULL,
    address TEXT NOT NULL,
    failed_at BIGINT,
    tried_at BIGINT NOT NULL,
    PRIMARY KEY (subject, address)
);
CREATE INDEX password_failure_tried ON password_failure (tried_at);

-- What was mailed, to count against what may be.
CREATE TABLE mail_count (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    known_browser BIGINT NOT NULL,
    used BIGINT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX mail_count_subject ON mail_count (subject, kind, at);
CREATE INDEX mail_count_at ON mail_count (at);

-- Append-only; numbered without gaps for each account. Events of no account stand under ''.
CREATE TABLE audit_event (
    account_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    checkpoint BIGINT,
    PRIMARY KEY (account_id, seq)
);
CREATE INDEX audit_event_at ON audit_event (at);
CREATE INDEX audit_event_open ON audit_event (at) WHERE checkpoint IS NULL;
CREATE INDEX audit_event_checkpoint ON audit_event (checkpoint);

CREATE TABLE audit_checkpoint (
    number BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    events BIGINT NOT NULL,
    mac BYTEA NOT NULL
);

-- Mail that waits to be sent, sealed.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    body BYTEA NOT NULL
);
CREATE INDEX outbox_due_at ON outbox (due_at);
CREATE INDEX outbox_not_after ON outbox (not_after);
