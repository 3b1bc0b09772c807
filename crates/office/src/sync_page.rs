//! The supervisor's page: every device, unsent money, what waits or is refused, open cases.

use crate::counter::words_of_dispute;
use crate::situation::{SERVER_PEER, last_exchange_ms, server_of};
use crate::{Office, OfficeError, Refusal, Town};
use contract::{CaseSide, CaseView, Choice, DeviceView, QuarantineView, Reply, SettleCase, SyncPage, Unsent};
use domain::Bilingual;
use domain::fact::{CaseSettled, Fact, Kind, RecordChanged, Register};
use domain::limits::TEXT_CHARACTERS_MAX;
use store::Writing;
use store::query::cases::Fate;
use store::query::people::{DeviceRow, StaffRow};
use store::query::{bill, cases, desk, people, register};

/// Receipts of a consumer looked through for one case.
const RECEIPTS_OF_CASE: i64 = 100;

impl Office {
    pub(crate) async fn sync_page(&self) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let mut reading = town.store.reading().await?;
        let devices = people::devices(&mut reading).await?;
        let staff = people::staff(&mut reading).await?;
        let (receipts, amount_paise, since_ms) =
            desk::unsent(&mut reading, SERVER_PEER, &town.device).await?;
        drop(reading);
        let digest = town.store.digest().await?;
        let (state, problem) = self.exchange_state();
        let mut cases = self.double_collections(&town, &staff).await?;
        cases.extend(self.conflicts(&town, &staff, &devices).await?);
        Ok(Reply::SyncPage(Box::new(SyncPage {
            server: server_of(&town).await?,
            state,
            last_success_ms: last_exchange_ms(&town).await?,
            problem,
            unsent: Unsent { receipts, amount_paise, since_ms },
            devices: self.device_views(&town, devices).await?,
            cases,
            quarantine: self.quarantine(&town).await?,
            incomplete: digest.incomplete,
            digest: digest.hash.short(),
        })))
    }

    pub(crate) async fn sync_now(&self) -> Result<Reply, OfficeError> {
        self.start_exchange().await?;
        self.ask_exchange();
        self.sync_page().await
    }

    async fn device_views(
        &self,
        town: &Town,
        devices: Vec<DeviceRow>,
    ) -> Result<Vec<DeviceView>, OfficeError> {
        let mut reading = town.store.reading().await?;
        let chains = desk::chains(&mut reading).await?;
        let forked = cases::forked_devices(&mut reading).await?;
        let mut views = Vec::with_capacity(devices.len());
        for row in devices {
            let own: Vec<_> = chains.iter().filter(|chain| chain.head.device == row.device).collect();
            let (receipts, amount_paise, since_ms) =
                desk::unsent(&mut reading, SERVER_PEER, &row.device).await?;
            views.push(DeviceView {
                device: row.device,
                name: row.name,
                counter: row.counter,
                here: row.device == town.device,
                last_seen_ms: own.iter().map(|chain| chain.last_at_ms).max(),
                entries: own.iter().map(|chain| chain.head.seq).sum(),
                unsent: Unsent { receipts, amount_paise, since_ms },
                revoked: row.revoked,
                forked: forked.contains(&row.device),
            });
        }
        Ok(views)
    }

    async fn quarantine(&self, town: &Town) -> Result<Vec<QuarantineView>, OfficeError> {
        let kept = cases::quarantine(&mut *town.store.reading().await?).await?;
        Ok(kept
            .into_iter()
            .map(|row| {
                let fate = match row.fate {
                    Fate::Refused => {
                        Bilingual::new(format!("अस्वीकृत: {}", row.reason), format!("Refused: {}", row.reason))
                    }
                    Fate::Waiting => Bilingual::new(
                        format!("पहले के अभिलेखों या नए संस्करण की प्रतीक्षा ({})", row.waiting),
                        format!("Waiting for earlier entries or a newer Palika ({})", row.waiting),
                    ),
                    Fate::Disputed => words_of_dispute(&row.reason),
                };
                let kind = Kind::from_number(row.kind).map_or("", Kind::name);
                QuarantineView {
                    entry: row.entry,
                    device: row.device,
                    seq: row.seq,
                    fate,
                    what: Bilingual::new(kind, kind),
                    amount_paise: row.amount_paise,
                }
            })
            .collect())
    }

    /// The same due paid more than once: both receipts stand, the excess is advance, and a person decides.
    async fn double_collections(
        &self,
        town: &Town,
        staff: &[StaffRow],
    ) -> Result<Vec<CaseView>, OfficeError> {
        let mut reading = town.store.reading().await?;
        let excesses = cases::excesses(&mut reading).await?;
        let settled = cases::settled(&mut reading).await?;
        let mut views = Vec::new();
        for due in excesses {
            let case =
                format!("double-collection/{}/{}/{}/{}", due.service, due.consumer, due.year, due.head);
            if settled.contains(&case) {
                continue;
            }
            let rows = bill::receipts_of(&mut reading, &due.service, &due.consumer, RECEIPTS_OF_CASE).await?;
            let (mut receipts, mut sides) = (Vec::new(), Vec::new());
            for row in rows.into_iter().filter(|row| !row.cancelled) {
                let (entry, fact) = crate::counter::issued(town, &row.receipt).await?;
                if !fact.lines.iter().any(|line| line.year == due.year && line.head == due.head) {
                    continue;
                }
                let clerk = entry.author.and_then(|a| staff.iter().find(|person| person.user == a.user));
                receipts.push(row.receipt);
                sides.push(CaseSide {
                    value: fact.number.to_string(),
                    who: clerk.map(|person| person.name.clone()).unwrap_or_default(),
                    counter: row.counter,
                    at_ms: row.at_ms,
                });
            }
            let head = crate::counter::head_name(&due.service, &due.head)?;
            views.push(CaseView {
                case,
                kind: Bilingual::new("दोहरी वसूली", "Double collection"),
                what: Bilingual::new(
                    format!("{} · {} {}", due.consumer, head.hindi, due.year),
                    format!("{} · {} {}", due.consumer, head.english, due.year),
                ),
                consumer: due.consumer,
                amount_paise: Some(due.excess_paise),
                receipts,
                sides,
                decisions: double_collection_decisions(),
                settled: None,
            });
        }
        Ok(views)
    }

    async fn conflicts(
        &self,
        town: &Town,
        staff: &[StaffRow],
        devices: &[DeviceRow],
    ) -> Result<Vec<CaseView>, OfficeError> {
        let mut reading = town.store.reading().await?;
        let mut views = Vec::new();
        for conflict in cases::conflicts(&mut reading).await? {
            let found = cases::sides(&mut reading, &conflict).await?;
            let sides: Vec<CaseSide> = found
                .iter()
                .map(|side| {
                    let who = side.user.and_then(|user| staff.iter().find(|person| person.user == user));
                    let device = devices.iter().find(|device| Some(device.device) == side.device);
                    CaseSide {
                        value: side.value.clone(),
                        who: who.map(|person| person.name.clone()).unwrap_or_default(),
                        counter: device.map(|device| device.counter.clone()).unwrap_or_default(),
                        at_ms: side.at_ms,
                    }
                })
                .collect();
            let decisions = sides
                .iter()
                .enumerate()
                .map(|(index, side)| Choice {
                    code: format!("take-{index}"),
                    name: Bilingual::new(side.value.clone(), side.value.clone()),
                })
                .collect();
            views.push(CaseView {
                case: format!("conflict/{}/{}", conflict.property_id, conflict.field),
                kind: Bilingual::new("दो अलग मान", "Two values"),
                what: Bilingual::new(
                    format!("{} · {}", conflict.property_id, conflict.field),
                    format!("{} · {}", conflict.property_id, conflict.field),
                ),
                consumer: conflict.property_id,
                amount_paise: None,
                receipts: Vec::new(),
                sides,
                decisions,
                settled: None,
            });
        }
        Ok(views)
    }

    pub(crate) async fn settle_case(&self, ask: SettleCase) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        if ask.remark.chars().count() > TEXT_CHARACTERS_MAX {
            return Err(OfficeError::TooLong { field: "remark", characters_max: TEXT_CHARACTERS_MAX });
        }
        let author = town.author(&session.user, Kind::CaseSettled).await?;
        let Reply::SyncPage(page) = self.sync_page().await? else { return Err(OfficeError::NoSuchCase) };
        let case = page.cases.iter().find(|case| case.case == ask.case).ok_or(OfficeError::NoSuchCase)?;
        if !case.decisions.iter().any(|decision| decision.code == ask.decision) {
            return Err(Refusal::NoSuchDecision.into());
        }
        let settled = Fact::from(CaseSettled {
            case: ask.case.clone(),
            decision: ask.decision.clone(),
            remark: ask.remark,
        });
        let now_ms = self.shell.now_ms();
        let mut writing = town.store.begin(&town.writer, now_ms).await?;
        if let Some(change) = self.chosen_value(&mut writing, &town, case, &ask.decision, now_ms).await? {
            writing.append(Some(author), &change).await?;
        }
        writing.append(Some(author), &settled).await?;
        writing.commit().await?;
        self.committed();
        self.sync_page().await
    }
}

impl Office {
    /// The change that leaves the chosen value of a conflict standing alone; nothing for another kind of case.
    async fn chosen_value(
        &self,
        writing: &mut Writing,
        town: &Town,
        case: &CaseView,
        decision: &str,
        now_ms: i64,
    ) -> Result<Option<Fact>, OfficeError> {
        let field = case.case.strip_prefix("conflict/").and_then(|rest| rest.rsplit('/').next());
        let chosen = case.decisions.iter().position(|one| one.code == decision);
        let value = chosen.and_then(|index| case.sides.get(index)).map(|side| side.value.as_str());
        let (Some(field), Some(value)) = (field, value) else { return Ok(None) };
        let record = bill::record(writing.connection(), &case.consumer).await?;
        let record = record.ok_or(OfficeError::NoSuchCase)?;
        let mut document = register::document(writing.connection(), record.key).await?;
        let change = document.write(town.device, town.writer.epoch, now_ms, &[(field, value)])?;
        Ok(change.map(|change| {
            RecordChanged { register: Register::Property, document: record.document, change }.into()
        }))
    }
}

fn double_collection_decisions() -> Vec<Choice> {
    let choice = |code: &str, hindi: &str, english: &str| Choice {
        code: code.to_owned(),
        name: Bilingual::new(hindi, english),
    };
    vec![
        choice("advance", "अग्रिम के रूप में रखें", "Keep as advance"),
        choice("refund", "वापसी की कार्यवाही करें", "Refund to the payer"),
    ]
}
