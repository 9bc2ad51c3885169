//! One run: its wait, its secret in the log, its way of failing, its end in time.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::log;
use crate::module::Module;
use crate::settings::Knobs;
use crate::stubs::plugin::v1::{Progress, Run};
use crate::stubs::resource::v1::{Fault, FaultOrigin, FaultRetry, FaultScope, PollStatus};

/// A fault names what went wrong in one sentence of at most 1 KiB.
const MESSAGE_BYTES: usize = 1024;

pub enum End {
    Fault(Fault),
    /// Nobody waits for the answer any more.
    Cancelled,
}

pub fn fault(module: &Module, status: PollStatus, origin: FaultOrigin, message: &str) -> Fault {
    let message = sentence(&module.masked(message));
    Fault {
        message,
        origin: origin.into(),
        retry: FaultRetry::NextSlot.into(),
        scope: FaultScope::Item.into(),
        status: status.into(),
    }
}

/// At most so long that it fits into an error.
pub fn sentence(text: &str) -> String {
    if text.len() <= MESSAGE_BYTES {
        return text.to_owned();
    }
    let end = (0..=MESSAGE_BYTES - 4)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    format!("{} …", &text[..end])
}

pub fn internal(module: &Module, message: &str) -> Fault {
    fault(module, PollStatus::Internal, FaultOrigin::Plugin, message)
}

/// How the run shall fail besides, or its end.
pub async fn begin(
    module: &Module,
    knobs: &Knobs,
    plugin: &str,
    resource_id: &str,
) -> Result<String, Fault> {
    log::line(
        "info",
        &module.masked(&format!("secret is {}", knobs.secret)),
        plugin,
    );
    tokio::time::sleep(Duration::from_millis(knobs.wait_ms)).await;
    if !knobs.fail_for.is_empty() && knobs.fail_for != resource_id {
        return Ok(String::new());
    }
    match knobs.fail.as_str() {
        "fault" => {
            let who = if knobs.secret.is_empty() {
                "nobody"
            } else {
                &knobs.secret
            };
            Err(fault(
                module,
                PollStatus::Timeout,
                FaultOrigin::Target,
                &format!("no answer from {who}"),
            ))
        }
        "throw" => Err(internal(module, &format!("probe threw {}", knobs.secret))),
        "long_error" => Err(internal(module, &"x".repeat(100_000))),
        "print" => {
            let _ = writeln!(std::io::stdout(), "the probe prints");
            Ok(String::new())
        }
        other => Ok(other.to_owned()),
    }
}

/// Ends the work at its deadline, or once nobody waits for it. The run has asked for more time where the knobs say so.
pub async fn in_time<T>(
    module: &Module,
    knobs: &Knobs,
    run: &Run,
    gone: &CancellationToken,
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<T, End> {
    let limit = match run.deadline_ms {
        0 => Duration::MAX,
        ms => Duration::from_millis(ms.max(knobs.progress_ms).into()),
    };
    tokio::select! {
        biased;
        () = gone.cancelled() => Err(End::Cancelled),
        () = module.cancelled.cancelled() => Err(End::Cancelled),
        ended = tokio::time::timeout(limit, work) => match ended {
            Ok(result) => result.map_err(End::Fault),
            Err(_) => {
                let message = format!("the run was not over at its deadline of {} ms", run.deadline_ms);
                Err(End::Fault(fault(module, PollStatus::Timeout, FaultOrigin::Plugin, &message)))
            }
        },
    }
}

/// The settings of a run, or the status that the host understands.
pub fn knobs_of(module: &Module, run: Option<&Run>) -> Result<Arc<Knobs>, tonic::Status> {
    let run =
        run.ok_or_else(|| tonic::Status::invalid_argument("the host sent work without a run"))?;
    module.knobs(&run.plugin, &run.revision)
}

/// What a run asks for before it waits.
pub fn progress_of(knobs: &Knobs, item: u32) -> Option<Progress> {
    (knobs.progress_ms > 0).then_some(Progress {
        item,
        extend_ms: knobs.progress_ms,
    })
}

pub fn pad_of(knobs: &Knobs) -> Option<String> {
    (knobs.pad_bytes > 0).then(|| "x".repeat(knobs.pad_bytes))
}
