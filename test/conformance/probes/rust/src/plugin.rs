//! Bring-up, settings and end.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use tonic::{Request, Response, Status};

use crate::module::{Module, NAME, VERSION};
use crate::settings;
use crate::stubs::plugin::v1::plugin_server::Plugin;
use crate::stubs::plugin::v1::{
    ConfigureRequest, ConfigureResponse, DescribeRequest, DescribeResponse, DrainRequest,
    DrainResponse, HandshakeRequest, HandshakeResponse, Limits, ValidateConfigRequest,
    ValidateConfigResponse,
};
use crate::stubs::task::v1::Kind;

const MAJOR: u32 = 1;

pub struct PluginService {
    pub module: Arc<Module>,
    pub health: tonic_health::server::HealthReporter,
}

fn description() -> DescribeResponse {
    DescribeResponse {
        description: "Does right and wrong on request.".into(),
        services: [Kind::Discovery, Kind::Enrichment, Kind::Polling, Kind::Sink]
            .map(Into::into)
            .to_vec(),
        settings_schema_json: settings::SCHEMA.into(),
        ..Default::default()
    }
}

fn digest() -> String {
    let mut hasher = DefaultHasher::new();
    (settings::SCHEMA, VERSION).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[tonic::async_trait]
impl Plugin for PluginService {
    async fn handshake(
        &self,
        request: Request<HandshakeRequest>,
    ) -> Result<Response<HandshakeResponse>, Status> {
        let fits = request.get_ref().protocol_majors.contains(&MAJOR);
        Ok(Response::new(HandshakeResponse {
            protocol_major: if fits { MAJOR } else { 0 },
            protocol_majors: vec![MAJOR],
            name: NAME.into(),
            version: VERSION.into(),
            instance_id: self.module.instance_id.clone(),
            boot_id: self.module.boot_id.clone(),
            language: "rust".into(),
            limits: Some(Limits {
                message_bytes: self.module.message_bytes as u32,
                ..Default::default()
            }),
            describe_digest: digest(),
            ..Default::default()
        }))
    }

    async fn describe(
        &self,
        _: Request<DescribeRequest>,
    ) -> Result<Response<DescribeResponse>, Status> {
        Ok(Response::new(description()))
    }

    async fn validate_config(
        &self,
        request: Request<ValidateConfigRequest>,
    ) -> Result<Response<ValidateConfigResponse>, Status> {
        let diagnostics = settings::read(&request.get_ref().settings_json, &Default::default())
            .err()
            .unwrap_or_default();
        Ok(Response::new(ValidateConfigResponse { diagnostics }))
    }

    async fn configure(
        &self,
        request: Request<ConfigureRequest>,
    ) -> Result<Response<ConfigureResponse>, Status> {
        let ConfigureRequest {
            plugin,
            revision,
            settings_json,
            secrets,
        } = request.into_inner();
        self.module.keep_secret(secrets.values());
        let diagnostics = match settings::read(&settings_json, &secrets) {
            Ok(knobs) => {
                self.module.configure(plugin, revision, knobs);
                Vec::new()
            }
            Err(diagnostics) => diagnostics,
        };
        Ok(Response::new(ConfigureResponse { diagnostics }))
    }

    async fn drain(
        &self,
        request: Request<DrainRequest>,
    ) -> Result<Response<DrainResponse>, Status> {
        self.health
            .set_service_status("", tonic_health::ServingStatus::NotServing)
            .await;
        self.module
            .drain(Duration::from_millis(request.get_ref().grace_ms.into()))
            .await;
        Ok(Response::new(DrainResponse {}))
    }
}
