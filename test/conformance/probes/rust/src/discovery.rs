//! Finds resources, and says at the end whether they were all.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use prost::Message;
use tonic::{Request, Response, Status};

use crate::answers::{Answers, BATCH_BYTES, Out, answers};
use crate::module::Module;
use crate::settings::Knobs;
use crate::stubs::plugin::v1::discover_response::Part;
use crate::stubs::plugin::v1::discovery_server::Discovery;
use crate::stubs::plugin::v1::{
    DiscoverRequest, DiscoverResponse, PartialError, ResourceBatch, Run, Summary,
};
use crate::stubs::resource::v1::{Fault, Resource};
use crate::stubs::task::v1::DiscoverySummary;
use crate::work::{End, begin, in_time, internal, knobs_of, pad_of, progress_of};

pub struct DiscoveryService {
    pub module: Arc<Module>,
}

#[tonic::async_trait]
impl Discovery for DiscoveryService {
    type DiscoverStream = Answers<DiscoverResponse>;

    async fn discover(
        &self,
        request: Request<DiscoverRequest>,
    ) -> Result<Response<Self::DiscoverStream>, Status> {
        let admitted = self.module.admit()?;
        let run = request.into_inner().run;
        let knobs = knobs_of(&self.module, run.as_ref())?;
        let module = Arc::clone(&self.module);
        let jobs = vec![run.unwrap_or_default()];
        Ok(Response::new(answers(
            &self.module,
            admitted,
            jobs,
            move |run, out| discover(Arc::clone(&module), run, Arc::clone(&knobs), out),
        )))
    }
}

async fn discover(module: Arc<Module>, run: Run, knobs: Arc<Knobs>, out: Out<DiscoverResponse>) {
    let found = AtomicU32::new(0);
    if let Some(progress) = progress_of(&knobs, 0) {
        send(&out, Part::Progress(progress)).await;
    }
    let ended = in_time(
        &module,
        &knobs,
        &run,
        &out.gone,
        find(&module, &knobs, &run.plugin, &out, &found),
    )
    .await;
    let complete = match ended {
        Ok(()) => true,
        Err(End::Fault(fault)) => {
            // A fault without a scope: nothing is covered.
            send(
                &out,
                Part::PartialError(PartialError {
                    scope: String::new(),
                    fault: Some(fault),
                }),
            )
            .await;
            false
        }
        Err(End::Cancelled) => return,
    };
    let summary = DiscoverySummary {
        complete,
        resources: found.load(Ordering::Relaxed),
        scopes: Vec::new(),
    };
    send(
        &out,
        Part::Summary(Summary {
            summary: Some(summary),
            ..Default::default()
        }),
    )
    .await;
}

/// Counts what it sent, whatever its end.
async fn find(
    module: &Module,
    knobs: &Knobs,
    plugin: &str,
    out: &Out<DiscoverResponse>,
    found: &AtomicU32,
) -> Result<(), Fault> {
    let fail = begin(module, knobs, plugin, "").await?;
    let mut waiting = Vec::new();
    let mut bytes = 0;
    let mut n = 0;
    while n < knobs.groups || fail == "endless" {
        let resource = resource_of(knobs, n);
        let size = resource.encoded_len();
        if size > module.message_bytes {
            return Err(internal(
                module,
                &format!("resource probe-{n} is {size} bytes, more than a message holds"),
            ));
        }
        if bytes > 0 && bytes + size > BATCH_BYTES {
            bytes = 0;
            put(out, std::mem::take(&mut waiting), found).await;
        }
        waiting.push(resource);
        bytes += size;
        n += 1;
        if fail == "duplicate" {
            put(out, waiting, found).await;
            return Err(internal(
                module,
                "resource probe-0 came twice: each id once",
            ));
        }
        tokio::task::yield_now().await; // So that its deadline is seen.
    }
    put(out, waiting, found).await;
    Ok(())
}

async fn put(out: &Out<DiscoverResponse>, resources: Vec<Resource>, found: &AtomicU32) {
    if resources.is_empty() {
        return;
    }
    found.fetch_add(resources.len() as u32, Ordering::Relaxed);
    send(out, Part::Batch(ResourceBatch { resources })).await;
}

async fn send(out: &Out<DiscoverResponse>, part: Part) {
    out.send(DiscoverResponse { part: Some(part) }).await;
}

fn resource_of(knobs: &Knobs, n: u64) -> Resource {
    let metadata: HashMap<String, String> = pad_of(knobs)
        .map(|pad| ("pad".to_owned(), pad))
        .into_iter()
        .collect();
    Resource {
        id: format!("probe-{n}"),
        site: "probe".into(),
        class: "probe".into(),
        endpoint: "127.0.0.1".into(),
        metadata,
        ..Default::default()
    }
}
