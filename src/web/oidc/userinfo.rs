//! Who the person of an access token is (OpenID Connect Core section 5.3). The token comes in the header or in a form, never in the
//! address (RFC 6750 section 2; addresses are logged).

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::call::{authorization, is_form, parameters};
use super::error::Refusal;
use crate::flow::grant::access::{self, Shown};
use crate::model::secret::SecretText;
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::web::browser::Browser;
use crate::web::site::Site;

/// The token in the header.
pub async fn get(State(site): State<Site>, browser: Browser, headers: HeaderMap) -> Result<Response, Refusal> {
    let token = bearer(&headers).map_err(|error| Refusal::Bearer(Some(error)))?;
    show(&site, &browser, token).await
}

/// The token in the header or in the form.
pub async fn post(State(site): State<Site>, browser: Browser, request: Request) -> Result<Response, Refusal> {
    let token = either(&site, request).await.map_err(|error| Refusal::Bearer(Some(error)))?;
    show(&site, &browser, token).await
}

async fn show(site: &Site, browser: &Browser, token: Option<SecretText>) -> Result<Response, Refusal> {
    let token = token.ok_or(Refusal::Bearer(None))?;
    let act = site.act(browser);
    match site.read(move |tx| access::person(tx, &act, token.expose())).await? {
        Shown::Person(claims) => Ok(Json(claims).into_response()),
        Shown::OtherScope => {
            let error = ErrorCode::InsufficientScope.because("The access token was not given for the scope openid.");
            Err(Refusal::Bearer(Some(error)))
        }
        Shown::NotGood => {
            let error = ErrorCode::InvalidToken.because("The access token is not valid, or not any more.");
            Err(Refusal::Bearer(Some(error)))
        }
    }
}

async fn either(site: &Site, request: Request) -> Result<Option<SecretText>, ProtocolError> {
    let in_header = bearer(request.headers())?;
    if !is_form(request.headers()) {
        return Ok(in_header);
    }
    let parameters = parameters(request, site).await?;
    parameters.once_each()?;
    match (in_header, parameters.get("access_token")) {
        (Some(_), Some(_)) => Err(ErrorCode::InvalidRequest.because("The access token comes in two ways at once.")),
        (Some(token), None) => Ok(Some(token)),
        (None, found) => Ok(found.map(|token| SecretText::new(token.to_owned()))),
    }
}

/// What stands behind `Bearer`; nothing where the header has another scheme or is not there.
fn bearer(headers: &HeaderMap) -> Result<Option<SecretText>, ProtocolError> {
    let parts = authorization(headers)?.and_then(|header| header.split_once(' '));
    let token = parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer")).map(|(_, token)| token.trim());
    Ok(token.map(|token| SecretText::new(token.to_owned())))
}
