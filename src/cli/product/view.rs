//! A product as commands show it.

use serde_json::{Map, Value, json};

use crate::config::words;
use crate::flow::product::Listed;
use crate::model::product::Policy;

/// Names and values in the order in which they are shown.
pub(super) type Fields = Vec<(&'static str, Value)>;

/// Everything but secrets.
pub(super) fn fields(listed: &Listed) -> Fields {
    let product = &listed.product;
    let own_age = match product.policy {
        Policy::Separate(age) if !age.is_zero() => Some(words(age)),
        _ => None,
    };
    vec![
        ("id", product.id.as_str().into()),
        ("name", product.name.as_str().into()),
        ("kind", product.kind.as_str().into()),
        ("policy", product.policy.as_str().into()),
        ("max_age", own_age.into()),
        ("access", listed.access.clone().into()),
        ("start_url", product.start_url.clone().into()),
        ("host", product.host.clone().into()),
        ("redirect_uris", product.redirect_uris.iter().map(|uri| uri.as_str()).collect()),
        ("post_logout_redirect_uris", product.post_logout_redirect_uris.iter().map(|uri| uri.as_str()).collect()),
        ("backchannel_logout_uri", product.back_channel_logout_uri.as_ref().map(|uri| uri.as_str()).into()),
        ("public", product.is_public.into()),
        ("forbid_email_passcode", product.forbids_email.into()),
        ("device_grant", product.device_grant.into()),
        ("alg", product.algorithm.as_str().into()),
        ("secrets", listed.secrets.into()),
        ("jwks", product.key_set.as_deref().and_then(|keys| serde_json::from_str(keys).ok()).unwrap_or_default()),
        ("picture", listed.has_picture.into()),
    ]
}

/// The fields as a JSON object.
pub(super) fn object(fields: Fields) -> Value {
    let fields: Map<_, _> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    json!(fields)
}

/// A value as people read it; none where there is nothing to say.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) => Some(list.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
        other => Some(other.to_string()),
    }
}
