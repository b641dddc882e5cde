-- The tables of the front door.
CREATE TABLE installation (id BIGINT PRIMARY KEY);
