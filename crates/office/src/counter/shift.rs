//! The open shift, as far as taking money needs it.

use crate::town::Town;
use crate::{Office, OfficeError};
use contract::{Drawer, OpenShift, Reply, ShiftView};
use domain::drawer::ShiftOpened;
use domain::fact::{Fact, Kind};
use domain::{BusinessDate, Paise};
use store::query::Connection;
use store::query::desk::{self, ShiftRow};
use store::query::people::{self, StaffRow};

/// A clock further than this from the last thing known is not believed without a person's word.
const CLOCK_JUMP_MS_MAX: i64 = 3 * 86_400_000;
/// The same, as days between the last shift's date and the clock's.
const CLOCK_JUMP_DAYS_MAX: i32 = 3;
/// Without contact for so long, new shifts are refused: it bounds the loss if a device is stolen.
pub(crate) const OFFLINE_MS_MAX: i64 = 30 * 86_400_000;

impl Office {
    pub(crate) async fn drawer(&self) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        Ok(Reply::Drawer(Box::new(self.drawer_of(&town).await?)))
    }

    pub(crate) async fn drawer_of(&self, town: &Town) -> Result<Drawer, OfficeError> {
        let now_ms = self.shell.now_ms();
        let mut reading = town.store.reading().await?;
        let last = desk::last_shift(&mut reading, &town.device, town.writer.epoch).await?;
        let chains = desk::chains(&mut reading).await?;
        let staff = people::staff(&mut reading).await?;
        let devices = people::devices(&mut reading).await?;
        let shift = match last.as_ref().filter(|row| row.closed_seq.is_none()) {
            Some(row) => Some(shift_view(&mut reading, row, &staff).await?),
            None => None,
        };
        let mut left_open = Vec::new();
        for row in desk::shifts_left_open(&mut reading, &town.device, town.writer.epoch).await? {
            left_open.push(shift_view(&mut reading, &row, &staff).await?);
        }
        drop(reading);
        let last_known_ms = chains.iter().map(|chain| chain.last_at_ms).max();
        let jumped = last_known_ms
            .is_some_and(|known| now_ms < known || now_ms.saturating_sub(known) > CLOCK_JUMP_MS_MAX);
        // Entries written under a wrong clock agree with it; the date a person last confirmed does not.
        let clock_day = BusinessDate::from_unix_ms(now_ms);
        let off_the_calendar = last.as_ref().is_some_and(|row| {
            clock_day < row.business_date || clock_day.days_since(row.business_date) > CLOCK_JUMP_DAYS_MAX
        });
        let clock_suspect = jumped || off_the_calendar;
        let not_before = last.as_ref().map_or(BusinessDate::from_unix_ms(0), |row| row.business_date);
        let refused = self.why_no_shift(town, &devices, last_known_ms, now_ms).await?;
        Ok(Drawer {
            shift,
            left_open,
            propose: clock_day.max(not_before),
            not_before,
            clock_suspect,
            propose_float_paise: last.map_or(Paise::ZERO, |row| row.float_paise),
            refused: refused.map(|error| error.problem()),
            paper: None,
        })
    }

    async fn why_no_shift(
        &self,
        town: &Town,
        devices: &[people::DeviceRow],
        last_known_ms: Option<i64>,
        now_ms: i64,
    ) -> Result<Option<OfficeError>, OfficeError> {
        if devices.iter().any(|device| device.device == town.device && device.revoked) {
            return Ok(Some(OfficeError::DeviceRevoked));
        }
        let heard = crate::situation::last_exchange_ms(town).await?;
        // A clock set far ahead must not close the counter: silence counts only as far as entries bear it out.
        let now_ms =
            last_known_ms.map_or(now_ms, |known| now_ms.min(known.saturating_add(CLOCK_JUMP_MS_MAX)));
        Ok(heard
            .filter(|heard| now_ms.saturating_sub(*heard) > OFFLINE_MS_MAX)
            .map(|_| OfficeError::OfflineTooLong))
    }

    pub(crate) async fn open_shift(&self, ask: OpenShift) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let drawer = self.drawer_of(&town).await?;
        if drawer.shift.is_some() {
            return Err(OfficeError::ShiftOpen);
        }
        if let Some(problem) = drawer.refused {
            return Err(OfficeError::ServerRefused(Box::new(problem)));
        }
        if ask.business_date < drawer.not_before {
            return Err(OfficeError::DateBeforeLast);
        }
        if !ask.confirmed && (drawer.clock_suspect || ask.business_date != drawer.propose) {
            return Err(OfficeError::ClockSuspect);
        }
        if ask.float_paise.is_negative() || ask.float_paise > domain::limits::RECEIPT_PAISE_MAX {
            return Err(OfficeError::AmountTooLarge);
        }
        let author = town.author(&session.user, Kind::ShiftOpened).await?;
        let mut reading = town.store.reading().await?;
        let previous = desk::last_shift(&mut reading, &town.device, town.writer.epoch).await?;
        drop(reading);
        let mut writing = town.store.begin(&town.writer, self.shell.now_ms()).await?;
        let opened = ShiftOpened {
            counter: town.identity.counter.clone(),
            business_date: ask.business_date,
            float_paise: ask.float_paise,
            clock_suspect: drawer.clock_suspect,
            previous: previous.map(|row| row.shift.hash),
        };
        let shift = writing.append(Some(author), &Fact::from(opened)).await?;
        self.enter_lost_receipts(&town, &session, &mut writing, &shift).await?;
        self.commit(writing).await?;
        town.write_mark(self.shell.as_ref()).await?;
        self.drawer().await
    }
}

async fn shift_view(
    connection: &mut Connection,
    row: &ShiftRow,
    staff: &[StaffRow],
) -> Result<ShiftView, OfficeError> {
    let totals = desk::shift_totals(connection, &row.shift).await?;
    let holder = staff.iter().find(|person| person.user == row.holder);
    Ok(ShiftView {
        shift: row.shift.hash,
        business_date: row.business_date,
        float_paise: row.float_paise,
        holder: row.holder,
        holder_name: holder.map(|person| person.name.clone()).unwrap_or_default(),
        opened_at_ms: row.opened_at_ms,
        receipts: totals.iter().map(|(_, count, _)| count).sum(),
        collected_paise: Paise::checked_sum(totals.iter().map(|(_, _, sum)| *sum)).unwrap_or(Paise::ZERO),
    })
}

/// The open shift of this device, held by the person.
pub(crate) fn held_shift(last: Option<ShiftRow>, user: &domain::UserId) -> Result<ShiftRow, OfficeError> {
    let shift = last.filter(|row| row.closed_seq.is_none()).ok_or(OfficeError::NoShift)?;
    if shift.holder == *user { Ok(shift) } else { Err(OfficeError::NotTheHolder) }
}
