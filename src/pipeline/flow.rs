//! Reading in order, work on all cores, results in order.
//!
//! One thread cuts the inputs into parcels, rayon's workers turn each into a result, and the
//! caller's thread takes the results in the order of the input. Tickets bound how many parcels
//! are under way, so memory is bounded whatever the size of the input.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::time::Duration;

use crate::read::{self, Inputs, Origin, Parcel, Reader};
use crate::{Error, Result};

/// How often a waiting run looks whether it was told to stop.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Parcels under way for each worker.
const PARCELS_A_WORKER: usize = 3;

/// Told of a run's progress; all methods may be left as they are.
pub trait Progress: Send + Sync {
    /// The run begins; `total_bytes` where it is known, as the files lie on the disk.
    fn begin(&self, stage: &str, total_bytes: Option<u64>) {
        let _ = (stage, total_bytes);
    }
    /// So many bytes were read and so many records and documents are done, since the beginning.
    fn at(&self, bytes: u64, records: u64) {
        let _ = (bytes, records);
    }
    /// Something that must be said at once, in one line.
    fn warn(&self, line: &str) {
        let _ = line;
    }
    /// The stage is over.
    fn end(&self) {}
}

/// Says nothing.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {}

/// What a run is told from outside while it runs.
#[derive(Clone)]
pub struct Watch {
    /// Set to stop the run.
    pub stop: Arc<AtomicBool>,
    /// Told how far it is.
    pub progress: Arc<dyn Progress>,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            stop: Arc::default(),
            progress: Arc::new(Silent),
        }
    }
}

impl Watch {
    /// # Errors
    /// [`Error::Interrupted`] when the run was told to stop.
    pub fn check(&self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }
}

/// One step of a flow, in the order of the input.
pub(super) enum Step<T> {
    /// What became of a parcel.
    Done(T),
    /// A file that could not be opened or read to its end. What was read of it came before.
    Unreadable(Arc<Origin>, std::io::Error),
    /// Nothing is waiting: what was written so far may be flushed.
    Idle,
}

enum Event<T> {
    Step(u64, Step<T>),
    /// All parcels are sent: so many.
    End(u64),
}

/// The worker threads of a run.
///
/// # Errors
/// [`Error::Config`] when the system gives no threads.
pub(super) fn pool(threads: usize) -> Result<Arc<rayon::ThreadPool>> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map(Arc::new)
        .map_err(|error| Error::config("threads", format!("{error}: ask for fewer")))
}

/// Runs `work` on every parcel of the inputs and `take` on every step, in order, on this thread.
/// `bytes` counts what is read. When `take` says `false` the flow ends early.
///
/// # Errors
/// The first error of `take`, and [`Error::Interrupted`].
pub(super) fn flow<T: Send + 'static>(
    inputs: Inputs,
    pool: &Arc<rayon::ThreadPool>,
    watch: &Watch,
    bytes: &Arc<AtomicU64>,
    work: impl Fn(Parcel, &'static Reader) -> T + Send + Sync + 'static,
    mut take: impl FnMut(Step<T>) -> Result<bool>,
) -> Result<()> {
    let under_way = pool.current_num_threads() * PARCELS_A_WORKER;
    let (events, inbox) = mpsc::channel();
    let (tickets, free) = mpsc::sync_channel(under_way);
    for _ in 0..under_way {
        tickets.send(()).map_err(|_| Error::Interrupted)?;
    }
    let cutter = Cutter {
        pool: Arc::clone(pool),
        work: Arc::new(work),
        events,
        free,
        bytes: Arc::clone(bytes),
        stop: Arc::clone(&watch.stop),
        sent: 0,
    };
    // Not a scoped thread: it may be waiting for standard input when the run is told to stop.
    std::thread::Builder::new()
        .name("reader".into())
        .spawn(move || cutter.run(inputs))
        .map_err(Error::read("the reading thread"))?;
    in_order(&inbox, &tickets, watch, &mut take)
}

fn in_order<T>(
    inbox: &Receiver<Event<T>>,
    tickets: &SyncSender<()>,
    watch: &Watch,
    take: &mut impl FnMut(Step<T>) -> Result<bool>,
) -> Result<()> {
    let mut waiting: BTreeMap<u64, Step<T>> = BTreeMap::new();
    let mut next = 0;
    let mut end = None;
    let mut idle = true;
    while end != Some(next) {
        watch.check()?;
        let event = match inbox.try_recv() {
            Ok(event) => event,
            Err(_) => {
                if waiting.is_empty() && !idle {
                    idle = true;
                    if !take(Step::Idle)? {
                        return Ok(());
                    }
                }
                match inbox.recv_timeout(LOOK_EVERY) {
                    Ok(event) => event,
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                }
            }
        };
        match event {
            Event::End(sent) => end = Some(sent),
            Event::Step(number, step) => {
                waiting.insert(number, step);
            }
        }
        while let Some(step) = waiting.remove(&next) {
            next += 1;
            idle = false;
            let ticketed = matches!(step, Step::Done(_));
            if !take(step)? {
                return Ok(());
            }
            if ticketed {
                // The reader may be gone; then nobody waits for tickets.
                let _ = tickets.try_send(());
            }
        }
    }
    Ok(())
}

struct Cutter<T, W> {
    pool: Arc<rayon::ThreadPool>,
    work: Arc<W>,
    events: Sender<Event<T>>,
    free: Receiver<()>,
    bytes: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    sent: u64,
}

impl<T: Send + 'static, W: Fn(Parcel, &'static Reader) -> T + Send + Sync + 'static> Cutter<T, W> {
    fn run(mut self, inputs: Inputs) {
        for origin in inputs.files {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let origin = Arc::new(origin);
            let outcome = self.file(&origin);
            match outcome {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let number = self.number();
                    if self
                        .events
                        .send(Event::Step(number, Step::Unreadable(origin, error)))
                        .is_err()
                    {
                        return;
                    }
                }
            }
        }
        let _ = self.events.send(Event::End(self.sent));
    }

    fn number(&mut self) -> u64 {
        self.sent += 1;
        self.sent - 1
    }

    /// Sends the parcels of one file; false when nobody takes them any more.
    fn file(&mut self, origin: &Arc<Origin>) -> std::io::Result<bool> {
        let stream = read::open(origin.path.as_deref(), Arc::clone(&self.bytes))?;
        let reader = origin.reader_of(&stream.head);
        let mut wanted = true;
        (reader.cut)(stream.read, origin, &mut |parcel| {
            wanted = self.send(parcel, reader);
            wanted
        })?;
        Ok(wanted)
    }

    fn send(&mut self, parcel: Parcel, reader: &'static Reader) -> bool {
        if self.stop.load(Ordering::Relaxed) || self.free.recv().is_err() {
            return false;
        }
        let number = self.number();
        let work = Arc::clone(&self.work);
        let events = self.events.clone();
        self.pool.spawn_fifo(move || {
            let done = work(parcel, reader);
            let _ = events.send(Event::Step(number, Step::Done(done)));
        });
        true
    }
}
