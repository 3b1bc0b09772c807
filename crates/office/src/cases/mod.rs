//! What asks for a supervisor's decision, and the facts that decide it.

mod conflict;
mod count;
mod double_collection;
mod fork;
mod held;
mod late;
mod lost;
mod tail;
mod unequal_demands;
mod words;

pub(crate) use conflict::name as conflict_name;
pub(crate) use count::Counted;

use self::words::{CaseName, decision_words, to_do};
use crate::{Office, OfficeError, Refusal, Town};
use contract::{CaseSide, CaseView, Choice, Reply, SettleCase};
use domain::fact::{CaseSettled, Fact, Kind};
use domain::limits::TEXT_CHARACTERS_MAX;
use domain::{Bilingual, DeviceId, UserId};
use store::Writing;
use store::query::cases;
use store::query::people::{self, DeviceRow, StaffRow};

/// Settled cases shown under the open ones, newest first.
const SETTLED_SHOWN: i64 = 20;

/// Names of people and counters, for the sides of cases.
pub(crate) struct Names {
    staff: Vec<StaffRow>,
    pub(crate) devices: Vec<DeviceRow>,
}

impl Names {
    pub(crate) async fn of(town: &Town) -> Result<Names, OfficeError> {
        let mut reading = town.store.reading().await?;
        Ok(Names { staff: people::staff(&mut reading).await?, devices: people::devices(&mut reading).await? })
    }

    /// What one side of a case says, and who said so, where and when.
    fn side(&self, value: String, user: Option<UserId>, device: Option<DeviceId>, at_ms: i64) -> CaseSide {
        let who = user.and_then(|user| self.staff.iter().find(|person| person.user == user));
        let device = device.and_then(|device| self.device(device));
        CaseSide {
            value,
            what: Bilingual::default(),
            who: who.map(|person| person.name.clone()).unwrap_or_default(),
            counter: device.map(|known| known.counter.clone()).unwrap_or_default(),
            at_ms,
            amount_paise: None,
        }
    }

    fn device(&self, device: DeviceId) -> Option<&DeviceRow> {
        self.devices.iter().find(|known| known.device == device)
    }

    /// `C04 · Ward office`; a device nobody enrolled by its number.
    fn label(&self, device: DeviceId) -> String {
        let known = self.device(device);
        known.map_or_else(|| device.to_hex(), |known| format!("{} · {}", known.counter, known.name))
    }
}

/// A case of that name with nothing in it yet.
fn named(case: String) -> Result<CaseView, OfficeError> {
    let CaseName { kind, what, consumer } = CaseName::read(&case)?;
    let case_kind = case.split('/').next().unwrap_or_default().to_owned();
    Ok(CaseView {
        case,
        kind,
        what,
        to_do: to_do(&case_kind),
        since_ms: None,
        consumer,
        amount_paise: None,
        receipts: Vec::new(),
        sides: Vec::new(),
        decisions: Vec::new(),
        settled: None,
    })
}

fn choices(codes: &[&str]) -> Vec<Choice> {
    codes.iter().map(|code| Choice { code: (*code).to_owned(), name: decision_words(code) }).collect()
}

/// Every open case, as the supervisor's page lists them: those with money first, the oldest of it at the top.
pub(crate) async fn open(town: &Town, names: &Names, now_ms: i64) -> Result<Vec<CaseView>, OfficeError> {
    let mut views = double_collection::open(town, names).await?;
    views.extend(conflict::open(town, names, None).await?);
    views.extend(unequal_demands::open(town, names).await?);
    views.extend(fork::open(town, names).await?);
    views.extend(late::open(town, names).await?);
    views.extend(lost::open(town, names).await?);
    views.extend(tail::open(town, names).await?);
    views.extend(held::open(town, names, now_ms).await?);
    for view in &mut views {
        let oldest = view.sides.iter().map(|side| side.at_ms).filter(|at_ms| *at_ms > 0).min();
        view.since_ms = view.since_ms.or(oldest);
    }
    // A series whose end nobody knows may hide money; nobody knows how much.
    let has_money = |view: &CaseView| view.amount_paise.is_some() || view.case.starts_with(tail::PREFIX);
    views.sort_by_cached_key(|view| (!has_money(view), view.since_ms.unwrap_or(i64::MAX), view.case.clone()));
    Ok(views)
}

/// One case by its name, if it is open; other kinds are not looked at.
async fn open_case(
    town: &Town,
    names: &Names,
    case: &str,
    now_ms: i64,
) -> Result<Option<CaseView>, OfficeError> {
    let found = if let Some((service, consumer)) = double_collection::parse(case) {
        double_collection::open_of(town, names, service, consumer).await?
    } else if let Some(of) = conflict::parse(case) {
        conflict::open(town, names, Some(of)).await?
    } else if case.starts_with(unequal_demands::PREFIX) {
        unequal_demands::open(town, names).await?
    } else if case.starts_with(fork::PREFIX) {
        fork::open(town, names).await?
    } else if case.starts_with(late::PREFIX) {
        late::open(town, names).await?
    } else if case.starts_with(tail::PREFIX) {
        tail::open(town, names).await?
    } else if lost::PREFIXES.iter().any(|prefix| case.starts_with(prefix)) {
        lost::open(town, names).await?
    } else if held::PREFIXES.iter().any(|prefix| case.starts_with(prefix)) {
        held::open(town, names, now_ms).await?
    } else {
        Vec::new()
    };
    Ok(found.into_iter().find(|view| view.case == case))
}

/// Names of the open double collections of one consumer.
pub(crate) async fn double_collections_of(
    town: &Town,
    service: &str,
    consumer: &str,
) -> Result<Vec<String>, OfficeError> {
    let names = Names { staff: Vec::new(), devices: Vec::new() };
    let open = double_collection::open_of(town, &names, service, consumer).await?;
    Ok(open.into_iter().map(|view| view.case).collect())
}

/// What was settled lately: the decision, in whose words, where and when.
pub(crate) async fn settled(town: &Town, names: &Names) -> Result<Vec<CaseView>, OfficeError> {
    let rows = cases::settlements(&mut *town.store.reading().await?, SETTLED_SHOWN).await?;
    let mut views = Vec::with_capacity(rows.len());
    for row in rows {
        let origin = row.origin;
        let device = device_in(&row.name).map(|device| names.label(device));
        let view = named(row.name)?;
        views.push(CaseView {
            sides: vec![names.side(row.remark, origin.user, Some(origin.device), origin.at_ms)],
            settled: Some(decision_words(&row.decision)),
            since_ms: Some(origin.at_ms),
            what: device.map_or(view.what, |device| Bilingual::new(device.clone(), device)),
            ..view
        });
    }
    Ok(views)
}

/// The device a case's name speaks of, where its second part is one.
fn device_in(case: &str) -> Option<DeviceId> {
    case.split('/').nth(1).and_then(DeviceId::from_hex)
}

impl Office {
    /// Decides one open case: the fact of the decision, and what follows from it, in one batch.
    pub(crate) async fn settle_case(&self, ask: SettleCase) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        if ask.remark.chars().count() > TEXT_CHARACTERS_MAX {
            return Err(OfficeError::TooLong { field: "remark", characters_max: TEXT_CHARACTERS_MAX });
        }
        let author = town.author(&session.user, Kind::CaseSettled).await?;
        let names = Names::of(&town).await?;
        let now_ms = self.shell.now_ms();
        let case = open_case(&town, &names, &ask.case, now_ms).await?.ok_or(OfficeError::NoSuchCase)?;
        if !case.decisions.iter().any(|decision| decision.code == ask.decision) {
            return Err(Refusal::NoSuchDecision.into());
        }
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        if let Some(change) = self.follows(&mut writing, &town, &case, &ask).await? {
            writing.append(Some(author), &change).await?;
        }
        let settled = CaseSettled { case: ask.case, decision: ask.decision, remark: ask.remark };
        writing.append(Some(author), &Fact::from(settled)).await?;
        self.commit(writing).await?;
        self.sync_page().await
    }

    /// What must be written besides the decision itself.
    async fn follows(
        &self,
        writing: &mut Writing,
        town: &Town,
        case: &CaseView,
        ask: &SettleCase,
    ) -> Result<Option<Fact>, OfficeError> {
        if let Some((property_id, field)) = conflict::parse(&case.case) {
            let now_ms = self.shell.now_ms();
            return conflict::decided(writing, town, property_id, field, &ask.decision, now_ms).await;
        }
        held::decided(writing, &ask.case, &ask.decision, &ask.remark).await
    }
}
