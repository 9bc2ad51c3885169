//! A stand-alone module makes itself known and stays so.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;
use tonic::{Request, Status};

use crate::log;
use crate::stubs::registry::v1::module_registry_client::ModuleRegistryClient;
use crate::stubs::registry::v1::{DeregisterRequest, HeartbeatRequest, RegisterRequest};

pub struct Registration {
    pub registry: String,
    pub join_token: Option<String>,
    pub request: RegisterRequest,
}

const LONGEST_WAIT: Duration = Duration::from_secs(15);
const DEREGISTER_WITHIN: Duration = Duration::from_secs(2);

/// Keeps the module registered until it stops, then takes it away.
pub async fn stay(registration: Registration, stopping: CancellationToken) {
    let mut wait = Duration::from_millis(500);
    while !stopping.is_cancelled() {
        let ended = tokio::select! {
            () = stopping.cancelled() => break,
            ended = registered(&registration, &mut wait) => ended,
        };
        let reason = ended.err().map_or(
            "the registry has forgotten this module".to_owned(),
            |status| status.message().to_owned(),
        );
        log::line(
            "warn",
            &format!("not registered, trying again: {reason}"),
            "",
        );
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep(wait) => {}
        }
        wait = LONGEST_WAIT.min(wait * 2);
    }
    let RegisterRequest {
        name,
        instance_id,
        boot_id,
        ..
    } = registration.request.clone();
    let leave = async {
        let mut client = connect(&registration).await?;
        client
            .deregister(with_token(
                &registration,
                DeregisterRequest {
                    name,
                    instance_id,
                    boot_id,
                },
            ))
            .await
    };
    let _ = tokio::time::timeout(DEREGISTER_WITHIN, leave).await;
}

/// Registers and sends heartbeats until the registry has forgotten the module, or is gone.
async fn registered(registration: &Registration, wait: &mut Duration) -> Result<(), Status> {
    let mut client = connect(registration).await?;
    let lease = client
        .register(with_token(registration, registration.request.clone()))
        .await?
        .into_inner();
    log::line("info", "registered", "");
    *wait = Duration::from_millis(500);
    let RegisterRequest {
        name,
        instance_id,
        boot_id,
        ..
    } = registration.request.clone();
    let every = Duration::from_millis(lease.heartbeat_every_ms.max(100).into());
    let (sender, beats) = tokio::sync::mpsc::channel(1);
    let beating = async move {
        loop {
            let beat = HeartbeatRequest {
                name: name.clone(),
                instance_id: instance_id.clone(),
                boot_id: boot_id.clone(),
            };
            if sender.send(beat).await.is_err() {
                return;
            }
            tokio::time::sleep(every).await;
        }
    };
    let heard = async {
        let beats = tokio_stream::wrappers::ReceiverStream::new(beats);
        let mut answers = client
            .heartbeat(with_token(registration, beats))
            .await?
            .into_inner();
        while let Some(answer) = answers.message().await? {
            if answer.unknown {
                return Ok(());
            }
        }
        Err(Status::unavailable("the registry ended the heartbeat"))
    };
    tokio::select! {
        () = beating => Err(Status::unavailable("the registry ended the heartbeat")),
        ended = heard => ended,
    }
}

async fn connect(registration: &Registration) -> Result<ModuleRegistryClient<Channel>, Status> {
    let address = format!("http://{}", registration.registry);
    ModuleRegistryClient::connect(address)
        .await
        .map_err(|error| Status::unavailable(format!("{error}")))
}

fn with_token<T>(registration: &Registration, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(token) = registration
        .join_token
        .as_ref()
        .and_then(|token| token.parse().ok())
    {
        request.metadata_mut().insert("ocelli-join-token", token);
    }
    request
}
