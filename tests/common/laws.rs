//! Laws over made-up inputs, by proptest: the same inputs in every run, few enough for every run,
//! and nothing left behind. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for more and for others.

use std::fmt::Debug;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Another one makes every input another.
const SEED: u64 = 20_261_123;

fn config(cases: u32) -> Config {
    let usual = Config::default();
    let asked = |name| std::env::var_os(name).is_some();
    Config {
        cases: if asked("PROPTEST_CASES") { usual.cases } else { cases },
        rng_seed: if asked("PROPTEST_RNG_SEED") { usual.rng_seed } else { RngSeed::Fixed(SEED) },
        // A failure comes again by its seed: no file has to remember it.
        failure_persistence: None,
        max_shrink_iters: 500,
        ..usual
    }
}

/// Tries a law, which panics where it does not hold, with so many inputs; what fails is told as
/// small as it can be made.
#[track_caller]
pub fn holds<S: Strategy>(cases: u32, inputs: S, law: impl Fn(S::Value))
where
    S::Value: Debug,
{
    let outcome = TestRunner::new(config(cases)).run(&inputs, |input| {
        law(input);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// One input, the same every time.
pub fn sample<S: Strategy>(inputs: S) -> S::Value {
    inputs.new_tree(&mut TestRunner::new(config(1))).unwrap().current()
}
