-- Remote apps: sign-ins without a browser, and keys that were sent by email.

-- A key that was mailed is worth no more than the mailbox.
ALTER TABLE totp_app ADD COLUMN mailed BIGINT NOT NULL DEFAULT 0;

-- The key in an account's newest mail of a remote app, until its first right passcode.
CREATE TABLE mailed_key (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    secret BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX mailed_key_expires ON mailed_key (expires_at);
