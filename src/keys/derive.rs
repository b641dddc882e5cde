//! Sub-keys by purpose. A thing sealed or authenticated for one purpose means nothing for another.

use aws_lc_rs::{aead, hkdf, hmac};

use crate::model::secret::SecretBytes;

/// What a sub-key is for. The names go into the derivation: to change one is to lose what was made with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Seals TOTP secrets.
    TotpSeal,
    /// Authenticates bearer tokens (sessions, attempts, links) for storage.
    Token,
    /// Makes the tokens of products' requests out of their ids, so that the token need not be kept.
    Request,
    /// Authenticates emailed passcodes together with their attempt.
    EmailPasscode,
    /// Authenticates recovery codes.
    RecoveryCode,
    /// Authenticates the codes that devices show to their people.
    UserCode,
    /// Authenticates device cookies.
    KnownBrowser,
    /// Seals password and answer hashes.
    Pepper,
    /// Authenticates the hidden token of forms.
    Form,
    /// Authenticates the checkpoints of the audit trail.
    Audit,
    /// Seals mails that wait to be sent.
    Outbox,
    /// Seals what is said in support cases.
    SupportCase,
    /// Authenticates names that belong to no account, to count tries on them.
    Name,
    /// Seals the private keys that tokens are signed with.
    SigningKey,
    /// Authenticates the value that tells whether database and keyring belong together.
    KeyCheck,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::TotpSeal => "totp-seal",
            Self::Token => "token",
            Self::Request => "request",
            Self::EmailPasscode => "email-passcode",
            Self::RecoveryCode => "recovery-code",
            Self::UserCode => "user-code",
            Self::KnownBrowser => "device-cookie",
            Self::Pepper => "pepper",
            Self::Form => "csrf",
            Self::Audit => "audit",
            Self::Outbox => "outbox",
            Self::SupportCase => "support-case",
            Self::Name => "name",
            Self::SigningKey => "signing-key",
            Self::KeyCheck => "key-check",
        }
    }
}

/// The sub-keys of one key: a field a purpose, so that none can be missing.
pub(super) struct SubKeys {
    totp_seal: SubKey,
    token: SubKey,
    request: SubKey,
    email_passcode: SubKey,
    recovery_code: SubKey,
    user_code: SubKey,
    known_browser: SubKey,
    pepper: SubKey,
    form: SubKey,
    audit: SubKey,
    outbox: SubKey,
    support_case: SubKey,
    name: SubKey,
    signing_key: SubKey,
    key_check: SubKey,
}

/// The two keys of one purpose; no key serves two algorithms.
pub(super) struct SubKey {
    pub(super) seal: aead::LessSafeKey,
    pub(super) mac: hmac::Key,
}

impl SubKeys {
    /// Derives the sub-keys of one 256-bit secret.
    pub(super) fn derive(secret: &SecretBytes) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"vestibule keyring 1").extract(secret.expose());
        let sub_key = |purpose: Purpose| SubKey::derive(&root, purpose);
        Self {
            totp_seal: sub_key(Purpose::TotpSeal),
            token: sub_key(Purpose::Token),
            request: sub_key(Purpose::Request),
            email_passcode: sub_key(Purpose::EmailPasscode),
            recovery_code: sub_key(Purpose::RecoveryCode),
            user_code: sub_key(Purpose::UserCode),
            known_browser: sub_key(Purpose::KnownBrowser),
            pepper: sub_key(Purpose::Pepper),
            form: sub_key(Purpose::Form),
            audit: sub_key(Purpose::Audit),
            outbox: sub_key(Purpose::Outbox),
            support_case: sub_key(Purpose::SupportCase),
            name: sub_key(Purpose::Name),
            signing_key: sub_key(Purpose::SigningKey),
            key_check: sub_key(Purpose::KeyCheck),
        }
    }

    /// The sub-key for `purpose`.
    pub(super) fn of(&self, purpose: Purpose) -> &SubKey {
        match purpose {
            Purpose::TotpSeal => &self.totp_seal,
            Purpose::Token => &self.token,
            Purpose::Request => &self.request,
            Purpose::EmailPasscode => &self.email_passcode,
            Purpose::RecoveryCode => &self.recovery_code,
            Purpose::UserCode => &self.user_code,
            Purpose::KnownBrowser => &self.known_browser,
            Purpose::Pepper => &self.pepper,
            Purpose::Form => &self.form,
            Purpose::Audit => &self.audit,
            Purpose::Outbox => &self.outbox,
            Purpose::SupportCase => &self.support_case,
            Purpose::Name => &self.name,
            Purpose::SigningKey => &self.signing_key,
            Purpose::KeyCheck => &self.key_check,
        }
    }
}

impl SubKey {
    fn derive(root: &hkdf::Prk, purpose: Purpose) -> Self {
        let seal_info = [purpose.name().as_bytes(), b" seal"];
        let mac_info = [purpose.name().as_bytes(), b" mac"];
        Self {
            seal: aead::LessSafeKey::new(expand(root, &seal_info, &aead::AES_256_GCM_SIV).into()),
            mac: expand(root, &mac_info, hkdf::HKDF_SHA256.hmac_algorithm()).into(),
        }
    }
}

#[expect(clippy::expect_used, reason = "HKDF fails only beyond 255 times 32 bytes, and both kinds of key have 32")]
fn expand<'a, L: hkdf::KeyType>(root: &'a hkdf::Prk, info: &'a [&'a [u8]], kind: L) -> hkdf::Okm<'a, L> {
    root.expand(info, kind).expect("32 bytes of key")
}
