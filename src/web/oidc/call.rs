//! A call of a product's server: a form, and an `Authorization` header. Cookies are never looked at, so nothing that a browser
//! sends by itself counts, and a call needs no proof that it comes from a page of ours.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};

use super::error::Refusal;
use crate::flow::client;
use crate::model::product::Product;
use crate::oidc::client_auth::{ClientRefused, Presented};
use crate::oidc::error::{ErrorCode, ProtocolError};
use crate::oidc::parameters::Parameters;
use crate::web::browser::Browser;
use crate::web::site::Site;

/// A call, read once.
#[derive(Debug)]
pub struct Call {
    /// Who calls, from where.
    pub browser: Browser,
    /// What the form says.
    pub parameters: Parameters,
    authorization: Option<String>,
}

impl FromRequest<Site> for Call {
    type Rejection = Refusal;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let browser = Browser::from_request_parts(&mut parts, site).await?;
        let authorization = authorization(&parts.headers)?.map(str::to_owned);
        if !is_form(&parts.headers) {
            return Err(ErrorCode::InvalidRequest
                .because("The body must be application/x-www-form-urlencoded.")
                .into());
        }
        let parameters = parameters(Request::from_parts(parts, body), site).await?;
        Ok(Self { browser, parameters, authorization })
    }
}

impl Call {
    /// The product that calls, which has authenticated. `endpoint` is the path that it called. Who presents a wrong secret for a
    /// product too often is not listened to for that product for a while.
    pub async fn authenticate(&self, site: &Site, endpoint: &'static str) -> Result<Product, Refusal> {
        let presented = Presented::read(self.authorization.as_deref(), &self.parameters)?;
        let (client, now) = (presented.client().clone(), self.browser.now);
        if let Some(until) =
            self.browser.address.and_then(|address| site.clients.look(address, client.as_str(), now).err())
        {
            return Err(Refusal::SlowDown(until.since(now)));
        }
        match self.compared(site, presented, endpoint).await? {
            Ok(product) => Ok(product),
            Err(refused) => {
                if let Some(address) = self.browser.address {
                    let _ = site.clients.take_for(address, client.as_str(), now);
                }
                Err(refused.into())
            }
        }
    }

    async fn compared(
        &self,
        site: &Site,
        presented: Presented,
        endpoint: &'static str,
    ) -> Result<Result<Product, ClientRefused>, Refusal> {
        let act = site.act(&self.browser);
        let outcome = match presented {
            // Only an assertion leaves something behind: that it was used.
            Presented::Assertion { .. } => {
                site.write(move |tx| client::authenticate(tx, &act, &presented, endpoint)).await?
            }
            _ => site.read(move |tx| client::authenticate(tx, &act, &presented, endpoint)).await?,
        };
        Ok(outcome)
    }
}

/// The one `Authorization` header, if there is any.
pub fn authorization(headers: &HeaderMap) -> Result<Option<&str>, ProtocolError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(ErrorCode::InvalidRequest.because("There is more than one Authorization header."));
    }
    let text = first.map(|value| value.to_str()).transpose();
    text.map_err(|_| ErrorCode::InvalidRequest.because("The Authorization header cannot be read."))
}

/// Whether the body says that it is a form.
pub fn is_form(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The body's parameters.
pub async fn parameters(request: Request, site: &Site) -> Result<Parameters, ProtocolError> {
    let body = Bytes::from_request(request, site).await;
    let body =
        body.map_err(|_| ErrorCode::InvalidRequest.because("The request is too large, or did not arrive whole."))?;
    Parameters::parse(&body)
}
