-- An app that is being added in a session and has not shown its first passcode, with its key sealed as the app's will be.
CREATE TABLE app_draft (
    session_id TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    app_id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
