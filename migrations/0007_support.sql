-- Support cases: who asks for a new start, what was said, who approved it. What was said is sealed.
CREATE TABLE support_case (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES account (id),
    state TEXT NOT NULL,
    product_id TEXT,
    -- The analyst who opened it for somebody; none where the person did.
    opened_by TEXT REFERENCES account (id),
    opened_at BIGINT NOT NULL,
    -- The last thing that was said or done in it.
    changed_at BIGINT NOT NULL,
    info_at BIGINT,
    -- Whence it was asked for.
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    -- The newest answer that the person was mailed about, and when.
    mailed_seq BIGINT NOT NULL,
    mailed_at BIGINT,
    decided_at BIGINT,
    decided_by TEXT REFERENCES account (id),
    reason BYTEA,
    closed_at BIGINT,
    closed_how TEXT
);
CREATE UNIQUE INDEX support_case_undecided ON support_case (account_id) WHERE state IN ('open', 'info_received');
CREATE INDEX support_case_account ON support_case (account_id, opened_at);
CREATE INDEX support_case_opened ON support_case (opened_at, id);
CREATE INDEX support_case_changed ON support_case (changed_at, id);
CREATE INDEX support_case_closed ON support_case (closed_at);

-- One for each browser of the person that joined. It reads what was said after `joined_seq`.
CREATE TABLE case_participant (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES support_case (id),
    token_mac BYTEA NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    joined_seq BIGINT NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    read_seq BIGINT NOT NULL
);
CREATE INDEX case_participant_case ON case_participant (case_id);

-- A message of a participant, or else of an analyst. The text goes some time after the case is closed.
CREATE TABLE case_message (
    case_id TEXT NOT NULL REFERENCES support_case (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    participant_id TEXT REFERENCES case_participant (id),
    analyst_id TEXT REFERENCES account (id),
    body BYTEA,
    PRIMARY KEY (case_id, seq)
);
CREATE INDEX case_message_analyst ON case_message (analyst_id, at);

-- How far each analyst has read.
CREATE TABLE case_reading (
    case_id TEXT NOT NULL REFERENCES support_case (id),
    analyst_id TEXT NOT NULL REFERENCES account (id),
    read_seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, analyst_id)
);

-- An analyst has checked the person's identity, gave a fresh passcode for it and a reason.
CREATE TABLE case_approval (
    case_id TEXT NOT NULL REFERENCES support_case (id),
    analyst_id TEXT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL,
    reason BYTEA,
    PRIMARY KEY (case_id, analyst_id)
);
CREATE INDEX case_approval_analyst ON case_approval (analyst_id, at);
