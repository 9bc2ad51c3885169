//! The answers to a call, on their way out: bounded, so that a stalled reader stops the work.

use std::sync::Arc;

use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::module::{Admitted, Module};

/// Batches aim for this size.
pub const BATCH_BYTES: usize = 256 * 1024;

pub type Answers<T> = ReceiverStream<Result<T, Status>>;

/// Where the parts of a call leave.
pub struct Out<T> {
    sender: Sender<Result<T, Status>>,
    /// Nobody waits for answers any more.
    pub gone: CancellationToken,
}

impl<T> Clone for Out<T> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            gone: self.gone.clone(),
        }
    }
}

impl<T> Out<T> {
    /// Returns once there is room for the next.
    pub async fn send(&self, part: T) {
        if self.sender.send(Ok(part)).await.is_err() {
            self.gone.cancel();
        }
    }
}

/// Runs the jobs of a call side by side, and streams what they send.
pub fn answers<T, Job, Work>(
    module: &Arc<Module>,
    admitted: Admitted,
    jobs: Vec<Job>,
    work: impl Fn(Job, Out<T>) -> Work,
) -> Answers<T>
where
    T: Send + 'static,
    Work: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(1);
    let out = Out {
        sender: sender.clone(),
        gone: CancellationToken::new(),
    };
    let mut running = JoinSet::new();
    for job in jobs {
        running.spawn(work(job, out.clone()));
    }
    let cancelled = module.cancelled.clone();
    tokio::spawn(async move {
        let _admitted = admitted;
        let all = async { while running.join_next().await.is_some() {} };
        tokio::pin!(all);
        tokio::select! {
            () = &mut all => {}
            () = sender.closed() => {
                out.gone.cancel();
                all.await;
            }
        }
        if cancelled.is_cancelled() {
            let _ = sender
                .send(Err(Status::unavailable(
                    "the module stopped before everything was done",
                )))
                .await;
        }
    });
    ReceiverStream::new(receiver)
}
