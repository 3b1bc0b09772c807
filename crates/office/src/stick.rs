//! The exchange on a stick, for where no line is: a bundle for one device of the town, and reading the one it sends back.
//! What comes by stick goes on by every other way: a computer with a line tells the server of it.

use crate::devices::credentials;
use crate::new_file::NewFile;
use crate::{Office, OfficeError, Refusal, Town};
use carrier::{Carried, IncomingBundle, write_bundle};
use contract::{Bundle, BundleFor, Progress, Reply};
use domain::{Bilingual, DeviceId};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use store::query::people;
use sync::Trust;

impl Office {
    /// Writes what a device lacks, as far as is known here, into a file only it can open.
    pub(crate) async fn write_bundle(&self, ask: BundleFor) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        if ask.device == town.device {
            return Err(Refusal::ThisDevice.into());
        }
        let reader = town.certificate_of(ask.device).await?.key;
        let file = NewFile::begin(file_at(&ask.path)?)?;
        let mut entropy = self.shell.entropy();
        let written = write_bundle(
            &town.store,
            &credentials(&town),
            town.writer.epoch,
            &reader,
            file,
            entropy.as_mut(),
            |done, of| self.tell("पेन ड्राइव की फ़ाइल लिखी जा रही है", "Writing the stick's file", done, of),
        )
        .await;
        self.set_progress(None);
        let (file, carried) = written?;
        file.finish()?;
        Ok(Reply::Bundle(town.bundle(ask.device, &carried).await?))
    }

    /// Reads a bundle for this device and takes in what it brought.
    pub(crate) async fn read_bundle(&self, path: &str) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let of_file = |error: std::io::Error| OfficeError::File(error.to_string());
        let file = File::open(file_at(path)?).map_err(of_file)?;
        let of = file.metadata().map_err(of_file)?.len();
        let trust =
            Trust { state_root: &town.state_root, town: town.code, town_key: Some(&town.of_town.key) };
        let bundle = IncomingBundle::open(BufReader::new(file), &credentials(&town), &trust)?;
        let from = bundle.from();
        let read = bundle
            .into_store(&town.store, self.shell.now_ms(), |done| {
                self.tell("पेन ड्राइव की फ़ाइल पढ़ी जा रही है", "Reading the stick's file", done, of);
            })
            .await;
        self.set_progress(None);
        // What a file brought before it broke is here as well: it is found, and goes on to the server.
        self.committed();
        town.index_mobiles().await?;
        Ok(Reply::Bundle(town.bundle(from, &read?).await?))
    }

    fn tell(&self, hindi: &str, english: &str, done: u64, of: u64) {
        self.set_progress(Some(Progress { what: Bilingual::new(hindi, english), done, of }));
    }
}

fn file_at(path: &str) -> Result<&Path, OfficeError> {
    match path.trim() {
        "" => Err(OfficeError::Missing("path")),
        path => Ok(Path::new(path)),
    }
}

impl Town {
    async fn bundle(&self, device: DeviceId, carried: &Carried) -> Result<Bundle, OfficeError> {
        let known = people::devices(&mut *self.store.reading().await?).await?;
        let row = known.iter().find(|row| row.device == device);
        Ok(Bundle {
            device,
            name: row.map(|row| row.name.clone()).unwrap_or_default(),
            counter: row.map(|row| row.counter.clone()).unwrap_or_default(),
            entries: carried.entries,
            entries_new: carried.entries_new,
            alarms: carried.alarms.len() as u64,
            lacks_earlier: carried.lacks_earlier,
            is_old: carried.is_old,
        })
    }
}
