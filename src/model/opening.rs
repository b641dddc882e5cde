//! What a product may ask of a person before it opens: decided for each authorization request from the product's policy, from
//! what the request demands besides, and from what was proved. A request can only ask for more.

use std::time::Duration;

use super::product::{Policy, Product};
use super::proof::{Level, PasscodeProof, PasswordProof, Way, level};
use super::time::Timestamp;

/// What an authorization request asks for besides the product's policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// The password must have been given after the request came (`prompt=login`).
    pub fresh_sign_in: bool,
    /// Nothing that the sign-in rests on may be older (`max_age`).
    pub max_age: Option<Duration>,
    /// What was proved must be worth this much (`acr_values`).
    pub level: Option<Level>,
}

/// What a session has proved, as far as one product is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Proved {
    /// The session's password.
    pub password: PasswordProof,
    /// The passcode of the session's whole sign-in.
    pub passcode: PasscodeProof,
    /// The passcode that was given for this very request.
    pub for_request: Option<PasscodeProof>,
    /// The newest that this session gave for this product.
    pub for_product: Option<PasscodeProof>,
}

/// What stands behind a code that may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The password's proof.
    pub password: PasswordProof,
    /// The passcode's proof that counts for this product.
    pub passcode: PasscodeProof,
}

impl Basis {
    /// `auth_time` (OpenID Connect Core section 2): the older of both proofs, so that no fresh passcode makes an old password new.
    pub fn auth_time(&self) -> Timestamp {
        self.password.at().min(self.passcode.at())
    }

    /// What it is worth.
    pub fn level(&self) -> Level {
        level(Some(self.password), Some(self.passcode))
    }
}

/// What comes next for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Everything is there.
    Open(Basis),
    /// A passcode for this request. `app_only`: an emailed one does not do.
    Passcode {
        /// Whether only an app's passcode does.
        app_only: bool,
    },
    /// The whole sign-in again.
    SignIn,
    /// Nothing that this account could do would be worth enough.
    OutOfReach,
}

/// Whether an emailed passcode does not do for a request of this product.
pub fn is_app_only(product: &Product, demands: Demands) -> bool {
    product.forbids_email || demands.level.is_some_and(|wanted| wanted > Level::MfaEmail)
}

/// Decides. `asked_at` is when the request came, `has_app` whether the account could give an app's passcode.
pub fn decide(
    product: &Product,
    demands: Demands,
    proved: &Proved,
    (asked_at, now): (Timestamp, Timestamp),
    has_app: bool,
) -> Opening {
    let app_only = is_app_only(product, demands);
    if demands.level.is_some_and(|wanted| wanted > Level::Mfa) {
        return Opening::OutOfReach;
    }
    // Against the time of the request: whoever proves anew after it has done so in time, also for `max_age=0`.
    let is_young = |at: Timestamp| demands.max_age.is_none_or(|age| asked_at.since(at) <= age);
    if demands.fresh_sign_in && proved.password.at() < asked_at || !is_young(proved.password.at()) {
        return Opening::SignIn;
    }
    // After the sign-in, which another account may do that has an app.
    if app_only && !has_app {
        return Opening::OutOfReach;
    }
    let counts = |passcode: &PasscodeProof| (!app_only || passcode.way() == Way::App) && is_young(passcode.at());
    let own = proved.for_request.filter(counts);
    let passcode = own.or_else(|| match product.policy {
        Policy::Inherit => [Some(proved.passcode), proved.for_product].into_iter().flatten().find(counts),
        Policy::Separate(age) => {
            proved.for_product.filter(|given| !age.is_zero() && now.since(given.at()) < age).filter(counts)
        }
    });
    match passcode {
        Some(passcode) => Opening::Open(Basis { password: proved.password, passcode }),
        None => Opening::Passcode { app_only },
    }
}

#[cfg(test)]
mod tests {
    use super::super::product::{Kind, ProductId};
    use super::super::signing_algorithm::SigningAlgorithm;
    use super::*;

    const ASKED: Timestamp = Timestamp::from_millis(1_000_000_000);

    fn product(policy: Policy, forbids_email: bool) -> Product {
        Product {
            id: ProductId::parse("ledger").unwrap(),
            name: "Ledger".into(),
            kind: Kind::Web,
            policy,
            start_url: None,
            host: None,
            is_public: false,
            forbids_email,
            device_grant: false,
            algorithm: SigningAlgorithm::Es256,
            key_set: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            back_channel_logout_uri: None,
        }
    }

    fn ago(seconds: u64) -> Timestamp {
        ASKED.minus(Duration::from_secs(seconds))
    }

    fn passcode(way: Way, seconds_ago: u64) -> PasscodeProof {
        PasscodeProof::kept(way, ago(seconds_ago))
    }

    /// Signed in a minute ago with an app.
    fn proved() -> Proved {
        Proved {
            password: PasswordProof::kept(ago(70)),
            passcode: passcode(Way::App, 60),
            for_request: None,
            for_product: None,
        }
    }

    fn decided(product: &Product, demands: Demands, proved: &Proved) -> Opening {
        decide(product, demands, proved, (ASKED, ASKED), true)
    }

    #[test]
    fn inherit_is_satisfied_by_the_portal_and_separate_is_not() {
        let whole = Basis { password: proved().password, passcode: proved().passcode };
        assert_eq!(decided(&product(Policy::Inherit, false), Demands::default(), &proved()), Opening::Open(whole));
        let separate = product(Policy::Separate(Duration::ZERO), false);
        assert_eq!(decided(&separate, Demands::default(), &proved()), Opening::Passcode { app_only: false });
    }

    #[test]
    fn a_separate_passcode_counts_for_its_request_and_within_the_age_for_its_product() {
        let (each_time, hour) = (Policy::Separate(Duration::ZERO), Policy::Separate(Duration::from_secs(3_600)));
        let for_request = Proved { for_request: Some(passcode(Way::App, 0)), ..proved() };
        let for_product = Proved { for_product: Some(passcode(Way::App, 3_599)), ..proved() };
        let too_old = Proved { for_product: Some(passcode(Way::App, 3_600)), ..proved() };
        let opens = |policy, proved: &Proved| {
            matches!(decided(&product(policy, false), Demands::default(), proved), Opening::Open(_))
        };
        assert!(opens(each_time, &for_request) && opens(hour, &for_request) && opens(hour, &for_product));
        assert!(!opens(each_time, &for_product) && !opens(hour, &too_old) && !opens(hour, &proved()));
    }

    #[test]
    fn where_email_is_forbidden_only_an_app_opens() {
        let by_mail = Proved { passcode: passcode(Way::Email, 60), ..proved() };
        let product = product(Policy::Inherit, true);
        assert_eq!(decided(&product, Demands::default(), &by_mail), Opening::Passcode { app_only: true });
        let given = Proved { for_request: Some(passcode(Way::Email, 0)), ..by_mail };
        assert_eq!(decided(&product, Demands::default(), &given), Opening::Passcode { app_only: true });
        let without_app = decide(&product, Demands::default(), &by_mail, (ASKED, ASKED), false);
        assert_eq!(without_app, Opening::OutOfReach);
    }

    #[test]
    fn r38_where_email_is_forbidden_a_key_that_was_mailed_does_not_do_either() {
        for (forbids, taken) in [(false, [true, true, true]), (true, [true, false, false])] {
            let product = product(Policy::Inherit, forbids);
            let ways = [Way::App, Way::Email, Way::MailedApp];
            assert_eq!(ways.map(|way| product.takes(way)), taken);
            for (way, taken) in ways.into_iter().zip(taken) {
                let proved = Proved { passcode: passcode(way, 60), ..proved() };
                let opens = matches!(decided(&product, Demands::default(), &proved), Opening::Open(_));
                assert_eq!(opens, taken, "{way:?}");
            }
        }
    }

    #[test]
    fn a_request_can_ask_for_a_fresh_sign_in() {
        let inherit = product(Policy::Inherit, false);
        let login = Demands { fresh_sign_in: true, ..Demands::default() };
        assert_eq!(decided(&inherit, login, &proved()), Opening::SignIn);
        let again = Proved { password: PasswordProof::kept(ASKED), passcode: passcode(Way::App, 0), ..proved() };
        assert!(matches!(decided(&inherit, login, &again), Opening::Open(_)));
        let within = |seconds| Demands { max_age: Some(Duration::from_secs(seconds)), ..Demands::default() };
        assert!(matches!(decided(&inherit, within(70), &proved()), Opening::Open(_)));
        assert_eq!(decided(&inherit, within(69), &proved()), Opening::SignIn);
        assert_eq!(decided(&inherit, within(0), &proved()), Opening::SignIn);
        assert!(matches!(decided(&inherit, within(0), &again), Opening::Open(_)));
    }

    /// Regression 39: a fresh passcode does not make an old password new.
    #[test]
    fn r39_auth_time_is_that_of_the_older_proof() {
        let given = Proved { for_request: Some(passcode(Way::App, 0)), ..proved() };
        let Opening::Open(basis) =
            decided(&product(Policy::Separate(Duration::ZERO), false), Demands::default(), &given)
        else {
            panic!("it does not open")
        };
        assert_eq!((basis.auth_time(), basis.level()), (ago(70), Level::Mfa));
    }

    #[test]
    fn a_level_that_is_demanded_is_given_or_refused() {
        let inherit = product(Policy::Inherit, false);
        let at = |level| Demands { level: Some(level), ..Demands::default() };
        let by_mail = Proved { passcode: passcode(Way::Email, 60), ..proved() };
        assert!(matches!(decided(&inherit, at(Level::MfaEmail), &by_mail), Opening::Open(_)));
        assert_eq!(decided(&inherit, at(Level::Mfa), &by_mail), Opening::Passcode { app_only: true });
        assert_eq!(decide(&inherit, at(Level::Mfa), &by_mail, (ASKED, ASKED), false), Opening::OutOfReach);
        assert_eq!(decided(&inherit, at(Level::PhishingResistant), &proved()), Opening::OutOfReach);
        assert!(matches!(decided(&inherit, at(Level::Password), &proved()), Opening::Open(_)));
    }
}
