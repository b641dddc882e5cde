//! A product with the openidconnect crate: whoever opens it signs in first.

use std::env::var;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, Scope, TokenResponse,
};
use tiny_http::{Header, Request, Response, Server};
use url::Url;

type Failure = Box<dyn std::error::Error>;

/// A sign-in that was begun.
struct Begun {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

struct Person {
    name: String,
    id_token: CoreIdToken,
}

enum Answer {
    Page(String),
    Redirect(String),
}

struct Product {
    site: String,
    metadata: ProviderMetadataWithLogout,
    id: ClientId,
    secret: ClientSecret,
    begun: Option<Begun>,
    person: Option<Person>,
}

fn main() -> Result<(), Failure> {
    let port = var("PORT")?;
    let issuer = IssuerUrl::new(var("ISSUER")?)?;
    let metadata = ProviderMetadataWithLogout::discover(&issuer, &agent())?;
    let mut product = Product {
        site: format!("http://localhost:{port}"),
        metadata,
        id: ClientId::new(var("CLIENT_ID")?),
        secret: ClientSecret::new(var("CLIENT_SECRET")?),
        begun: None,
        person: None,
    };
    let server = Server::http(format!("127.0.0.1:{port}")).map_err(|error| error.to_string())?;
    for request in server.incoming_requests() {
        let answer = product.answer(&request).unwrap_or_else(|error| Answer::Page(format!("<p>{error}</p>")));
        send(request, answer)?;
    }
    Ok(())
}

fn agent() -> openidconnect::ureq::Agent {
    openidconnect::ureq::AgentBuilder::new().redirects(0).build()
}

/// The client; what its type says depends on the endpoints that it knows, so it is made where it is used.
macro_rules! client {
    ($product:expr) => {
        CoreClient::from_provider_metadata(
            $product.metadata.clone(),
            $product.id.clone(),
            Some($product.secret.clone()),
        )
        .set_redirect_uri(RedirectUrl::new(format!("{}/callback", $product.site))?)
    };
}

impl Product {
    fn answer(&mut self, request: &Request) -> Result<Answer, Failure> {
        let url = Url::parse(&self.site)?.join(request.url())?;
        match (url.path(), &self.person) {
            ("/", Some(person)) => Ok(Answer::Page(format!(
                "<h1>openidconnect</h1><p>Signed in as {}</p><a href=\"/sign-out\">Sign out</a>",
                person.name
            ))),
            ("/", None) => self.begin(),
            ("/callback", _) => self.finish(&url),
            ("/sign-out", Some(_)) => self.sign_out(),
            _ => Ok(Answer::Page("<h1>Signed out</h1>".to_owned())),
        }
    }

    fn begin(&mut self) -> Result<Answer, Failure> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let client = client!(self);
        let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scopes = ["profile", "email"].map(|scope| Scope::new(scope.to_owned()));
        let (address, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        self.begun = Some(Begun { state, nonce, verifier });
        Ok(Answer::Redirect(address.into()))
    }

    fn finish(&mut self, url: &Url) -> Result<Answer, Failure> {
        let given = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let begun = self.begun.take().ok_or("no sign-in was begun")?;
        if given("state").as_ref() != Some(begun.state.secret()) {
            return Err("the state is another".into());
        }
        let code = AuthorizationCode::new(given("code").ok_or_else(|| given("error").unwrap_or_default())?);
        let client = client!(self);
        let tokens = client.exchange_code(code)?.set_pkce_verifier(begun.verifier).request(&agent())?;
        let id_token = tokens.id_token().ok_or("no ID token came")?.clone();
        let claims = id_token.claims(&client.id_token_verifier(), &begun.nonce)?;
        let subject = claims.subject().clone();
        let person: CoreUserInfoClaims =
            client.user_info(tokens.access_token().clone(), Some(subject))?.request(&agent())?;
        let name = person.preferred_username().ok_or("no username came")?.to_string();
        self.person = Some(Person { name, id_token });
        Ok(Answer::Redirect("/".to_owned()))
    }

    fn sign_out(&mut self) -> Result<Answer, Failure> {
        let Some(person) = self.person.take() else { return Ok(Answer::Redirect("/".to_owned())) };
        let end = &self.metadata.additional_metadata().end_session_endpoint;
        let request = LogoutRequest::from(end.clone().ok_or("the provider ends no sessions")?)
            .set_id_token_hint(&person.id_token)
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(format!("{}/signed-out", self.site))?);
        Ok(Answer::Redirect(request.http_get_url().into()))
    }
}

fn send(request: Request, answer: Answer) -> Result<(), Failure> {
    let header = |name: &str, value: &str| Header::from_bytes(name, value).map_err(|()| "no header");
    match answer {
        Answer::Page(body) => {
            let page = Response::from_string(format!("<main>{body}</main>"));
            request.respond(page.with_header(header("content-type", "text/html")?))?;
        }
        Answer::Redirect(address) => {
            request.respond(Response::empty(303).with_header(header("location", &address)?))?;
        }
    }
    Ok(())
}
