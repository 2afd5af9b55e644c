//! `smtpauth saved`: what the settings file sets.

use clap::Args;
use std::ffi::OsString;

/// Options of `smtpauth saved`.
#[derive(Debug, Clone, Args, Default)]
pub struct Saved {
    /// The settings file [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]
    #[arg(long, value_name = "FILE")]
    pub config: Option<OsString>,
}
