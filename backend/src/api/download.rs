//! Answers that are written by blocking code while they are sent, so that a file of any length needs little memory.

use axum::body::{Body, Bytes};
use std::io::{self, BufWriter, Write};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Bytes handed over at a time.
const PART: usize = 64 << 10;
/// Parts that may wait for a slow client.
const PARTS: usize = 8;

type Part = io::Result<Bytes>;

/// A body with what `write` writes. An error breaks the connection off, so that no client takes the part it got for the
/// whole. A client that goes away ends the writing.
pub(crate) fn body<E>(write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), E> + Send + 'static) -> Body
where
    E: std::error::Error + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(PARTS);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PART, Sender(sender.clone()));
        let written = write(&mut out).map_err(|error| error.to_string());
        let written = written.and_then(|()| out.flush().map_err(|error| error.to_string()));
        // A client that is gone is no one's failure.
        if let Err(error) = written
            && !sender.is_closed()
        {
            tracing::error!(error, "a download broke off");
            let _ = sender.blocking_send(Err(io::Error::other(error)));
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

struct Sender(mpsc::Sender<Part>);

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the client is gone")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
