//! A bad line between two network namespaces: 64 kbit/s by `tc`, and what `tc` cannot repeat, by this program: every packet
//! is delayed, and one in five is lost, each way, by dice that a seed rolls. (`netem` has such dice only in its newest
//! versions, and not every kernel has `netem`.)

use anyhow::{Context as _, Result, bail};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tun_rs::{AsyncDevice, DeviceBuilder};

/// One way.
const DELAY: Duration = Duration::from_millis(800);
/// Of a hundred packets, each way.
const LOST: u64 = 20;
const RATE: &str = "64kbit";
/// What the sending side lets lie before it drops: three seconds of the line.
const QUEUE: &str = "3s";
const PACKET_BYTES: usize = 1_500;
const NEAR: &str = "10.77.0.1";
/// The address of the far end.
pub const FAR: &str = "10.77.0.2";

/// A line. Dropped, it is gone with both namespaces.
pub struct BadLine {
    /// The namespace of whoever calls.
    pub near: String,
    /// The namespace of whoever answers.
    pub far: String,
    carrying: Vec<JoinHandle<()>>,
}

impl BadLine {
    /// Lays a line. Several may lie beside each other under different numbers.
    pub fn lay(number: usize, seed: u64) -> Result<BadLine> {
        let names = [format!("palika-n{number}"), format!("palika-f{number}")];
        for name in &names {
            let _ = run(&["ip", "netns", "del", name]);
        }
        let [near, far] = names.clone();
        // From here on dropping takes it away again.
        let mut line = BadLine { near, far, carrying: Vec::new() };
        let mut ends = Vec::new();
        for (name, (own, other)) in names.iter().zip([(NEAR, FAR), (FAR, NEAR)]) {
            ends.push(Arc::new(end(name, own, other)?));
        }
        let [near, far] = ends.as_slice() else { bail!("two ends") };
        line.carry(Arc::clone(near), Arc::clone(far), Dice(seed.wrapping_mul(2).wrapping_add(1)));
        line.carry(Arc::clone(far), Arc::clone(near), Dice(seed.wrapping_mul(2).wrapping_add(2)));
        Ok(line)
    }

    /// One way: reads, rolls, delays, writes.
    fn carry(&mut self, from: Arc<AsyncDevice>, to: Arc<AsyncDevice>, mut dice: Dice) {
        let (send, mut due) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        self.carrying.push(tokio::spawn(async move {
            let mut packet = vec![0; PACKET_BYTES];
            while let Ok(length) = from.recv(&mut packet).await {
                let whole = packet.get(..length).map(<[u8]>::to_vec).unwrap_or_default();
                #[allow(clippy::disallowed_methods, reason = "a measurement has a clock")]
                let at = Instant::now() + DELAY;
                if dice.roll() % 100 >= LOST && send.send((at, whole)).is_err() {
                    return;
                }
            }
        }));
        self.carrying.push(tokio::spawn(async move {
            while let Some((at, packet)) = due.recv().await {
                tokio::time::sleep_until(at).await;
                // An end that is down loses what it is sent.
                let _ = to.send(&packet).await;
            }
        }));
    }

    /// A program inside a namespace.
    #[must_use]
    pub fn inside(namespace: &str, program: &std::path::Path) -> tokio::process::Command {
        let mut command = tokio::process::Command::new("ip");
        command.args(["netns", "exec", namespace]).arg(program).kill_on_drop(true);
        command
    }
}

impl Drop for BadLine {
    fn drop(&mut self) {
        self.carrying.iter().for_each(JoinHandle::abort);
        for name in [&self.near, &self.far] {
            let _ = run(&["ip", "netns", "del", name]);
        }
    }
}

/// One end: an interface of its own in a namespace of its own.
fn end(namespace: &str, own: &str, other: &str) -> Result<AsyncDevice> {
    let device = DeviceBuilder::new().name(namespace).build_async().context("an interface")?;
    let steps: [&[&str]; 6] = [
        &["ip", "netns", "add", namespace],
        &["ip", "link", "set", namespace, "netns", namespace],
        &["ip", "-n", namespace, "addr", "add", own, "peer", other, "dev", namespace],
        &["ip", "-n", namespace, "link", "set", namespace, "up"],
        &["ip", "-n", namespace, "link", "set", "lo", "up"],
        &[
            "tc", "-n", namespace, "qdisc", "add", "dev", namespace, "root", "tbf", "rate", RATE, "burst",
            "2000", "latency", QUEUE,
        ],
    ];
    for step in steps {
        run(step)?;
    }
    Ok(device)
}

fn run(words: &[&str]) -> Result<()> {
    let (program, arguments) = words.split_first().context("no program")?;
    let output = Command::new(program).args(arguments).output().with_context(|| (*program).to_owned())?;
    if !output.status.success() {
        bail!("{}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
