//! `cargo xtask simulate`: devices, a server and the network between them, as bad as seeds can make it.
//!
//! The devices are `hunch_sync::Replica`s and the server decides by `hunch_sync::carry_out`, as the real ones do; only
//! their databases and the network are played. A seed fixes a schedule of edits, partitions, duplicates, reordering,
//! crashes, clock jumps and restored backups. In the end all copies must equal each other, the server, and an oracle
//! that knows nothing of how sync works. No wall clock, no threads: a seed that fails fails again.
//!
//! | file | what |
//! |---|---|
//! | `world` | the schedule, the network, and what must hold |
//! | `server` | the server's database and its answers |
//! | `device` | a device's database and what it does with answers |
//! | `work` | the edits people make |
//! | `oracle` | what should come of them, by the simplest means |
//! | `random` | numbers that a seed fixes |

mod device;
mod oracle;
mod random;
mod server;
#[cfg(test)]
mod tests;
mod work;
mod world;

use anyhow::{Result, bail};
use world::{Tally, World};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many seeds to run, from 0.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// Run this seed alone and tell each step.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Break the cursor, to see that the simulation notices.
    #[arg(long, value_enum)]
    broken_cursor: Option<BrokenCursor>,
}

/// Mistakes others made with cursors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum BrokenCursor {
    /// A device moves its cursor when a push is answered, over changes of others that it has not seen.
    PushReply,
    /// The server takes the cursor from a sequence, whose numbers become visible out of order.
    Sequence,
}

/// Runs seeds until one fails.
pub(crate) fn simulate(options: &Options) -> Result<()> {
    let seeds = options.seed.map_or(0..options.seeds, |seed| seed..seed + 1);
    let mut total = Tally::default();
    for seed in seeds.clone() {
        match World::new(seed, options.broken_cursor, options.seed.is_some()).run() {
            Ok(tally) => total.add(&tally),
            Err(why) => {
                bail!("seed {seed}: {why}\nsee it step by step with `cargo xtask simulate --seed {seed}`")
            }
        }
    }
    println!("{} seeds: all copies equal each other, the server and the oracle.", seeds.end - seeds.start);
    println!("{total}");
    Ok(())
}
