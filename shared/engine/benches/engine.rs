//! Kernels of the engine on comments-like texts.
fn main() {}
