-- Changing the email address, and undoing it. In account_name an address that was changed is of kind former.

-- The address that a confirming link would change the account's to.
CREATE TABLE email_request (
    link_id TEXT PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id),
    email TEXT NOT NULL
);

-- An account's newest change, and what it could be opened with before: what undoing it brings back.
CREATE TABLE email_change (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    email_before TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    password_hash BYTEA,
    recovery_code_mac BYTEA,
    answers BYTEA NOT NULL,
    -- when MFA was set up anew since, behind a link to the old address
    set_up_at BIGINT
);
CREATE INDEX email_change_changed ON email_change (changed_at);

-- Apps that a person has removed, for as long as undoing a change may bring them back.
CREATE TABLE removed_app (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT NOT NULL
);
CREATE INDEX removed_app_account ON removed_app (account_id);
CREATE INDEX removed_app_removed ON removed_app (removed_at);
