//! A store of objects for a while: it answers, lets nobody in without a key, and leaves nothing.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test may fail")]

use scratch::garage::{BUCKET, Garage};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

fn status(garage: &Garage, path: &str) -> String {
    let address = garage.endpoint.strip_prefix("http://").unwrap();
    let mut line = TcpStream::connect(address).unwrap();
    write!(line, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap().to_owned()
}

#[test]
fn a_store_answers_while_it_is_held_and_leaves_nothing() {
    let (one, other) = (Garage::start().unwrap(), Garage::start().unwrap());
    assert_ne!(one.endpoint, other.endpoint);
    assert!(status(&one, &format!("/{BUCKET}/segment")).contains("403"));
    let (folder, address) = (one.folder().to_owned(), one.endpoint.clone());
    drop(one);
    assert!(!folder.exists());
    assert!(TcpStream::connect(address.strip_prefix("http://").unwrap()).is_err());
    assert!(status(&other, "/").contains("403"));
}
