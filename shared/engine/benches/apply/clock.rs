//! CPU time, which a busy machine disturbs less than the time of day.

use std::{fs, process::Command, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// The time this thread has been on a core.
pub(crate) fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The least time of several runs, and what the last one gave.
pub(crate) fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = thread_time();
        let value = run();
        (thread_time().saturating_sub(start), value)
    };
    (1..runs).fold(timed(), |(least, _), _| {
        let (time, value) = timed();
        (least.min(time), value)
    })
}

/// The CPU time of a program that ends, on average of `runs`: its accounts tick in hundredths of a second.
pub(crate) fn program(runs: u32, command: &mut Command) -> Option<Duration> {
    let before = children();
    for _ in 0..runs {
        // Read, because grep stops at the first line where nobody listens.
        command.output().ok()?;
    }
    Some(children()?.checked_sub(before?)? / runs)
}

/// CPU time of all children that have ended: the 16th and 17th field, the third being the first after the name.
fn children() -> Option<Duration> {
    let accounts = fs::read_to_string("/proc/self/stat").ok()?;
    let fields = accounts.rsplit_once(") ")?.1.split(' ').skip(13).take(2);
    Some(Duration::from_millis(10 * fields.map(|field| field.parse::<u64>().unwrap_or(0)).sum::<u64>()))
}

/// Milliseconds, for a column of figures.
pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
