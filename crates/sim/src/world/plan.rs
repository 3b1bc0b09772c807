//! What happens in one run, before any of it happens: a list of numbered events, each drawn by throws of its own. So one
//! that is left out changes none of the others, and a failing run can be made smaller without becoming another one.

use crate::dice::Dice;
use std::collections::BTreeSet;

/// One kind of bad weather. Each seed has about half of them: what all of them together would drown shows where only two
/// meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weather {
    /// The network loses, doubles, delays, garbles; lines go down.
    Line,
    /// The power goes, at any write.
    Cuts,
    /// Clocks jump.
    Clocks,
    /// Sticks are carried, lost, read twice, broken.
    Sticks,
    /// Counters of one building ask each other.
    Visits,
    /// Disks fill up.
    Full,
    /// A disk says "synced" and has not.
    LyingDisk,
    /// A bit of a file changes by itself.
    Flips,
    /// A computer is put back from an old copy of its disk.
    Restores,
    /// A computer's disk is copied into a second one, its outside mark with it.
    Clones,
    /// Some run a later version: kinds nobody knows here, longer bodies, longer messages.
    Newer,
    /// An enrolled device lies, and a stranger shouts.
    Hostile,
    /// The centre loses its disk, or finds an old one.
    LostCentre,
}

impl Weather {
    /// Every kind.
    pub const ALL: [Weather; 13] = [
        Weather::Line,
        Weather::Cuts,
        Weather::Clocks,
        Weather::Sticks,
        Weather::Visits,
        Weather::Full,
        Weather::LyingDisk,
        Weather::Flips,
        Weather::Restores,
        Weather::Clones,
        Weather::Newer,
        Weather::Hostile,
        Weather::LostCentre,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Weather::Line => "line",
            Weather::Cuts => "cuts",
            Weather::Clocks => "clocks",
            Weather::Sticks => "sticks",
            Weather::Visits => "visits",
            Weather::Full => "full",
            Weather::LyingDisk => "lying-disk",
            Weather::Flips => "flips",
            Weather::Restores => "restores",
            Weather::Clones => "clones",
            Weather::Newer => "newer",
            Weather::Hostile => "hostile",
            Weather::LostCentre => "lost-centre",
        }
    }

    /// The kind of a name.
    pub fn of_name(name: &str) -> Option<Weather> {
        Weather::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// Money is taken at a counter.
    TakeMoney,
    /// A receipt is cancelled by two people.
    Cancel,
    /// A property is described.
    Describe,
    /// A file of dues is brought in.
    BringDues,
    /// A counter exchanges with the server.
    Exchange,
    /// A counter closes its day and opens the next.
    CloseDay,
    /// The program is ended and started again.
    Restart,
    /// One counter asks another of its building.
    Visit,
    /// A stick is written.
    WriteStick,
    /// A stick is read.
    ReadStick,
    /// The power will go at a counter.
    Cut,
    /// The power will go at the server.
    CutServer,
    /// A counter's clock jumps.
    JumpClock,
    /// A line goes down or comes back.
    TurnLine,
    /// A disk has room for a few pages only.
    FillDisk,
    /// Room is made again.
    FreeDisk,
    /// A disk begins to lie about syncs.
    Lie,
    /// A bit of a file changes.
    Flip,
    /// A copy of a disk is put into the safe.
    CopyDisk,
    /// A computer is put back from its copy.
    PutBack,
    /// A disk is copied into a second computer.
    Clone,
    /// A later version writes a kind that is not known here.
    WriteUnknown,
    /// A later version writes a longer body.
    WriteLonger,
    /// An enrolled device sends what is not so.
    Lies,
    /// An enrolled device answers what is not so.
    FalseAnswer,
    /// The town ends its trust in that device.
    Revoke,
    /// The centre loses its disk.
    LoseCentre,
    /// The centre is put back from an old copy.
    OldCentre,
}

/// How often each happens, and in which weather; `None` in any.
const TABLE: [(Event, u64, Option<Weather>); 28] = [
    (Event::TakeMoney, 32, None),
    (Event::Cancel, 5, None),
    (Event::Describe, 5, None),
    (Event::BringDues, 3, None),
    (Event::Exchange, 12, None),
    (Event::CloseDay, 4, None),
    (Event::Restart, 3, None),
    (Event::Visit, 8, Some(Weather::Visits)),
    (Event::WriteStick, 4, Some(Weather::Sticks)),
    (Event::ReadStick, 5, Some(Weather::Sticks)),
    (Event::Cut, 10, Some(Weather::Cuts)),
    (Event::CutServer, 4, Some(Weather::Cuts)),
    (Event::JumpClock, 4, Some(Weather::Clocks)),
    (Event::TurnLine, 5, Some(Weather::Line)),
    (Event::FillDisk, 4, Some(Weather::Full)),
    (Event::FreeDisk, 3, Some(Weather::Full)),
    (Event::Lie, 2, Some(Weather::LyingDisk)),
    (Event::Flip, 2, Some(Weather::Flips)),
    (Event::CopyDisk, 3, Some(Weather::Restores)),
    (Event::PutBack, 3, Some(Weather::Restores)),
    (Event::Clone, 3, Some(Weather::Clones)),
    (Event::WriteUnknown, 4, Some(Weather::Newer)),
    (Event::WriteLonger, 4, Some(Weather::Newer)),
    (Event::Lies, 6, Some(Weather::Hostile)),
    (Event::FalseAnswer, 4, Some(Weather::Hostile)),
    (Event::Revoke, 1, Some(Weather::Hostile)),
    (Event::LoseCentre, 2, Some(Weather::LostCentre)),
    (Event::OldCentre, 2, Some(Weather::LostCentre)),
];

/// How much happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Two or three counters of one building, and some hours.
    Day,
    /// Three offices of two counters each, seven days.
    Week,
}

impl Scale {
    fn events(self) -> u32 {
        match self {
            Scale::Day => 55,
            Scale::Week => 420,
        }
    }
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// How much happens.
    pub scale: Scale,
    /// The seed's own weather; decides what each event is.
    drawn: BTreeSet<Weather>,
    /// What of it comes; the rest was left out for a smaller run.
    pub weather: BTreeSet<Weather>,
    /// The numbers of the events that happen.
    pub events: Vec<u32>,
}

impl Plan {
    /// The whole run of a seed.
    pub fn of(seed: u64, scale: Scale) -> Plan {
        let mut dice = Dice::new(seed).fork("weather");
        let drawn: BTreeSet<Weather> = match scale {
            Scale::Week => Weather::ALL.into_iter().filter(|one| *one != Weather::Clones).collect(),
            Scale::Day => drawn(&mut dice),
        };
        Plan { seed, scale, weather: drawn.clone(), drawn, events: (0..scale.events()).collect() }
    }

    /// The same without a kind of weather.
    pub fn without(&self, weather: Weather) -> Plan {
        let mut plan = self.clone();
        plan.weather.remove(&weather);
        plan
    }

    /// The same with these events alone.
    pub fn only(&self, events: Vec<u32>) -> Plan {
        Plan { events, ..self.clone() }
    }

    /// What the event of a number is, with the dice for the rest of it. `None` where its weather was left out.
    pub fn event(&self, number: u32) -> Option<(Event, Dice)> {
        let mut dice = Dice::new(self.seed).fork(&format!("event {number}"));
        let rows = || {
            TABLE.iter().filter(|(_, _, weather)| weather.is_none_or(|weather| self.drawn.contains(&weather)))
        };
        let mut left = dice.below(rows().map(|(_, often, _)| often).sum());
        let (event, _, weather) = rows().find(|(_, often, _)| match left.checked_sub(*often) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })?;
        let comes = weather.is_none_or(|weather| self.weather.contains(&weather));
        comes.then_some((*event, dice))
    }

    /// How to run it again.
    pub fn command(&self) -> String {
        let mut command = format!("cargo xtask sim --seeds 1 --first {}", self.seed);
        if self.scale == Scale::Week {
            command += " --week";
        }
        let left_out: Vec<&str> =
            self.drawn.difference(&self.weather).map(|weather| weather.name()).collect();
        if !left_out.is_empty() {
            command += &format!(" --without {}", left_out.join(","));
        }
        if self.events.len() < self.scale.events() as usize {
            let numbers: Vec<String> = self.events.iter().map(u32::to_string).collect();
            command += &format!(
                " --events {}",
                if numbers.is_empty() { "none".to_owned() } else { numbers.join(",") }
            );
        }
        command
    }
}

/// A clone is one device twice. Until it is found, whoever hears both halves of it holds what nobody can put together,
/// so it comes without what hides it again: a centre that forgets which half it took.
fn drawn(dice: &mut Dice) -> BTreeSet<Weather> {
    let mut drawn: BTreeSet<Weather> = Weather::ALL.into_iter().filter(|_| dice.chance(1, 2)).collect();
    if drawn.contains(&Weather::Clones) {
        drawn.remove(&Weather::LostCentre);
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_left_out_changes_no_other() {
        let whole = Plan::of(7, Scale::Day);
        let part = whole.only(vec![3, 9, 40]);
        for number in [3, 9, 40] {
            let (event, mut dice) = whole.event(number).unwrap();
            let (again, mut dice_again) = part.event(number).unwrap();
            assert_eq!((event, dice.next_u64()), (again, dice_again.next_u64()));
        }
        let calm = Weather::ALL.into_iter().fold(whole.clone(), |plan, weather| plan.without(weather));
        for number in whole.events.iter().copied() {
            match calm.event(number) {
                Some((event, _)) => assert_eq!(Some(event), whole.event(number).map(|(event, _)| event)),
                None => assert!(whole.event(number).is_some()),
            }
        }
    }

    #[test]
    fn a_seed_s_command_names_what_was_left_out() {
        let whole = Plan::of(7, Scale::Day);
        assert_eq!(whole.command(), "cargo xtask sim --seeds 1 --first 7");
        let first = *whole.weather.first().unwrap();
        let smaller = whole.without(first).only(vec![1, 2]);
        assert_eq!(
            smaller.command(),
            format!("cargo xtask sim --seeds 1 --first 7 --without {} --events 1,2", first.name())
        );
        assert!(Plan::of(7, Scale::Week).command().ends_with("--week"));
    }

    #[test]
    fn every_event_and_every_weather_comes() {
        let mut events = BTreeSet::new();
        let mut weathers = BTreeSet::new();
        for seed in 0..100 {
            let plan = Plan::of(seed, Scale::Day);
            weathers.extend(plan.weather.iter().copied());
            events
                .extend(plan.events.iter().filter_map(|number| plan.event(*number)).map(|(event, _)| event));
        }
        assert_eq!(weathers.len(), Weather::ALL.len());
        assert_eq!(events.len(), TABLE.len());
        for weather in Weather::ALL {
            assert_eq!(Weather::of_name(weather.name()), Some(weather));
        }
    }
}
