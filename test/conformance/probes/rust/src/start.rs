//! Two ways to start: as a child of a host, which says on stdin where to serve, and by itself, beside a registry.

use std::env;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, BufReader, Stdin};
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{SignalKind, signal};
use tokio_stream::Stream;
use tokio_stream::wrappers::{TcpListenerStream, UnixListenerStream};
use tokio_util::sync::CancellationToken;
use tonic::metadata::MetadataMap;
use tonic::service::InterceptorLayer;
use tonic::transport::Server;
use tonic::transport::server::Connected;
use tonic::{Request, Status};

use crate::discovery::DiscoveryService;
use crate::enrichment::EnrichmentService;
use crate::log;
use crate::module::{Module, NAME, VERSION};
use crate::plugin::PluginService;
use crate::polling::PollingService;
use crate::registration::{Registration, stay};
use crate::sink::SinkService;
use crate::stubs::plugin::v1::discovery_server::DiscoveryServer;
use crate::stubs::plugin::v1::enrichment_server::EnrichmentServer;
use crate::stubs::plugin::v1::plugin_server::PluginServer;
use crate::stubs::plugin::v1::polling_server::PollingServer;
use crate::stubs::plugin::v1::sink_server::SinkServer;
use crate::stubs::registry::v1::RegisterRequest;

const GRACE: Duration = Duration::from_secs(10);
/// For those who read the last answers.
const LAST_WORDS: Duration = Duration::from_millis(500);

pub async fn run() -> Result<(), String> {
    match env::var("OCELLI_MODULE_LISTEN") {
        Ok(listen) if !listen.is_empty() => stand_alone(&listen).await,
        _ => child().await,
    }
}

async fn child() -> Result<(), String> {
    let mut stdin = BufReader::new(tokio::io::stdin());
    let mut text = String::new();
    stdin
        .read_line(&mut text)
        .await
        .map_err(|error| error.to_string())?;
    let line: serde_json::Value = serde_json::from_str(&text)
        .map_err(|_| "no bootstrap line on stdin: this is a module of Ocelli, which starts it")?;
    let said = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let module = Module::new(
        line["limits"]["messageBytes"].as_u64().unwrap_or(0),
        said("launchId"),
        boot_id(),
    );
    let listener = UnixListener::bind(said("socket"))
        .map_err(|error| format!("the socket cannot be bound: {error}"))?;
    let over = CancellationToken::new();
    tokio::spawn(stop_in_order(
        Arc::clone(&module),
        host_gone(stdin),
        over.clone(),
    ));
    serve(
        &module,
        Some(said("token")),
        UnixListenerStream::new(listener),
        over,
    )
    .await
}

async fn stand_alone(listen: &str) -> Result<(), String> {
    let registry = env::var("OCELLI_REGISTRY")
        .ok()
        .filter(|text| !text.is_empty());
    let registry = registry.ok_or(
        "OCELLI_MODULE_LISTEN is set, OCELLI_REGISTRY is not: a stand-alone module needs both",
    )?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("{listen} cannot be bound: {error}"))?;
    let bound = listener
        .local_addr()
        .map_err(|error| error.to_string())?
        .to_string();
    let instance_id =
        env::var("OCELLI_MODULE_INSTANCE").unwrap_or_else(|_| format!("{NAME}/{listen}"));
    let module = Module::new(0, instance_id.clone(), boot_id());
    let request = RegisterRequest {
        name: NAME.into(),
        version: VERSION.into(),
        endpoint: env::var("OCELLI_MODULE_ADVERTISE").unwrap_or(bound),
        instance_id,
        boot_id: module.boot_id.clone(),
    };
    let join_token = env::var("OCELLI_JOIN_TOKEN").ok();
    let registered = tokio::spawn(stay(
        Registration {
            registry,
            join_token,
            request,
        },
        module.stopping.clone(),
    ));
    let over = CancellationToken::new();
    tokio::spawn(stop_in_order(
        Arc::clone(&module),
        std::future::pending(),
        over.clone(),
    ));
    let result = serve(&module, None, TcpListenerStream::new(listener), over).await;
    let _ = registered.await;
    result
}

/// Serves until it is over.
async fn serve<Io, Incoming>(
    module: &Arc<Module>,
    token: Option<String>,
    incoming: Incoming,
    over: CancellationToken,
) -> Result<(), String>
where
    Io: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
    Incoming: Stream<Item = std::io::Result<Io>>,
{
    let (health, health_service) = tonic_health::server::health_reporter();
    let shared = || Arc::clone(module);
    let bytes = module.message_bytes;
    let check = move |request: Request<()>| check_token(request, token.as_deref());
    Server::builder()
        .layer(InterceptorLayer::new(check))
        .add_service(health_service)
        .add_service(
            PluginServer::new(PluginService {
                module: shared(),
                health,
            })
            .max_decoding_message_size(bytes),
        )
        .add_service(
            DiscoveryServer::new(DiscoveryService { module: shared() })
                .max_decoding_message_size(bytes),
        )
        .add_service(
            EnrichmentServer::new(EnrichmentService { module: shared() })
                .max_decoding_message_size(bytes),
        )
        .add_service(
            PollingServer::new(PollingService { module: shared() })
                .max_decoding_message_size(bytes),
        )
        .add_service(
            SinkServer::new(SinkService { module: shared() }).max_decoding_message_size(bytes),
        )
        .serve_with_incoming_shutdown(incoming, over.cancelled())
        .await
        .map_err(|error| error.to_string())
}

fn check_token(request: Request<()>, token: Option<&str>) -> Result<Request<()>, Status> {
    let given = |metadata: &MetadataMap| {
        metadata
            .get("ocelli-token")
            .is_some_and(|given| Some(given.as_bytes()) == token.map(str::as_bytes))
    };
    if token.is_none() || given(request.metadata()) {
        return Ok(request);
    }
    Err(Status::unauthenticated(
        "the call carries no valid ocelli-token: only my host may call me",
    ))
}

/// Whatever else comes on stdin is ignored; its end means that the host is gone.
async fn host_gone(mut stdin: BufReader<Stdin>) {
    let mut rest = [0; 4096];
    while matches!(stdin.read(&mut rest).await, Ok(count) if count > 0) {}
}

async fn stop_in_order(
    module: Arc<Module>,
    host_gone: impl Future<Output = ()>,
    over: CancellationToken,
) {
    let mut terminated = signal(SignalKind::terminate()).expect("signals can be watched");
    let mut interrupted = signal(SignalKind::interrupt()).expect("signals can be watched");
    let reason = tokio::select! {
        () = host_gone => "the host is gone",
        _ = terminated.recv() => "SIGTERM",
        _ = interrupted.recv() => "SIGINT",
    };
    log::line("info", &format!("draining: {reason}"), "");
    module.drain(GRACE).await;
    over.cancel();
    tokio::time::sleep(LAST_WORDS).await;
    std::process::exit(0);
}

fn boot_id() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |past| past.as_nanos());
    format!("{now:x}-{}", std::process::id())
}
