//! What a bench has cost so far.

/// Processor time of this process in user mode, in seconds: the machine may be busy with other
/// work. 0 where the system does not tell it; its ticks are of 10 ms.
pub(crate) fn cpu_seconds() -> f64 {
    std::fs::read_to_string("/proc/self/stat")
        .ok()
        .and_then(|stat| {
            let fields = stat.rsplit(')').next()?.split_whitespace().nth(11)?;
            fields.parse::<f64>().ok()
        })
        .map_or(0.0, |ticks| ticks / 100.0)
}

/// High-water mark of this process's memory, where the system tells it.
pub(crate) fn peak_bytes() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or(0, |kib| kib * 1024)
}
