#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oracles::decode::check(bytes));
