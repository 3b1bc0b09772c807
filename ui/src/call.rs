//! The one door to the office: a [`Request`] goes out, a [`Reply`] or a [`Problem`] comes back.
//!
//! Inside the desktop window it is the shell's `call` command; elsewhere the same JSON is posted to `/call`.

use crate::words::common;
use contract::{Problem, Reply, Request};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Asks the office.
pub async fn call(request: Request) -> Result<Reply, Problem> {
    let Ok(text) = serde_json::to_string(&request) else { return Err(lost("request not written")) };
    match shell() {
        Some(invoke) => through_shell(&invoke, &text).await,
        None => over_http(&text).await,
    }
}

/// Asks, and takes out of the reply what that request is answered with.
pub async fn ask<T>(request: Request, take: fn(Reply) -> Option<T>) -> Result<T, Problem> {
    take(call(request).await?).ok_or_else(|| lost("another kind of reply"))
}

/// Asks in the background and hands the answer on.
pub fn ask_then<T: 'static>(
    request: Request,
    take: fn(Reply) -> Option<T>,
    then: impl FnOnce(Result<T, Problem>) + 'static,
) {
    leptos::task::spawn_local(async move { then(ask(request, take).await) });
}

/// `window.__TAURI__.core.invoke`, where the window is the shell's.
fn shell() -> Option<Function> {
    let mut object = JsValue::from(window());
    for name in ["__TAURI__", "core", "invoke"] {
        object = Reflect::get(&object, &name.into()).ok().filter(JsValue::is_truthy)?;
    }
    object.dyn_into().ok()
}

async fn through_shell(invoke: &Function, request: &str) -> Result<Reply, Problem> {
    let arguments = Object::new();
    let request = JSON::parse(request).map_err(|_| lost("request not read"))?;
    Reflect::set(&arguments, &"request".into(), &request).map_err(|_| lost("request not set"))?;
    let promise = invoke
        .call2(&JsValue::NULL, &"call".into(), &arguments)
        .ok()
        .and_then(|answer| answer.dyn_into::<Promise>().ok())
        .ok_or_else(|| lost("no promise"))?;
    match JsFuture::from(promise).await {
        Ok(reply) => from_js(&reply),
        Err(problem) => Err(from_js(&problem).unwrap_or_else(|lost: Problem| lost)),
    }
}

async fn over_http(request: &str) -> Result<Reply, Problem> {
    let unreachable = |_| lost("no connection");
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(request));
    let headers = web_sys::Headers::new().map_err(unreachable)?;
    headers.set("content-type", "application/json").map_err(unreachable)?;
    init.set_headers(&headers);
    let answer =
        JsFuture::from(window().fetch_with_str_and_init("/call", &init)).await.map_err(unreachable)?;
    let response: web_sys::Response = answer.dyn_into().map_err(unreachable)?;
    let body = JsFuture::from(response.json().map_err(unreachable)?).await.map_err(unreachable)?;
    if response.ok() { from_js(&body) } else { Err(from_js(&body).unwrap_or_else(|lost: Problem| lost)) }
}

fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, Problem> {
    let text = JSON::stringify(value).map_err(|_| lost("answer not text"))?;
    serde_json::from_str(&String::from(text)).map_err(|error| lost(&error.to_string()))
}

/// The office did not answer, or not in a way this window understands. Nothing is known about what it did, and a
/// receipt is named by its draft, so asking again is safe.
fn lost(detail: &str) -> Problem {
    Problem {
        code: "E-UI-001".to_owned(),
        message: common::NO_ANSWER.both(),
        field: String::new(),
        detail: detail.to_owned(),
    }
}

/// Takes one kind of reply: `take!(Bill)` is a function from [`Reply`] to the bill.
macro_rules! take {
    ($kind:ident) => {
        |reply| match reply {
            contract::Reply::$kind(value) => Some(value),
            _ => None,
        }
    };
}
pub(crate) use take;

/// Takes the reply that says only that it is done.
pub fn take_done(reply: Reply) -> Option<()> {
    (reply == Reply::Done).then_some(())
}
