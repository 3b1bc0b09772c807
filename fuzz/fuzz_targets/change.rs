#![no_main]

// What is caught is no finding: libFuzzer's hook would end the program before it is. What is not caught still ends it.
libfuzzer_sys::fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| foreign::change(bytes));
