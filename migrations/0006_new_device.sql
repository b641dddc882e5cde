-- A lost or new device: who holds the emailed link proves the person anew, and then sets up MFA anew.

-- The recovery code that was spent behind this link, which takes it again.
ALTER TABLE link ADD COLUMN recovery_code_mac BYTEA;

-- What proved the person in this browser; none behind a setup link.
ALTER TABLE set_up_visit ADD COLUMN identity TEXT;

-- Locks of recovery codes and of security answers, each of its own kind.
CREATE TABLE rescue_throttle (
    account_id TEXT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    wrong_in_a_row BIGINT NOT NULL,
    locked_until BIGINT,
    PRIMARY KEY (account_id, kind)
);

-- Sets of answers that were wrong, or that nobody knows to have been right.
CREATE TABLE wrong_answers (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL
);
CREATE INDEX wrong_answers_account ON wrong_answers (account_id, at);
CREATE INDEX wrong_answers_at ON wrong_answers (at);
