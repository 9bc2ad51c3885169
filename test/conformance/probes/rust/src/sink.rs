//! Delivers results to a file, a line each, in the order they come.

use std::sync::Arc;

use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;
use tonic::{Request, Response, Status, Streaming};

use crate::answers::{Answers, Out, answers};
use crate::module::Module;
use crate::stubs::plugin::v1::sink_server::Sink;
use crate::stubs::plugin::v1::{RecordFault, SinkRecord, WriteRequest, WriteResponse};
use crate::work::internal;

pub struct SinkService {
    pub module: Arc<Module>,
}

#[tonic::async_trait]
impl Sink for SinkService {
    type WriteStream = Answers<WriteResponse>;

    async fn write(
        &self,
        request: Request<Streaming<WriteRequest>>,
    ) -> Result<Response<Self::WriteStream>, Status> {
        let admitted = self.module.admit()?;
        let mut batches = request.into_inner();
        // The first batch is looked at here, so that settings that are not there fail the call as such.
        let Some(first) = batches.message().await? else {
            return Ok(Response::new(answers(
                &self.module,
                admitted,
                Vec::<()>::new(),
                |(), _| async {},
            )));
        };
        self.module.knobs(&first.plugin, &first.revision)?;
        let module = Arc::clone(&self.module);
        Ok(Response::new(answers(
            &self.module,
            admitted,
            vec![(first, batches)],
            move |(first, batches), out| deliver(Arc::clone(&module), first, batches, out),
        )))
    }
}

async fn deliver(
    module: Arc<Module>,
    first: WriteRequest,
    mut batches: Streaming<WriteRequest>,
    out: Out<WriteResponse>,
) {
    let mut next = Some(first);
    while let Some(batch) = next {
        out.send(store(&module, batch).await).await;
        next = tokio::select! {
            () = out.gone.cancelled() => None,
            // A sink waits for ever: a drain ends it after the batch it has.
            () = module.stopping.cancelled() => None,
            more = batches.message() => more.unwrap_or(None),
        };
    }
}

async fn store(module: &Module, batch: WriteRequest) -> WriteResponse {
    let mut answer = WriteResponse {
        batch: batch.batch,
        ..Default::default()
    };
    let knobs = match module.knobs(&batch.plugin, &batch.revision) {
        Ok(knobs) => knobs,
        Err(status) => {
            answer.fault = Some(internal(module, status.message()));
            return answer;
        }
    };
    let plugin_of = |record: &SinkRecord| {
        record
            .result
            .as_ref()
            .map(|result| result.plugin.clone())
            .unwrap_or_default()
    };
    let (refused, kept): (Vec<_>, Vec<_>) = batch
        .records
        .iter()
        .partition(|record| plugin_of(record) == "refuse-me");
    answer.refused = refused
        .iter()
        .map(|record| RecordFault {
            position: record.position,
            fault: Some(internal(module, "the probe was told to refuse it")),
        })
        .collect();
    if !knobs.file.is_empty() && !kept.is_empty() {
        let lines: String = kept
            .iter()
            .map(|record| {
                format!(
                    "{}\n",
                    serde_json::json!({ "position": record.position, "plugin": plugin_of(record) })
                )
            })
            .collect();
        if let Err(error) = append(&knobs.file, &lines).await {
            answer.refused.clear();
            answer.fault = Some(internal(
                module,
                &format!("{} cannot be written: {error}", knobs.file),
            ));
        }
    }
    answer
}

async fn append(path: &str, lines: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .await?;
    file.write_all(lines.as_bytes()).await?;
    file.flush().await
}
