-- The tables of the front door.
CREATE TABLE installation (id BIGINT PRIMARY KEY);

-- Mail that waits to be sent. A body is sealed and bound to its row; the row is deleted once the mail is sent.
-- due_at is the next try, or, while a worker is at it, the end of that worker's lease.
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
