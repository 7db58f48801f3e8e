//! That the simulation holds, and that it can fail.

use super::{
    BrokenCursor,
    random::Random,
    world::{Tally, World},
};
use proptest::prelude::*;

#[test]
fn copies_end_equal_whatever_the_network_does() {
    let mut total = Tally::default();
    for seed in 0..50 {
        match World::new(seed, None, false).run() {
            Ok(tally) => total.add(&tally),
            Err(why) => panic!("seed {seed}: {why}"),
        }
    }
    let all = [
        "applied",
        "merged",
        "unchanged",
        "merge conflicts",
        "rejected",
        "partitions begun or ended",
        "duplicated requests",
        "reordered messages",
        "lost messages",
        "device crashes",
        "server crashes",
        "clock jumps",
        "compactions",
        "restored backups",
    ];
    for what in all {
        assert!(total.of(what) > 20, "the schedules hardly hold {what}: {total}");
    }
}

#[test]
fn a_cursor_that_moves_on_a_pushs_answer_loses_changes() {
    assert!((0..50).any(|seed| World::new(seed, Some(BrokenCursor::PushReply), false).run().is_err()));
}

#[test]
fn a_cursor_from_a_sequence_loses_changes() {
    assert!((0..50).any(|seed| World::new(seed, Some(BrokenCursor::Sequence), false).run().is_err()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    /// The same world as a state machine: what fails is shrunk to the shortest schedule that does.
    #[test]
    fn no_schedule_loses_what_was_acknowledged(choices in prop::collection::vec(any::<u64>(), 0..1_500)) {
        let result = World::from(Random::Chosen(choices), None, false).run();
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}
