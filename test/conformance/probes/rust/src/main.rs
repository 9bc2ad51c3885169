//! A plugin module of Ocelli without an SDK: stubs generated from `proto/`, tonic, and what the protocol asks for.
//! It has the knobs that the conformance kit provokes everything with.

mod answers;
mod discovery;
mod enrichment;
mod log;
mod module;
mod plugin;
mod polling;
mod registration;
mod settings;
mod sink;
mod start;
mod work;

/// What `build.rs` made of the contracts.
pub mod stubs {
    pub mod plugin {
        pub mod v1 {
            tonic::include_proto!("ocelli.plugin.v1");
        }
    }
    pub mod registry {
        pub mod v1 {
            tonic::include_proto!("ocelli.registry.v1");
        }
    }
    pub mod resource {
        pub mod v1 {
            tonic::include_proto!("ocelli.resource.v1");
        }
    }
    pub mod task {
        pub mod v1 {
            tonic::include_proto!("ocelli.task.v1");
        }
    }
}

#[tokio::main]
async fn main() {
    if let Err(reason) = start::run().await {
        log::line("fatal", &format!("module failed: {reason}"), "");
        std::process::exit(1);
    }
    std::process::exit(0);
}
