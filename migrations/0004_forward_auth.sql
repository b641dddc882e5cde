-- The cookies of proxied products' hosts. One is good as long as its grant, and goes with it.
CREATE TABLE host_cookie (
    mac BYTEA PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES product_grant (id) ON DELETE CASCADE
);
CREATE INDEX host_cookie_grant ON host_cookie (grant_id);
