//! The state's database: towns held apart, nothing skipped, several servers as one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod support;

use domain::TownCode;
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Postgres, Row, Transaction};
use std::sync::atomic::Ordering;
use std::time::Duration;
use support::{
    Home, Kept, Line, TOWN, TestClock, TestTown, cluster, packing, prepared_database, server, take_all,
};
use sync::code::InvitationCode;
use sync_server::{Config, Register, ServerError, init, start};

const OTHER: TownCode = TownCode(248_460);

async fn pool(url: &str) -> PgPool {
    PgPool::connect(url).await.unwrap()
}

/// As a server acts for a town.
async fn acting(pool: &PgPool, town: TownCode) -> Transaction<'static, Postgres> {
    let text = format!("begin; set local role palika_server; set local palika.town = '{}'", town.0);
    pool.begin_with(AssertSqlSafe(text)).await.unwrap()
}

/// Two towns with something in every table.
async fn two_towns(folder: &std::path::Path, home: &Home) {
    let keys = init(&home.data, None).unwrap();
    let running = packing(home, keys.clone()).await;
    for town in [TOWN, OTHER] {
        let place = folder.join(town.to_string());
        std::fs::create_dir_all(&place).unwrap();
        let line = Line::to(&running, 1, false);
        let town = TestTown::enrol_as(town, &running, &keys, home).await;
        let mut first = town.device(&place, 1).await;
        town.found(&mut first, &[2]).await;
        first.add_key().await;
        let clock = TestClock::default();
        first.pass(&line, &clock).await;
        let mut second = town.device(&place, 2).await;
        take_all(&mut second, &line.server).await;
        second.pass(&line, &clock).await;
        town.revoke(&mut first, 2).await;
        first.pass(&line, &clock).await;
        second.pass(&line, &clock).await;
        // A twin's branch is evidence.
        let author = first.author.unwrap();
        let mut twin = town.twin(&place, 1, &place.join("twin")).await;
        twin.dice = support::Dice(99);
        first.write(1, author).await;
        twin.write(1, author).await;
        clock.0.store(10_000_000, Ordering::SeqCst);
        first.pass(&line, &clock).await;
        twin.pass(&line, &clock).await;
        // It gives it up.
        twin.begin_epoch().await;
        clock.0.store(20_000_000, Ordering::SeqCst);
        twin.pass(&line, &clock).await;
        let code = InvitationCode::generate(&mut support::Dice(u64::from(town.town.0)));
        let package = vec![7; 100];
        line.server.leave_invitation(&town.credentials(1), &code, package, 3_600_000).await.unwrap();
    }
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_of_another_town_can_be_read_or_written_in_any_table() {
    let folder = tempfile::tempdir().unwrap();
    let home = Kept::InPostgres.home(folder.path().join("server")).await;
    two_towns(folder.path(), &home).await;
    let database = home.database.as_ref().unwrap();
    let (all, held) = (pool(&database.superuser_url).await, pool(&database.server_url).await);
    let tables = sqlx::query(
        "select relname::text, relrowsecurity and relforcerowsecurity from pg_class \
         where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname <> '_sqlx_migrations'",
    )
    .fetch_all(&all)
    .await
    .unwrap();
    assert!(tables.len() >= 13);
    for table in &tables {
        let (name, is_forced): (String, bool) = (table.get(0), table.get(1));
        assert!(is_forced, "{name}");
        let text = |text: &str| AssertSqlSafe(text.replace("TABLE", &name));
        let other = i64::from(OTHER.0);
        let there: i64 = sqlx::query_scalar(text("select count(*) from TABLE where town = $1"))
            .bind(other)
            .fetch_one(&all)
            .await
            .unwrap();
        assert!(there > 0, "{name} holds nothing of the other town: nothing is tested");
        let mut open = acting(&held, TOWN).await;
        let seen = sqlx::query_scalar::<_, i64>(text("select count(*) from TABLE where town <> $1"))
            .bind(i64::from(TOWN.0))
            .fetch_one(&mut *open)
            .await
            .unwrap();
        assert_eq!(seen, 0, "{name}");
        let own: i64 =
            sqlx::query_scalar(text("select count(*) from TABLE")).fetch_one(&mut *open).await.unwrap();
        assert!(own > 0, "{name}: its own rows are seen");
        open.rollback().await.unwrap();
        for change in ["update TABLE set town = town where town = $1", "delete from TABLE where town = $1"] {
            let mut open = acting(&held, TOWN).await;
            match sqlx::query(text(change)).bind(other).execute(&mut *open).await {
                Ok(done) => assert_eq!(done.rows_affected(), 0, "{name}: {change}"),
                Err(error) => assert_eq!(code_of(&error), "42501", "{name}: {change}: {error}"),
            }
        }
        let row: String =
            sqlx::query_scalar(text("select to_jsonb(held)::text from TABLE held where town = $1 limit 1"))
                .bind(other)
                .fetch_one(&all)
                .await
                .unwrap();
        let mut open = acting(&held, TOWN).await;
        let insert =
            text("insert into TABLE select (jsonb_populate_record(null::public.TABLE, $1::jsonb)).*");
        let refused = sqlx::query(insert).bind(row).execute(&mut *open).await.unwrap_err();
        assert_eq!(code_of(&refused), "42501", "{name}: {refused}");
        // Where no town was said, nothing is seen.
        let mut open = held.begin_with("begin; set local role palika_server").await.unwrap();
        let seen: i64 =
            sqlx::query_scalar(text("select count(*) from TABLE")).fetch_one(&mut *open).await.unwrap();
        assert_eq!(seen, 0, "{name}");
    }
    // The log itself can be neither changed nor removed, not even one's own.
    for change in [
        "update entry_range set bytes = ''",
        "delete from entry_range",
        "truncate entry_range",
        "delete from refused",
        "delete from given_up",
    ] {
        let mut open = acting(&held, TOWN).await;
        let refused = sqlx::query(change).execute(&mut *open).await.unwrap_err();
        assert_eq!(code_of(&refused), "42501", "{change}");
    }
}

fn code_of(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned()
}

/// What a reader that remembers one number has seen.
struct Reader {
    pool: PgPool,
    cursor: i64,
    seen: Vec<i64>,
}

impl Reader {
    async fn read(&mut self) {
        let mut open = acting(&self.pool, TOWN).await;
        let rows =
            sqlx::query("select arrival from entry_range where town = $1 and arrival > $2 order by arrival")
                .bind(i64::from(TOWN.0))
                .bind(self.cursor)
                .fetch_all(&mut *open)
                .await
                .unwrap();
        self.seen.extend(rows.iter().map(|row| row.get::<i64, _>(0)));
        self.cursor = self.seen.last().copied().unwrap_or(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_skips_nothing_that_is_committed_late() {
    let folder = tempfile::tempdir().unwrap();
    let home = Kept::InPostgres.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[2]).await;
    let author = first.author.unwrap();
    let (clock, line) = (TestClock::default(), Line::to(&running, 1, false));
    first.pass(&line, &clock).await;
    let server_url = home.url().unwrap();
    let mut reader = Reader { pool: pool(&server_url).await, cursor: 0, seen: Vec::new() };
    reader.read().await;
    let before = reader.cursor;

    // One transaction takes its place in the order and is slow to commit …
    let slow = pool(&server_url).await;
    let mut open = acting(&slow, TOWN).await;
    let place: i64 = sqlx::query_scalar("select arrival + 1 from log where town = $1 for update")
        .bind(i64::from(TOWN.0))
        .fetch_one(&mut *open)
        .await
        .unwrap();
    sqlx::query(
        "insert into entry_range select town, '\\x01', epoch, first_seq, last_seq, last_hash, $2, received_ms, bytes \
         from entry_range where town = $1 limit 1",
    )
    .bind(i64::from(TOWN.0))
    .bind(place)
    .execute(&mut *open)
    .await
    .unwrap();
    sqlx::query("update log set arrival = $2 where town = $1")
        .bind(i64::from(TOWN.0))
        .bind(place)
        .execute(&mut *open)
        .await
        .unwrap();
    // … while a counter's receipt comes in, which would be visible before it.
    first.write(1, author).await;
    clock.0.store(10_000_000, Ordering::SeqCst);
    let passing = tokio::spawn(async move {
        first.pass(&line, &clock).await;
        first
    });
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        reader.read().await;
        assert_eq!(reader.cursor, before, "a later place is visible before an earlier one");
    }
    assert!(!passing.is_finished());
    open.commit().await.unwrap();
    let first = passing.await.unwrap();
    assert_eq!(first.guest.status().trouble, None);
    reader.read().await;
    assert_eq!(reader.seen[reader.seen.len() - 2..], [place, place + 1]);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_many_bring_at_once_is_read_whole_in_one_order() {
    let folder = tempfile::tempdir().unwrap();
    let home = Kept::InPostgres.home(folder.path().join("server")).await;
    let (running, keys) = server(&home).await;
    let town = TestTown::enrol(&running, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &(2..=6).collect::<Vec<_>>()).await;
    let author = first.author.unwrap();
    first.pass(&Line::to(&running, 1, false), &TestClock::default()).await;
    let mut writing = Vec::new();
    for number in 2..=6 {
        let mut device = town.device(folder.path(), number).await;
        let line = Line::to(&running, u64::from(number), false);
        device.pass(&line, &TestClock::default()).await;
        writing.push(tokio::spawn(async move {
            let clock = TestClock::default();
            for turn in 1..=8 {
                device.write(1, author).await;
                device.add_key().await;
                clock.0.store(turn * 10_000_000, Ordering::SeqCst);
                device.pass(&line, &clock).await;
                assert_eq!(device.guest.status().trouble, None);
            }
        }));
    }
    let mut reader = Reader { pool: pool(&home.url().unwrap()).await, cursor: 0, seen: Vec::new() };
    while writing.iter().any(|task| !task.is_finished()) {
        reader.read().await;
    }
    for task in writing {
        task.await.unwrap();
    }
    reader.read().await;
    let rows = reader.seen.len() as i64;
    assert!(rows >= 41, "{rows}");
    assert_eq!(reader.seen, (1..=rows).collect::<Vec<_>>(), "no place is missing and none is double");
    // The list of keys is read by the same kind of memory.
    let clock = TestClock::default();
    clock.0.store(900_000_000, Ordering::SeqCst);
    first.pass(&Line::to(&running, 9, false), &clock).await;
    assert_eq!(first.keys().await.len(), 40);
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_over_one_database_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let home = Kept::InPostgres.home(folder.path().join("server")).await;
    let (one, keys) = server(&home).await;
    let second_data = folder.path().join("second");
    let config = Config { database: home.url(), ..Config::on_this_computer(&second_data, keys.clone()) };
    let two = start(config).await.unwrap();
    let town = TestTown::enrol(&one, &keys, &home).await;
    let mut first = town.device(folder.path(), 1).await;
    town.found(&mut first, &[2]).await;
    let author = first.author.unwrap();
    let (clock, at_one, at_two) = (TestClock::default(), Line::to(&one, 1, false), Line::to(&two, 2, false));
    first.pass(&at_one, &clock).await;
    let mut second = town.device(folder.path(), 2).await;
    second.pass(&at_two, &clock).await;
    assert_eq!(second.store.vector().await.unwrap(), first.store.vector().await.unwrap());
    // A challenge of the one is good at the other: no trip more.
    clock.0.store(10_000_000, Ordering::SeqCst);
    let trips = at_one.trips.load(Ordering::SeqCst);
    second.pass(&at_one, &clock).await;
    assert_eq!(at_one.trips.load(Ordering::SeqCst) - trips, 1);
    // Who waits at the one hears of what came in at the other.
    first.write(1, author).await;
    let waiting =
        async { tokio::time::timeout(Duration::from_secs(20), second.guest.news(&at_two.server)).await };
    let bringing = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        first.pass(&at_one, &clock).await;
        tokio::time::Instant::now()
    };
    let (heard, brought) = tokio::join!(
        async {
            waiting.await.expect("no news");
            tokio::time::Instant::now()
        },
        bringing
    );
    let after = heard.saturating_duration_since(brought);
    assert!(after < Duration::from_secs(5), "{after:?}");
    second.pass(&at_two, &clock).await;
    assert_eq!(second.store.vector().await.unwrap(), first.store.vector().await.unwrap());
    one.shutdown().await;
    two.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_could_lose_what_was_acknowledged_is_refused() {
    let database = prepared_database().await;
    assert!(Register::in_database(&database.server_url).await.is_ok());
    let setting = format!("alter database {} set synchronous_commit = off", database.name);
    cluster().sql("postgres", &setting).unwrap();
    let refused = Register::in_database(&database.server_url).await;
    assert!(matches!(refused, Err(ServerError::Database(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_its_tables_is_named() {
    let database = cluster().database("unprepared").unwrap();
    assert!(matches!(Register::in_database(&database.server_url).await, Err(ServerError::NotPrepared)));
    assert!(matches!(Register::in_database("not an address").await, Err(ServerError::DatabaseAddress)));
}
