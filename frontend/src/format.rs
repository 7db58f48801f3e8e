//! Numbers, sizes and times as people read them.
