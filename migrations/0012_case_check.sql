-- What analysts have checked about the person of a case, each once.
CREATE TABLE case_check (
    case_id TEXT NOT NULL REFERENCES support_case (id),
    what TEXT NOT NULL,
    analyst_id TEXT NOT NULL REFERENCES account (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, what)
);
