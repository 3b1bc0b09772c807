//! Districts and towns.

use crate::error::{Cure, MastersError};
use crate::table::Table;
use domain::{Bilingual, TownCode};

const A_DIVISION: Cure =
    Cure { hindi: "\"garhwal\" या \"kumaon\"", english: "\"garhwal\" or \"kumaon\"" };
const A_GRADE: Cure = Cure {
    hindi: "\"nagar-nigam\", \"nagar-palika-parishad\" या \"nagar-panchayat\"",
    english: "\"nagar-nigam\", \"nagar-palika-parishad\" or \"nagar-panchayat\"",
};

/// The two divisions of Uttarakhand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// गढ़वाल
    Garhwal,
    /// कुमाऊँ
    Kumaon,
}

/// A district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct District {
    /// Its number in the Local Government Directory.
    pub code: u16,
    /// The division it lies in.
    pub division: Division,
    /// Its name.
    pub name: Bilingual,
    /// Other spellings met in files.
    pub also: Vec<String>,
}

/// All districts of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Districts(Vec<District>);

impl Districts {
    /// Reads the table `uttarakhand/districts`.
    pub fn parse(bytes: &[u8]) -> Result<Districts, MastersError> {
        let columns = ["code", "division", "hindi", "english", "also"];
        let table = Table::new("uttarakhand/districts", bytes, &columns)?;
        let divisions = [("garhwal", Division::Garhwal), ("kumaon", Division::Kumaon)];
        let read = table.keyed("code", |row| {
            Ok(District {
                code: row.number("code")?,
                division: row.choice("division", &divisions, A_DIVISION)?,
                name: row.name()?,
                also: row.list("also", ';'),
            })
        });
        read.map(Districts)
    }

    /// The district of a number.
    pub fn get(&self, code: u16) -> Option<&District> {
        self.0.iter().find(|district| district.code == code)
    }

    /// All, in the table's order.
    pub fn iter(&self) -> std::slice::Iter<'_, District> {
        self.0.iter()
    }
}

/// What kind of local body governs a town (Constitution of India, article 243Q).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Municipal corporation.
    NagarNigam,
    /// Municipal council.
    NagarPalikaParishad,
    /// Town council, for a place becoming a town.
    NagarPanchayat,
}

impl Grade {
    /// All, largest first.
    pub const ALL: [Grade; 3] = [Grade::NagarNigam, Grade::NagarPalikaParishad, Grade::NagarPanchayat];

    /// Its word in the tables.
    pub const fn code(self) -> &'static str {
        match self {
            Grade::NagarNigam => "nagar-nigam",
            Grade::NagarPalikaParishad => "nagar-palika-parishad",
            Grade::NagarPanchayat => "nagar-panchayat",
        }
    }

    /// As printed above a town's name.
    pub fn name(self) -> Bilingual {
        match self {
            Grade::NagarNigam => Bilingual::new("नगर निगम", "Nagar Nigam"),
            Grade::NagarPalikaParishad => Bilingual::new("नगर पालिका परिषद", "Nagar Palika Parishad"),
            Grade::NagarPanchayat => Bilingual::new("नगर पंचायत", "Nagar Panchayat"),
        }
    }
}

/// A town: one urban local body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Town {
    /// Its number in the Local Government Directory.
    pub code: TownCode,
    /// What governs it.
    pub grade: Grade,
    /// The number of its district.
    pub district: u16,
    /// Its name, without the grade.
    pub name: Bilingual,
    /// Whether its wards and localities are known; for three towns the state has published none yet.
    pub has_boundary: bool,
    /// Its name in ids of the state's live system (`uk.<live>`), for imports.
    pub live: String,
    /// Other spellings met in files.
    pub also: Vec<String>,
}

impl Town {
    /// "नगर निगम हल्द्वानी" / "Nagar Nigam Haldwani": the office's name as on its letterhead.
    pub fn office_name(&self) -> Bilingual {
        let grade = self.grade.name();
        Bilingual::new(
            format!("{} {}", grade.hindi, self.name.hindi),
            format!("{} {}", grade.english, self.name.english),
        )
    }
}

/// All towns of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Towns(Vec<Town>);

impl Towns {
    /// Reads the table `uttarakhand/towns`.
    pub fn parse(bytes: &[u8]) -> Result<Towns, MastersError> {
        let columns = ["code", "grade", "district", "hindi", "english", "boundary", "live", "also"];
        let table = Table::new("uttarakhand/towns", bytes, &columns)?;
        let grades = Grade::ALL.map(|grade| (grade.code(), grade));
        let read = table.keyed("code", |row| {
            Ok(Town {
                code: TownCode(row.number("code")?),
                grade: row.choice("grade", &grades, A_GRADE)?,
                district: row.number("district")?,
                name: row.name()?,
                has_boundary: row.yes("boundary")?,
                live: row.text("live")?.to_owned(),
                also: row.list("also", ';'),
            })
        });
        read.map(Towns)
    }

    /// The town of a number.
    pub fn get(&self, code: TownCode) -> Option<&Town> {
        self.0.iter().find(|town| town.code == code)
    }

    /// The town a file of the state's live system means: `uk.haldwani`, `haldwani`, or a spelling met there.
    pub fn by_live(&self, id: &str) -> Option<&Town> {
        let bare = id.strip_prefix("uk.").unwrap_or(id);
        let means =
            |spelling: &String| spelling.eq_ignore_ascii_case(id) || spelling.eq_ignore_ascii_case(bare);
        self.0.iter().find(|town| town.live == bare || town.also.iter().any(means))
    }

    /// All, by number.
    pub fn iter(&self) -> std::slice::Iter<'_, Town> {
        self.0.iter()
    }
}
