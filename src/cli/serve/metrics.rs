//! `/metrics` in Prometheus's text form, on a listener of its own.

use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;

/// Upper bounds of histograms that count seconds.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const UPKEEP: Duration = Duration::from_secs(5);
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The page of the metrics; counting begins with the first call.
pub(super) fn router() -> Router {
    let handle = recorder();
    let page = async move || ([(CONTENT_TYPE, TEXT)], handle.map(PrometheusHandle::render).unwrap_or_default());
    Router::new().route("/metrics", get(page))
}

/// Folds what was counted, so that histograms do not grow while nobody reads them.
pub(super) async fn keep_up(mut stop: watch::Receiver<bool>) {
    let Some(handle) = recorder() else { return };
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(UPKEEP) => handle.run_upkeep(),
        }
    }
}

/// One for the process, whoever starts first.
fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS);
        let installed = builder.and_then(PrometheusBuilder::install_recorder);
        installed.inspect_err(|error| tracing::error!(%error, "there will be no metrics")).ok()
    };
    RECORDER.get_or_init(install).as_ref()
}
