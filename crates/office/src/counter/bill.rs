use super::brief;
use crate::cases::{conflict_name, double_collections_of};
use crate::{Office, OfficeError, Town};
use contract::{Bill, BillYear, DuesKnown, HeadView, Reply, Staleness};
use domain::allocation::{HeadKind, OpenDue, total_due};
use domain::demand::{ADVANCE_HEAD, HeadCode, ServiceCode};
use domain::people::Role;
use domain::register::Property;
use domain::{Bilingual, BusinessDate, Paise, TownCode};
use journal::seal;
use masters::ServiceFolder;
use store::query::bill::{self, DueRow, RecordRow};
use store::query::{desk, people};

/// Receipts shown on a bill.
const RECEIPTS_SHOWN: i64 = 5;
/// Dues older than this are shown with a warning: another counter may have collected since.
const STALE_AFTER_MS: i64 = 2 * 86_400_000;

impl Office {
    pub(crate) async fn bill(&self, service: &str, consumer: &str) -> Result<Reply, OfficeError> {
        let (town, session) = self.at_work().await?;
        let mut reading = town.store.reading().await?;
        let record = bill::record(&mut reading, consumer).await?.ok_or(OfficeError::NoSuchConsumer)?;
        let dues = bill::dues(&mut reading, service, consumer).await?;
        let receipts = bill::receipts_of(&mut reading, service, consumer, RECEIPTS_SHOWN).await?;
        let conflicts = bill::conflicting_fields(&mut reading, record.key).await?;
        drop(reading);
        let double_collections = double_collections_of(&town, service, consumer).await?;
        let today = BusinessDate::from_unix_ms(self.shell.now_ms());
        let open = open_dues(&dues)?;
        let heads = columns(&open, service)?;
        let (ward, locality) = ward_and_locality(town.code, &record.property)?;
        let service_code = ServiceCode::from(service);
        let setting = ServiceFolder::PropertyTax.settings()?.of_service(&service_code);
        let roles = town.roles(&session.user).await?;
        let mut briefs = Vec::with_capacity(receipts.len());
        for row in &receipts {
            briefs.push(brief(&town, row).await?);
        }
        Ok(Reply::Bill(Box::new(Bill {
            service: service.to_owned(),
            service_name: service_name(&service_code)?,
            consumer: consumer.to_owned(),
            mobile_masked: self.mobile_of(&town, &record, &roles).await?,
            years: rows(&open, &heads, today),
            heads,
            total_due_paise: total_due(&open).unwrap_or(Paise::ZERO),
            advance_paise: advance_of(&dues),
            part_payment_allowed: setting.part_payment_allowed,
            advance_allowed: setting.advance_allowed,
            staleness: self.staleness(&town).await?,
            receipts: briefs,
            cases: cases_of(service, consumer, &dues, &conflicts, double_collections),
            property: record.property,
            ward,
            locality,
        })))
    }

    /// The mobile, whole for supervisors, else its last four digits; empty where none is known or its key is gone.
    async fn mobile_of(
        &self,
        town: &Town,
        record: &RecordRow,
        roles: &[Role],
    ) -> Result<String, OfficeError> {
        let mut reading = town.store.reading().await?;
        let Some(sealed) = bill::contact(&mut reading, &record.document).await? else {
            return Ok(String::new());
        };
        let Some(wrapped) = people::person_key(&mut reading, &sealed.person).await? else {
            return Ok(String::new());
        };
        let Ok(mobile) = town.open_sealed(&sealed, &wrapped) else { return Ok(String::new()) };
        if roles.iter().any(|role| matches!(role, Role::Supervisor | Role::Administrator)) {
            return Ok(mobile);
        }
        let shown: String = mobile.chars().skip(mobile.chars().count().saturating_sub(4)).collect();
        Ok(format!("••••••{shown}"))
    }

    /// What this device cannot know: when the others were last heard of. A revoked device takes no money any more.
    async fn staleness(&self, town: &Town) -> Result<Staleness, OfficeError> {
        let mut reading = town.store.reading().await?;
        let devices = people::devices(&mut reading).await?;
        let others: Vec<_> =
            devices.into_iter().filter(|other| other.device != town.device && !other.revoked).collect();
        if others.is_empty() {
            return Ok(Staleness { known: DuesKnown::Whole, unseen_counters: Vec::new(), warn: false });
        }
        let chains = desk::chains(&mut reading).await?;
        drop(reading);
        let exchanged_at_ms = crate::situation::last_exchange_ms(town).await?;
        let now_ms = self.shell.now_ms();
        let is_old = |at: Option<i64>| at.is_none_or(|at| now_ms.saturating_sub(at) > STALE_AFTER_MS);
        let warn = is_old(exchanged_at_ms);
        let last_at_ms =
            |device| chains.iter().filter(|c| c.head.device == device).map(|c| c.last_at_ms).max();
        let unseen = others.into_iter().filter(|other| warn && is_old(last_at_ms(other.device)));
        Ok(Staleness {
            known: exchanged_at_ms.map_or(DuesKnown::NeverExchanged, DuesKnown::AsOf),
            unseen_counters: unseen.map(|other| other.counter).collect(),
            warn,
        })
    }
}

impl Town {
    /// Opens a personal field with its wrapped key.
    pub(crate) fn open_sealed(
        &self,
        sealed: &domain::receipt::Sealed,
        wrapped: &[u8],
    ) -> Result<String, OfficeError> {
        let key = seal::unwrap(&self.identity.town_secret, &wrap_purpose(&sealed.person), wrapped)?;
        let key: [u8; 32] = key.as_slice().try_into().map_err(|_| journal::JournalError::NotOpened)?;
        Ok(seal::open(sealed, &seal::PersonKey(key))?)
    }
}

/// What a wrapped person key is for.
pub(crate) fn wrap_purpose(person: &domain::identity::PersonId) -> String {
    format!("palika person key wrap 1 {person}")
}

/// Dues that are open, with kind and order from the masters; an unknown head is a charge, after all known ones.
pub(crate) fn open_dues(dues: &[DueRow]) -> Result<Vec<OpenDue>, OfficeError> {
    let heads = ServiceFolder::PropertyTax.heads()?;
    let mut covered = credit_covered(dues);
    let mut open = Vec::new();
    for due in dues.iter().filter(|due| due.head.as_str() != ADVANCE_HEAD) {
        let mut due_paise = due.balance.due();
        if is_credit_given_twice(due) {
            let by_excess = due_paise.min(covered);
            due_paise = Paise(due_paise.0.saturating_sub(by_excess.0));
            covered = Paise(covered.0.saturating_sub(by_excess.0));
        }
        if due_paise.is_zero() {
            continue;
        }
        let known = heads.get(&due.head);
        open.push(OpenDue {
            year: due.year,
            head: due.head.clone(),
            kind: known.map_or(HeadKind::Charge, |head| head.kind()),
            order: known.map_or(u16::MAX, |head| head.order),
            due_paise,
        });
    }
    Ok(open)
}

/// Two counters gave the same rebate: the consumer owes it again.
fn is_credit_given_twice(due: &DueRow) -> bool {
    due.balance.demand_paise.is_negative() && due.balance.due() > Paise::ZERO
}

/// How much of the credit given twice lies in what was paid twice beside it. A bill paid whole at two counters is in
/// advance by one receipt; nobody is asked for the second rebate again.
fn credit_covered(dues: &[DueRow]) -> Paise {
    let twice = dues.iter().filter(|due| is_credit_given_twice(due)).map(|due| due.balance.due());
    let twice = Paise::checked_sum(twice).unwrap_or(Paise::ZERO);
    twice.min(in_excess(dues))
}

fn in_excess(dues: &[DueRow]) -> Paise {
    let charges = dues.iter().filter(|due| due.head.as_str() != ADVANCE_HEAD);
    Paise::checked_sum(charges.map(|due| due.balance.excess())).unwrap_or(Paise::ZERO)
}

/// What the consumer has beyond all dues: the advance head, and what was paid twice.
fn advance_of(dues: &[DueRow]) -> Paise {
    let advance = dues.iter().filter(|due| due.head.as_str() == ADVANCE_HEAD);
    let advance = Paise::checked_sum(advance.map(|due| due.balance.applied_paise)).unwrap_or(Paise::ZERO);
    let beyond = in_excess(dues).0.saturating_sub(credit_covered(dues).0);
    Paise(advance.0.saturating_add(beyond))
}

fn columns(open: &[OpenDue], service: &str) -> Result<Vec<HeadView>, OfficeError> {
    let mut heads: Vec<(HeadKind, u16, HeadCode)> =
        open.iter().map(|due| (due.kind, due.order, due.head.clone())).collect();
    // The charge itself first, then penalty and interest, then credits: as a bill is read, not as money is spread.
    heads.sort_by(|a, b| (std::cmp::Reverse(a.0), a.1, &a.2).cmp(&(std::cmp::Reverse(b.0), b.1, &b.2)));
    heads.dedup();
    heads
        .into_iter()
        .map(|(_, _, head)| {
            let name = head_name(service, &head)?;
            Ok(HeadView { head, name })
        })
        .collect()
}

fn rows(open: &[OpenDue], heads: &[HeadView], today: BusinessDate) -> Vec<BillYear> {
    let mut years: Vec<_> = open.iter().map(|due| due.year).collect();
    years.sort_unstable();
    years.dedup();
    years
        .into_iter()
        .map(|year| {
            let of_year: Vec<&OpenDue> = open.iter().filter(|due| due.year == year).collect();
            let due_paise = heads
                .iter()
                .map(|column| {
                    let due = of_year.iter().find(|due| due.head == column.head);
                    due.map_or(Paise::ZERO, |due| due.due_paise)
                })
                .collect();
            let net_paise =
                Paise::checked_sum(of_year.iter().map(|due| due.due_paise)).unwrap_or(Paise::ZERO);
            BillYear { year, due_paise, net_paise, arrears: year < today.financial_year() }
        })
        .collect()
}

/// A head in words; the code itself where the masters do not know it.
pub(crate) fn head_name(service: &str, head: &HeadCode) -> Result<Bilingual, OfficeError> {
    if head.as_str() == ADVANCE_HEAD {
        return Ok(Bilingual::new("अग्रिम", "Advance"));
    }
    let known = masters::head(&ServiceCode::from(service), head)?;
    Ok(known.map_or_else(|| Bilingual::new(head.as_str(), head.as_str()), |head| head.name.clone()))
}

/// A service in words.
pub(crate) fn service_name(service: &ServiceCode) -> Result<Bilingual, OfficeError> {
    let known = masters::service(service)?;
    Ok(known.map_or_else(|| Bilingual::new(service.as_str(), service.as_str()), |s| s.name.clone()))
}

/// Ward and locality in words; the codes where the masters do not know them.
pub(crate) fn ward_and_locality(
    town: TownCode,
    property: &Property,
) -> Result<(Bilingual, Bilingual), OfficeError> {
    let boundary = masters::boundary(town)?;
    let ward = boundary.and_then(|b| b.ward(&property.ward)).map(|ward| ward.title());
    let locality =
        boundary.and_then(|b| b.locality(&property.locality)).map(|locality| locality.name.clone());
    let as_is = |code: &str| Bilingual::new(code, code);
    Ok((ward.unwrap_or_else(|| as_is(&property.ward)), locality.unwrap_or_else(|| as_is(&property.locality))))
}

/// Names of open cases that touch a consumer; the supervisor's page gives each its sides.
fn cases_of(
    service: &str,
    consumer: &str,
    dues: &[DueRow],
    conflicts: &[String],
    double_collections: Vec<String>,
) -> Vec<String> {
    let demand = dues
        .iter()
        .filter(|due| due.demand_conflict)
        .map(|due| format!("demand/{service}/{consumer}/{}/{}", due.year, due.head));
    let fields = conflicts.iter().map(|field| conflict_name(consumer, field));
    double_collections.into_iter().chain(demand).chain(fields).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FinancialYear;
    use domain::demand::{Balance, HeadCode};

    fn row(head: &str, demand: i64, applied: i64) -> DueRow {
        DueRow {
            year: FinancialYear(2026),
            head: HeadCode::from(head),
            balance: Balance { demand_paise: Paise(demand), applied_paise: Paise(applied) },
            demand_conflict: false,
        }
    }

    #[test]
    fn a_bill_with_a_rebate_paid_whole_at_two_counters_is_in_advance_by_one_receipt() {
        let dues = [row("PT_TAX", 232_800, 465_600), row("PT_TIME_REBATE", -23_300, -46_600)];
        assert!(open_dues(&dues).unwrap().is_empty());
        assert_eq!(advance_of(&dues), Paise(209_500));
    }

    #[test]
    fn a_rebate_given_twice_to_a_bill_paid_in_part_is_owed_again() {
        let dues = [row("PT_TAX", 232_800, 146_600), row("PT_TIME_REBATE", -23_300, -46_600)];
        let open = open_dues(&dues).unwrap();
        let owed: i64 = open.iter().map(|due| due.due_paise.0).sum();
        assert_eq!(owed, 232_800 - 23_300 - 100_000, "all that was demanded, less the two receipts of 500");
        assert_eq!(advance_of(&dues), Paise::ZERO);
    }
}
