//! Why a job did not end well.

use crate::corpus::CorpusError;
use crate::store::StoreError;

/// Why a job did not end well.
#[derive(Debug, thiserror::Error)]
pub(super) enum JobError {
    /// It was told to stop: cancelled, taken over, or the server stops.
    #[error("the job was interrupted")]
    Interrupted,
    /// It cannot succeed as it was asked for; the sentence says what to do.
    #[error("{0}")]
    Refused(String),
    /// Something failed that may work the next time.
    #[error("{0}")]
    Failed(String),
}

impl JobError {
    pub(super) fn refused(reason: impl std::fmt::Display) -> Self {
        Self::Refused(reason.to_string())
    }
}

/// A message as any database can keep it: it may quote a file, and files may hold NUL characters.
pub(super) fn storable(message: &str) -> String {
    message.replace('\0', "\u{fffd}")
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::Failed(error.to_string()),
            StoreError::Stale { .. } => Self::Failed("the project was changed meanwhile".to_owned()),
            // The write that was to end the job found it cancelled or taken over.
            StoreError::TooLate { .. } => Self::Interrupted,
            _ => Self::refused(error),
        }
    }
}

impl From<CorpusError> for JobError {
    fn from(error: CorpusError) -> Self {
        match error {
            CorpusError::Cancelled => Self::Interrupted,
            CorpusError::Read { .. } | CorpusError::Objects(_) => Self::Failed(error.to_string()),
            _ => Self::refused(error),
        }
    }
}

/// Compressing and the like fail only when the system does.
impl From<std::io::Error> for JobError {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Turns an error into the sentence that ends the job.
macro_rules! refuse {
    ($($error:ty),*) => {
        $(impl From<$error> for JobError {
            fn from(error: $error) -> Self {
                Self::refused(error)
            }
        })*
    };
}
refuse!(
    hunch_engine::ProgramError,
    hunch_model::calibration::JudgedError,
    hunch_model::end_model::EndModelError,
    hunch_model::FitError,
    hunch_model::PeopleVoteError,
    hunch_model::UnknownModel,
    hunch_model::VoteError
);
