//! What an operator watches: how much comes and goes, how long it takes, who is turned away. Numbers of the whole server,
//! no town and no person among them.

use crate::ServerError;
use carrier::Tally;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::time::Duration;

/// What `/metrics` answers with.
pub(crate) const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Label = [(&'static str, String); 1];

/// The numbers of one server since it started.
pub(crate) struct Metrics {
    registry: Registry,
    entries_in: Counter,
    entries_out: Counter,
    bytes_in: Counter,
    bytes_out: Counter,
    segment_bytes_out: Counter,
    alarms: Counter,
    exchange_seconds: Histogram,
    refusals: Family<Label, Counter>,
    waiting_for_room: Gauge,
    waiting_for_news: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let metrics = Metrics {
            registry: Registry::with_prefix("palika"),
            entries_in: Counter::default(),
            entries_out: Counter::default(),
            bytes_in: Counter::default(),
            bytes_out: Counter::default(),
            segment_bytes_out: Counter::default(),
            alarms: Counter::default(),
            // 1 ms to 32 s.
            exchange_seconds: Histogram::new(exponential_buckets(0.001, 2.0, 16)),
            refusals: Family::default(),
            waiting_for_room: Gauge::default(),
            waiting_for_news: Gauge::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Metrics {
        let counters = [
            ("entries_in", "Entries that devices brought", &self.entries_in),
            ("entries_out", "Entries given to devices", &self.entries_out),
            ("bytes_in", "Bytes of messages that came", &self.bytes_in),
            ("bytes_out", "Bytes of messages that went", &self.bytes_out),
            ("segment_bytes_out", "Bytes of segments given to new devices", &self.segment_bytes_out),
            ("alarms", "Alarms in answers: forks, shrunken and empty devices, refused ranges", &self.alarms),
        ];
        for (name, help, counter) in counters {
            self.registry.register(name, help, counter.clone());
        }
        let gauges = [
            ("waiting_for_room", "Requests that wait for room", &self.waiting_for_room),
            ("waiting_for_news", "Devices that wait for news", &self.waiting_for_news),
        ];
        for (name, help, gauge) in gauges {
            self.registry.register(name, help, gauge.clone());
        }
        let seconds = self.exchange_seconds.clone();
        self.registry.register("exchange_seconds", "From a message read to its answer", seconds);
        self.registry.register("refusals", "Requests not answered, by code", self.refusals.clone());
        self
    }

    /// One exchange was answered.
    pub(crate) fn exchanged(&self, bytes_in: usize, bytes_out: usize, tally: &Tally, took: Duration) {
        self.entries_in.inc_by(tally.entries_in as u64);
        self.entries_out.inc_by(tally.entries_out as u64);
        self.bytes_in.inc_by(bytes_in as u64);
        self.bytes_out.inc_by(bytes_out as u64);
        self.alarms.inc_by(tally.alarms as u64);
        self.exchange_seconds.observe(took.as_secs_f64());
    }

    /// A new device was given a catalogue or a piece of a segment.
    pub(crate) fn gave(&self, bytes: usize) {
        self.segment_bytes_out.inc_by(bytes as u64);
    }

    /// One request was refused.
    pub(crate) fn refused(&self, code: &str) {
        self.refusals.get_or_create(&[("code", code.to_owned())]).inc();
    }

    /// All of them as text, with what is waiting now.
    pub(crate) fn text(&self, for_room: usize, for_news: usize) -> Result<String, ServerError> {
        self.waiting_for_room.set(i64::try_from(for_room).unwrap_or(i64::MAX));
        self.waiting_for_news.set(i64::try_from(for_news).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(|_| ServerError::Request)?;
        Ok(text)
    }
}
