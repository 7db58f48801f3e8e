//! CPU time and memory of this process.

use rustix::time::{ClockId, clock_gettime};
use std::{fs, time::Duration};

/// CPU seconds that something takes, and what it gives.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = thread_time();
    let value = run();
    (thread_time().saturating_sub(start).as_secs_f64(), value)
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Most memory that this process has held so far, in MiB, where the system tells.
pub(crate) fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}
