//! Signed tokens and the keys to them: JWS in its compact form (RFC 7515), JWK (RFC 7517), thumbprints (RFC 7638). Not more of
//! JOSE than that: nothing is encrypted, and a key alone says how it is used, never the header of what is to be verified.
