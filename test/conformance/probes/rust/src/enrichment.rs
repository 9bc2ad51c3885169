//! Finds facts: one set about the resource that was asked about.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use crate::answers::{Answers, Out, answers};
use crate::module::Module;
use crate::settings::Knobs;
use crate::stubs::plugin::v1::enrichment_server::Enrichment;
use crate::stubs::plugin::v1::{EnrichAnswer, EnrichRequest, EnrichResponse, Item};
use crate::stubs::resource::v1::{EnrichmentSet, Fault};
use crate::work::{End, begin, in_time, internal, knobs_of, progress_of};

pub struct EnrichmentService {
    pub module: Arc<Module>,
}

#[tonic::async_trait]
impl Enrichment for EnrichmentService {
    type EnrichStream = Answers<EnrichResponse>;

    async fn enrich(
        &self,
        request: Request<EnrichRequest>,
    ) -> Result<Response<Self::EnrichStream>, Status> {
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
            move |(item, knobs), out| enrich_item(Arc::clone(&module), item, knobs, out),
        )))
    }
}

async fn enrich_item(module: Arc<Module>, item: Item, knobs: Arc<Knobs>, out: Out<EnrichResponse>) {
    let run = item.run.unwrap_or_default();
    let id = item
        .resource
        .map(|resource| resource.id)
        .unwrap_or_default();
    if let Some(progress) = progress_of(&knobs, item.item) {
        out.send(EnrichResponse {
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
        look(&module, &knobs, &run.plugin, &id),
    )
    .await;
    let (sets, fault) = match ended {
        Ok(set) => (vec![set], None),
        Err(End::Fault(fault)) => (Vec::new(), Some(fault)),
        Err(End::Cancelled) => return,
    };
    let answer = EnrichAnswer {
        item: item.item,
        sets,
        fault,
        ..Default::default()
    };
    out.send(EnrichResponse {
        answers: vec![answer],
        progress: Vec::new(),
    })
    .await;
}

async fn look(
    module: &Module,
    knobs: &Knobs,
    plugin: &str,
    id: &str,
) -> Result<EnrichmentSet, Fault> {
    match begin(module, knobs, plugin, id).await?.as_str() {
        "nan" => {
            return Err(internal(
                module,
                "value of namespace probe is NaN, which JSON has no word for",
            ));
        }
        "duplicate" => return Err(internal(module, "namespace probe came twice")),
        "endless" => std::future::pending().await,
        _ => {}
    }
    let data = serde_json::json!({ "id": id, "value": knobs.value });
    Ok(EnrichmentSet {
        namespace: "probe".into(),
        schema: "0.1".into(),
        ttl_s: 300,
        data_json: data.to_string().into_bytes(),
        resource_id: String::new(),
    })
}
