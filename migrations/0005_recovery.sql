-- What an account's owner has stopped, and what a passcode in a session was given for.

-- not_me, undone
ALTER TABLE account ADD COLUMN recovery_lock TEXT;

-- What an attempt of a session asks its passcode for, where that is no product, and where it leads then.
ALTER TABLE sign_in_attempt ADD COLUMN confirms TEXT;
ALTER TABLE sign_in_attempt ADD COLUMN return_to TEXT;

-- The newest of those that was given.
ALTER TABLE session ADD COLUMN confirmed TEXT;
ALTER TABLE session ADD COLUMN confirmed_at BIGINT;
ALTER TABLE session ADD COLUMN confirmed_way TEXT;
