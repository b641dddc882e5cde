-- Devices without a browser that ask to be signed in (RFC 8628).
CREATE TABLE device_authorization (
    id TEXT PRIMARY KEY,
    product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
    device_mac BYTEA NOT NULL UNIQUE,
    user_mac BYTEA NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    -- from where, and what, it was asked for, in words
    network TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- the newest question of the device, and how long it waits between two
    asked_at BIGINT,
    pace BIGINT NOT NULL,
    -- the session in which the code was typed last
    session_id TEXT,
    -- waiting, approved, denied, redeemed
    state TEXT NOT NULL,
    grant_id TEXT
);
CREATE INDEX device_authorization_expires ON device_authorization (expires_at);

-- Codes of devices that an account typed, counted.
CREATE TABLE device_guess (
    account_id TEXT PRIMARY KEY REFERENCES account (id),
    tat BIGINT NOT NULL
);
CREATE INDEX device_guess_tat ON device_guess (tat);
