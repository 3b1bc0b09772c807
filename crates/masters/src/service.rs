//! Services that demand or receive money, and the groups they are listed under.

use crate::error::{Cure, MastersError};
use crate::table::Table;
use domain::Bilingual;
use domain::demand::ServiceCode;

const A_STATE: Cure = Cure { hindi: "\"open\" या \"closed\"", english: "\"open\" or \"closed\"" };

/// A heading in the list of services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
}

/// All groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups(Vec<Group>);

impl Groups {
    /// Reads the table `miscellaneous/groups`.
    pub fn parse(bytes: &[u8]) -> Result<Groups, MastersError> {
        let table = Table::new("miscellaneous/groups", bytes, &["code", "hindi", "english"])?;
        let read =
            table.keyed("code", |row| Ok(Group { code: row.text("code")?.to_owned(), name: row.name()? }));
        read.map(Groups)
    }

    /// The group of a code.
    pub fn get(&self, code: &str) -> Option<&Group> {
        self.0.iter().find(|group| group.code == code)
    }

    /// All, in the table's order.
    pub fn iter(&self) -> std::slice::Iter<'_, Group> {
        self.0.iter()
    }
}

/// Whether money may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceState {
    /// Offered at the counter.
    Open,
    /// Kept because old receipts name it.
    Closed,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its code, in every demand and receipt.
    pub code: ServiceCode,
    /// The code of its group.
    pub group: String,
    /// Whether money may be taken.
    pub state: ServiceState,
    /// Its name.
    pub name: Bilingual,
    /// Its code in the state's live system; mostly the same.
    pub live: String,
}

/// The services of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Services(Vec<Service>);

impl Services {
    /// Reads a table `<folder>/services`.
    pub fn parse(bytes: &[u8]) -> Result<Services, MastersError> {
        let table = Table::new("services", bytes, &["code", "group", "state", "hindi", "english", "live"])?;
        let states = [("open", ServiceState::Open), ("closed", ServiceState::Closed)];
        let read = table.keyed("code", |row| {
            let code = row.text("code")?;
            Ok(Service {
                code: ServiceCode::from(code),
                group: row.text("group")?.to_owned(),
                state: row.choice("state", &states, A_STATE)?,
                name: row.name()?,
                live: row.optional("live").unwrap_or(code).to_owned(),
            })
        });
        read.map(Services)
    }

    /// The service of a code.
    pub fn get(&self, code: &ServiceCode) -> Option<&Service> {
        self.0.iter().find(|service| service.code == *code)
    }

    /// The service a file of the state's live system means.
    pub fn by_live(&self, code: &str) -> Option<&Service> {
        self.0.iter().find(|service| service.live == code)
    }

    /// All, closed ones included, in the table's order.
    pub fn iter(&self) -> std::slice::Iter<'_, Service> {
        self.0.iter()
    }

    /// Open services for what a person typed, in either language: each typed word must begin a word of the service's
    /// name, its group's name or its code. Those whose name begins as typed come first, then the table's order.
    pub fn search<'a>(&'a self, groups: &Groups, typed: &str) -> Vec<&'a Service> {
        let typed = typed.trim().to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let mut found: Vec<&Service> = self
            .0
            .iter()
            .filter(|service| service.state == ServiceState::Open && matches(service, groups, &words))
            .collect();
        found.sort_by_key(|service| !begins(service, &typed));
        found
    }
}

fn begins(service: &Service, typed: &str) -> bool {
    service.name.hindi.starts_with(typed) || service.name.english.to_lowercase().starts_with(typed)
}

fn matches(service: &Service, groups: &Groups, words: &[&str]) -> bool {
    let group = groups.get(&service.group);
    let group = group.map(|group| format!("{} {}", group.name.hindi, group.name.english)).unwrap_or_default();
    let all =
        format!("{} {} {group} {}", service.name.hindi, service.name.english, service.code).to_lowercase();
    let split = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '.' | '_' | ',' | '-' | '/');
    words.iter().all(|word| all.split(split).any(|known| known.starts_with(word)))
}
