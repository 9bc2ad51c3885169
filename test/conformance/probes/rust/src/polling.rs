//! Reads metrics: as many groups as the knobs say, one by one while the reader keeps up.

use std::sync::Arc;

use prost::Message;
use serde_json::Value;
use tonic::{Request, Response, Status};

use crate::answers::{Answers, BATCH_BYTES, Out, answers};
use crate::module::Module;
use crate::settings::Knobs;
use crate::stubs::plugin::v1::polling_server::Polling;
use crate::stubs::plugin::v1::{Item, PollAnswer, PollRequest, PollResponse, Run};
use crate::stubs::resource::v1::metric::Value as MetricValue;
use crate::stubs::resource::v1::{Dimension, Fault, Metric, MetricGroup, MetricType};
use crate::work::{End, begin, in_time, internal, knobs_of, pad_of, progress_of};

/// What a message needs besides its one group.
const ENVELOPE_BYTES: usize = 1024;

pub struct PollingService {
    pub module: Arc<Module>,
}

#[tonic::async_trait]
impl Polling for PollingService {
    type PollStream = Answers<PollResponse>;

    async fn poll(
        &self,
        request: Request<PollRequest>,
    ) -> Result<Response<Self::PollStream>, Status> {
        let admitted = self.module.admit()?;
        let mut jobs = Vec::new();
        for item in request.into_inner().items {
            let knobs = knobs_of(&self.module, item.run.as_ref())?;
            jobs.push((item, knobs));
        }
        let module = Arc::clone(&self.module);
        Ok(Response::new(answers(
            &self.module,
            admitted,
            jobs,
            move |(item, knobs), out| poll_item(Arc::clone(&module), item, knobs, out),
        )))
    }
}

async fn poll_item(module: Arc<Module>, item: Item, knobs: Arc<Knobs>, out: Out<PollResponse>) {
    let run = item.run.clone().unwrap_or_default();
    let id = item
        .resource
        .map(|resource| resource.id)
        .unwrap_or_default();
    let runs = runs_before(&run) + 1;
    if let Some(progress) = progress_of(&knobs, item.item) {
        out.send(PollResponse {
            answers: Vec::new(),
            progress: vec![progress],
        })
        .await;
    }
    let ended = in_time(
        &module,
        &knobs,
        &run,
        &out.gone,
        read(&module, &knobs, &run, &id, item.item, runs, &out),
    )
    .await;
    let (groups, fault) = match ended {
        Ok(groups) => (groups, None),
        Err(End::Fault(fault)) => (Vec::new(), Some(fault)),
        Err(End::Cancelled) => return,
    };
    let set_state = fault.is_none();
    let state = if set_state {
        serde_json::json!({ "runs": runs }).to_string().into_bytes()
    } else {
        Vec::new()
    };
    let answer = PollAnswer {
        item: item.item,
        groups,
        fault,
        state,
        set_state,
        more: false,
    };
    out.send(PollResponse {
        answers: vec![answer],
        progress: Vec::new(),
    })
    .await;
}

/// Sends what is more than a batch, and returns the rest.
async fn read(
    module: &Module,
    knobs: &Knobs,
    run: &Run,
    id: &str,
    item: u32,
    runs: u64,
    out: &Out<PollResponse>,
) -> Result<Vec<MetricGroup>, Fault> {
    let fail = begin(module, knobs, &run.plugin, id).await?;
    match fail.as_str() {
        "nan" => {
            return Err(internal(
                module,
                "metric value of group probe is NaN: leave it out or give a number",
            ));
        }
        "bad_name" => {
            return Err(internal(
                module,
                "metric no-dash of group probe: a name has letters, digits and _",
            ));
        }
        "duplicate" => {
            return Err(internal(
                module,
                "group probe came twice with the same dimensions",
            ));
        }
        _ => {}
    }
    let mut waiting = Vec::new();
    let mut bytes = 0;
    let mut n = 0;
    while n < knobs.groups || fail == "endless" {
        let group = group_of(knobs, &run.plugin, id, n, runs);
        let size = group.encoded_len();
        if size + ENVELOPE_BYTES > module.message_bytes {
            let limit = module.message_bytes;
            return Err(internal(
                module,
                &format!("group probe is {size} bytes; a message holds at most {limit}"),
            ));
        }
        if bytes > 0 && bytes + size > BATCH_BYTES {
            let groups = std::mem::take(&mut waiting);
            bytes = 0;
            let answer = PollAnswer {
                item,
                groups,
                more: true,
                ..Default::default()
            };
            out.send(PollResponse {
                answers: vec![answer],
                progress: Vec::new(),
            })
            .await;
        }
        waiting.push(group);
        bytes += size;
        n += 1;
        tokio::task::yield_now().await; // So that its deadline is seen.
    }
    Ok(waiting)
}

fn group_of(knobs: &Knobs, plugin: &str, id: &str, n: u64, runs: u64) -> MetricGroup {
    let dimension = |name: &str, value: String| Dimension {
        name: name.into(),
        value,
    };
    let mut dimensions = vec![
        dimension("n", n.to_string()),
        dimension("plugin", plugin.into()),
    ];
    dimensions.extend(pad_of(knobs).map(|pad| dimension("pad", pad)));
    let metric = |name: &str, kind: MetricType, value| Metric {
        name: name.into(),
        r#type: kind.into(),
        value: Some(value),
    };
    let metrics = vec![
        metric(
            "runs_total",
            MetricType::Counter,
            MetricValue::IntValue(runs as i64),
        ),
        metric(
            "value",
            MetricType::Gauge,
            MetricValue::DoubleValue(knobs.value),
        ),
        metric(
            "id_bytes",
            MetricType::Gauge,
            MetricValue::IntValue(id.len() as i64),
        ),
    ];
    MetricGroup {
        name: "probe".into(),
        dimensions,
        metrics,
        at_ms: 0,
    }
}

fn runs_before(run: &Run) -> u64 {
    let state: Value = serde_json::from_slice(&run.state).unwrap_or_default();
    state["runs"].as_u64().unwrap_or_default()
}
