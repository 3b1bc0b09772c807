//! The supervisor's page: every device, unsent money, what waits or is refused, open cases.

use crate::cases::{self, Names};
use crate::counter::words_of_dispute;
use crate::entry_words::{kind_words, refusal_words};
use crate::situation::{SERVER_PEER, last_exchange_ms, server_of};
use crate::{Office, OfficeError, Town};
use contract::{DeviceView, QuarantineView, Reply, SyncPage, Unsent};
use domain::Bilingual;
use store::query::cases::{Fate, forked_devices, quarantine};
use store::query::desk;
use store::query::people::DeviceRow;

impl Office {
    pub(crate) async fn sync_page(&self) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let mut reading = town.store.reading().await?;
        let (receipts, amount_paise, since_ms) =
            desk::unsent(&mut reading, SERVER_PEER, &town.device).await?;
        drop(reading);
        let digest = self.shown_digest(&town).await?;
        let (state, problem) = self.exchange_state();
        let names = Names::of(&town).await?;
        let mut cases = cases::open(&town, &names, self.shell.now_ms()).await?;
        self.note_case_count(cases.len() as u64);
        // Last, so that an open case is found before an earlier settlement of the same name.
        cases.extend(cases::settled(&town, &names).await?);
        Ok(Reply::SyncPage(Box::new(SyncPage {
            server: server_of(&town).await?,
            state,
            last_success_ms: last_exchange_ms(&town).await?,
            problem,
            unsent: Unsent { receipts, amount_paise, since_ms },
            devices: self.device_views(&town, names.devices).await?,
            cases,
            quarantine: self.quarantine(&town).await?,
            alarms: self.alarms(&town).await?,
            incomplete: digest.incomplete,
            digest: digest.short,
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
        let forked = forked_devices(&mut reading).await?;
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
        let kept = quarantine(&mut *town.store.reading().await?).await?;
        Ok(kept
            .into_iter()
            .map(|row| {
                let fate = match row.fate {
                    Fate::Refused => refusal_words(&row.reason),
                    Fate::Waiting => Bilingual::new(
                        format!("पहले के अभिलेखों या नए संस्करण की प्रतीक्षा ({})", row.waiting),
                        format!("Waiting for earlier entries or a newer Palika ({})", row.waiting),
                    ),
                    Fate::Disputed => words_of_dispute(&row.reason),
                };
                QuarantineView {
                    entry: row.entry,
                    device: row.device,
                    seq: row.seq,
                    fate,
                    what: kind_words(row.kind),
                    amount_paise: row.amount_paise,
                }
            })
            .collect())
    }
}
