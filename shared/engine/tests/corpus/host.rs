//! Files of the machine the tests run on: through the standard library, or through Node from WebAssembly.

#[cfg(not(target_arch = "wasm32"))]
use native as machine;
#[cfg(target_arch = "wasm32")]
use node as machine;

/// The folder of real data sets: `HUNCH_DATA`, else `shared/data` beside the project; `None`, and said so, without it.
pub(crate) fn data_folder() -> Option<String> {
    let folder = machine::variable()
        .unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    if machine::exists(&folder) {
        return Some(folder);
    }
    machine::print("skipped: no HUNCH_DATA");
    None
}

/// The bytes of a file, which must be there.
pub(crate) fn read(path: &str) -> Vec<u8> {
    assert!(machine::exists(path), "{path} is missing");
    machine::read(path)
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    pub(crate) fn variable() -> Option<String> {
        std::env::var("HUNCH_DATA").ok()
    }

    pub(crate) fn exists(path: &str) -> bool {
        std::path::Path::new(path).exists()
    }

    pub(crate) fn read(path: &str) -> Vec<u8> {
        std::fs::read(path).unwrap()
    }

    #[expect(clippy::print_stdout, reason = "says that a test has nothing to run on")]
    pub(crate) fn print(message: &str) {
        println!("{message}");
    }
}

#[cfg(target_arch = "wasm32")]
mod node {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "fs")]
    extern "C" {
        #[wasm_bindgen(js_name = existsSync)]
        pub(crate) fn exists(path: &str) -> bool;
        #[wasm_bindgen(js_name = readFileSync)]
        pub(crate) fn read(path: &str) -> Vec<u8>;
    }

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(thread_local_v2, js_namespace = ["process", "env"], js_name = HUNCH_DATA)]
        static HUNCH_DATA: JsValue;
    }

    pub(crate) fn variable() -> Option<String> {
        HUNCH_DATA.with(JsValue::as_string)
    }

    pub(crate) fn print(message: &str) {
        wasm_bindgen_test::console_log!("{message}");
    }
}
