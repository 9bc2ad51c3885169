//! Log lines in the shape the host reads: one JSON object a line, on stderr.

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

pub fn line(level: &str, message: &str, plugin: &str) {
    let at_ms = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |past| past.as_millis() as u64);
    let mut line = serde_json::json!({ "level": level, "time": at_ms, "msg": message });
    if !plugin.is_empty() {
        line["plugin"] = plugin.into();
    }
    // A host that is gone reads nothing any more, which is no reason to panic.
    let _ = writeln!(std::io::stderr(), "{line}");
}
