//! The wards of one town and the localities in them.

use crate::error::{Cure, MastersError};
use crate::table::{Row, Table};
use domain::{Bilingual, TownCode};
use std::collections::HashMap;

const A_MAKER: Cure = Cure { hindi: "\"checked\" या \"machine\"", english: "\"checked\" or \"machine\"" };
const A_WARD: Cure = Cure {
    hindi: "इस नगर के किसी वार्ड का कोड", english: "the code of a ward of this town"
};

/// Who stands behind a Hindi name: the state publishes wards and localities in Latin script only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// Read as a whole name and corrected.
    Checked,
    /// Put together word by word; the office may correct it.
    Machine,
}

/// A ward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ward {
    /// Its code, unique in the town.
    pub code: String,
    /// Its number, where the published name gives one.
    pub number: Option<u16>,
    /// The ward whose localities the state lists under this one too.
    pub listed: Option<String>,
    /// Its name.
    pub name: Bilingual,
    /// Who stands behind the Hindi name.
    pub made: Made,
}

impl Ward {
    /// As shown: "वार्ड 12 करनपुर", or the name alone where there is no number (or the number is all there is).
    pub fn title(&self) -> Bilingual {
        match self.number {
            Some(number) if self.name.english != format!("Ward {number}") => Bilingual::new(
                format!("वार्ड {number} {}", self.name.hindi),
                format!("Ward {number} {}", self.name.english),
            ),
            _ => self.name.clone(),
        }
    }
}

/// A locality (mohalla).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locality {
    /// Its code, unique in the town.
    pub code: String,
    /// The code of its ward.
    pub ward: String,
    /// Its name. Not unique: "Shiv Vihar" stands in many wards.
    pub name: Bilingual,
    /// Who stands behind the Hindi name.
    pub made: Made,
    /// Further codes under which the state lists the same locality.
    pub also: Vec<String>,
}

/// The wards and localities of one town.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The town.
    pub town: TownCode,
    wards: Vec<Ward>,
    localities: Vec<Locality>,
    /// Position of a locality by its code or a further code.
    by_code: HashMap<String, usize>,
}

impl Boundary {
    /// Reads the tables `uttarakhand/<town>/wards` and `uttarakhand/<town>/localities`.
    pub fn parse(town: TownCode, wards: &[u8], localities: &[u8]) -> Result<Boundary, MastersError> {
        let wards = parse_wards(town, wards)?;
        let (localities, by_code) = parse_localities(town, &wards, localities)?;
        Ok(Boundary { town, wards, localities, by_code })
    }

    /// All wards, numbered ones by number.
    pub fn wards(&self) -> &[Ward] {
        &self.wards
    }

    /// All localities, each once, ward by ward.
    pub fn localities(&self) -> &[Locality] {
        &self.localities
    }

    /// The ward of a code.
    pub fn ward(&self, code: &str) -> Option<&Ward> {
        self.wards.iter().find(|ward| ward.code == code)
    }

    /// The locality of a code, also by a further code.
    pub fn locality(&self, code: &str) -> Option<&Locality> {
        self.by_code.get(code).and_then(|index| self.localities.get(*index))
    }

    /// The localities a person may choose in a ward: its own, or those of the ward it is listed with.
    pub fn localities_of<'a>(&'a self, ward: &'a Ward) -> impl Iterator<Item = &'a Locality> {
        let owner = ward.listed.as_deref().unwrap_or(&ward.code);
        self.localities.iter().filter(move |locality| locality.ward == owner)
    }
}

fn made(row: &Row<'_, '_>) -> Result<Made, MastersError> {
    row.choice("made", &[("checked", Made::Checked), ("machine", Made::Machine)], A_MAKER)
}

fn parse_wards(town: TownCode, bytes: &[u8]) -> Result<Vec<Ward>, MastersError> {
    let file = format!("uttarakhand/{town}/wards");
    let table = Table::new(&file, bytes, &["code", "number", "listed", "hindi", "english", "made"])?;
    table.keyed("code", |row| {
        Ok(Ward {
            code: row.text("code")?.to_owned(),
            number: row.optional("number").map(|_| row.number("number")).transpose()?,
            listed: row.optional("listed").map(str::to_owned),
            name: row.name()?,
            made: made(row)?,
        })
    })
}

fn parse_localities(
    town: TownCode,
    wards: &[Ward],
    bytes: &[u8],
) -> Result<(Vec<Locality>, HashMap<String, usize>), MastersError> {
    let file = format!("uttarakhand/{town}/localities");
    let table = Table::new(&file, bytes, &["code", "ward", "hindi", "english", "made", "also"])?;
    let read = |row: &Row<'_, '_>| {
        let ward = row.text("ward")?;
        if !wards.iter().any(|known| known.code == ward) {
            return Err(row.bad("ward", ward, A_WARD));
        }
        Ok(Locality {
            code: row.text("code")?.to_owned(),
            ward: ward.to_owned(),
            name: row.name()?,
            made: made(row)?,
            also: row.list("also", ' '),
        })
    };
    let localities = table.keyed("code", read)?;
    let mut by_code = HashMap::with_capacity(localities.len());
    for (index, locality) in localities.iter().enumerate() {
        for code in std::iter::once(&locality.code).chain(&locality.also) {
            by_code.entry(code.clone()).or_insert(index);
        }
    }
    Ok((localities, by_code))
}
