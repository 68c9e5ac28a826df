//! `shomei lab`: a made-up fleet for trials, samples and benches.
