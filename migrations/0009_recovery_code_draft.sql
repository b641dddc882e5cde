-- A recovery code that was made in a session and is not saved yet, sealed.
CREATE TABLE recovery_code_draft (
    session_id TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    code BYTEA NOT NULL
);
