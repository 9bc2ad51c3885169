//! What all services share: the settings of each plugin, the gate that a drain closes, the secrets not to be said.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::settings::Knobs;
use crate::work::sentence;

pub const NAME: &str = "probe-rust";
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
pub const DEFAULT_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

pub struct Module {
    pub message_bytes: usize,
    pub instance_id: String,
    pub boot_id: String,
    /// By plugin: revision and settings.
    plugins: Mutex<HashMap<String, (String, Arc<Knobs>)>>,
    secrets: Mutex<Vec<String>>,
    in_flight: AtomicUsize,
    idle: Notify,
    pub stopping: CancellationToken,
    /// What still runs has to end.
    pub cancelled: CancellationToken,
}

impl Module {
    pub fn new(message_bytes: u64, instance_id: String, boot_id: String) -> Arc<Self> {
        let wished = if message_bytes == 0 {
            DEFAULT_MESSAGE_BYTES
        } else {
            message_bytes as usize
        };
        Arc::new(Self {
            message_bytes: wished.min(DEFAULT_MESSAGE_BYTES),
            instance_id,
            boot_id,
            plugins: Mutex::default(),
            secrets: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            idle: Notify::new(),
            stopping: CancellationToken::new(),
            cancelled: CancellationToken::new(),
        })
    }

    pub fn configure(&self, plugin: String, revision: String, knobs: Knobs) {
        self.plugins
            .lock()
            .expect("no panic while locked")
            .insert(plugin, (revision, Arc::new(knobs)));
    }

    /// The settings a request names. FAILED_PRECONDITION tells the host to configure again.
    pub fn knobs(&self, plugin: &str, revision: &str) -> Result<Arc<Knobs>, Status> {
        let plugins = self.plugins.lock().expect("no panic while locked");
        let has = match plugins.get(plugin) {
            Some((current, knobs)) if current == revision => return Ok(Arc::clone(knobs)),
            Some((current, _)) => format!("it has revision {current}"),
            None => "it was never configured".to_owned(),
        };
        let text = format!("plugin {plugin} is not configured at revision {revision}: {has}");
        Err(Status::failed_precondition(sentence(&text)))
    }

    pub fn keep_secret<'a>(&self, values: impl Iterator<Item = &'a String>) {
        let mut secrets = self.secrets.lock().expect("no panic while locked");
        for value in values.filter(|value| !value.is_empty()) {
            if !secrets.contains(value) {
                secrets.push(value.clone());
            }
        }
    }

    pub fn masked(&self, text: &str) -> String {
        let secrets = self.secrets.lock().expect("no panic while locked");
        secrets
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    /// Lets a call in until the answer is dropped.
    pub fn admit(self: &Arc<Self>) -> Result<Admitted, Status> {
        if self.stopping.is_cancelled() {
            return Err(Status::unavailable(
                "the module is draining and takes no new work",
            ));
        }
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        Ok(Admitted(Arc::clone(self)))
    }

    /// Takes no new work; returns when what runs is done, at the latest after the grace, when it is cancelled.
    pub async fn drain(&self, grace: Duration) {
        self.stopping.cancel();
        let done = async {
            loop {
                let idle = self.idle.notified();
                if self.in_flight.load(Ordering::SeqCst) == 0 {
                    return;
                }
                idle.await;
            }
        };
        let _ = tokio::time::timeout(grace, done).await;
        self.cancelled.cancel();
    }
}

/// A call that is let in.
pub struct Admitted(Arc<Module>);

impl Drop for Admitted {
    fn drop(&mut self) {
        if self.0.in_flight.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}
