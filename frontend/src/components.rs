//! The design system: small parts that know nothing of the server.

pub mod frame;
