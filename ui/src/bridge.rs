//! The one way out of the page: the shell's `call` command.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Asks the shell and waits for its reply.
///
/// # Errors
/// The problem as the office words it, or `E-UI-001` where there is no shell to ask (a plain browser).
pub async fn call(request: Value) -> Result<Value, Value> {
    let promise = invoke(&request).map_err(|error| no_shell(&error))?;
    match JsFuture::from(promise).await {
        Ok(reply) => from_js(&reply),
        Err(problem) => Err(from_js(&problem)?),
    }
}

fn invoke(request: &Value) -> Result<Promise, JsValue> {
    let tauri = Reflect::get(&js_sys::global(), &"__TAURI__".into())?;
    let core = Reflect::get(&tauri, &"core".into())?;
    let invoke: Function = Reflect::get(&core, &"invoke".into())?.dyn_into()?;
    let arguments = Object::new();
    Reflect::set(&arguments, &"request".into(), &JSON::parse(&request.to_string())?)?;
    invoke.call2(&core, &"call".into(), &arguments)?.dyn_into()
}

fn from_js(value: &JsValue) -> Result<Value, Value> {
    let text = JSON::stringify(value).map_err(|error| no_shell(&error))?;
    serde_json::from_str(&String::from(text)).map_err(|error| json!({ "code": "E-UI-002", "en": error.to_string() }))
}

fn no_shell(error: &JsValue) -> Value {
    json!({ "code": "E-UI-001", "en": format!("no shell answers this page: {error:?}") })
}
