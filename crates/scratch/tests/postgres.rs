//! A cluster for a while: it answers, refuses what is wrong, and leaves nothing.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test may fail")]

use scratch::postgres::Cluster;

#[test]
fn a_cluster_answers_while_it_is_held_and_leaves_nothing() {
    let cluster = Cluster::start().unwrap();
    let folder = cluster.folder().to_owned();
    let database = cluster.database("office").unwrap();
    cluster.sql(&database.name, "create table receipt (serial integer primary key)").unwrap();
    cluster.sql(&database.name, "insert into receipt values (1)").unwrap();
    let twice = cluster.sql(&database.name, "insert into receipt values (1)").unwrap_err();
    assert!(twice.to_string().contains("duplicate key"), "{twice}");
    assert!(cluster.program("pg_isready").status().unwrap().success());
    assert!(database.server_url.starts_with("postgres://palika_login@"));

    drop(cluster);
    assert!(!folder.exists());
}

#[test]
fn two_clusters_do_not_meet() {
    let (one, other) = (Cluster::start().unwrap(), Cluster::start().unwrap());
    one.database("office").unwrap();
    other.database("office").unwrap();
    assert_ne!(one.folder(), other.folder());
}
