//! Mobiles are sealed in the log. Where this device holds the key, the omnibox finds the property by its number; where the
//! key was destroyed, it does so no longer.

use crate::later::later;
use crate::{Office, OfficeError, Town};
use domain::DocumentId;
use store::query::register::{self, ContactRow};

/// Contacts opened between two short transactions.
const CONTACTS_AT_ONCE: i64 = 256;
/// What the index was last made from.
const MARK: &str = "mobiles_indexed";

impl Town {
    /// The number, where its key is held here.
    pub(crate) fn open_contact(&self, contact: &ContactRow) -> Option<String> {
        let wrapped = contact.wrapped_key.as_deref().filter(|wrapped| !wrapped.is_empty())?;
        self.open_sealed(&contact.mobile, wrapped).ok()
    }

    /// Brings the index of mobiles in line with contacts and keys that came from elsewhere. Cheap where nothing did.
    pub(crate) async fn index_mobiles(&self) -> Result<(), OfficeError> {
        let mark = register::contacts_mark(&mut *self.store.reading().await?).await?;
        if self.store.meta(MARK).await?.as_deref() == Some(mark.0.as_slice()) {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let mut reading = self.store.reading().await?;
            let some = register::indexed_contacts_after(&mut reading, after, CONTACTS_AT_ONCE).await?;
            let documents: Vec<DocumentId> = some.iter().map(|row| row.document).collect();
            let contacts = register::contacts_of(&mut reading, &documents).await?;
            drop(reading);
            let Some(last) = some.last() else { break };
            after = last.record;
            let (mut forget, mut find) = (Vec::new(), Vec::new());
            for row in some {
                let mobile = contacts.get(&row.document).and_then(|contact| self.open_contact(contact));
                let is_found = mobile.as_ref().is_some_and(|mobile| row.indexed.contains(mobile));
                let others = row.indexed.into_iter().filter(|indexed| Some(indexed) != mobile.as_ref());
                forget.extend(others.map(|indexed| (row.record, indexed)));
                let wanted = mobile.filter(|mobile| !mobile.is_empty() && !is_found);
                find.extend(wanted.map(|mobile| (row.record, mobile)));
            }
            self.store.index_mobiles(&forget, &find).await?;
        }
        Ok(self.store.set_meta(MARK, &mark.0).await?)
    }
}

impl Office {
    /// The same for whoever waits for an exchange to its end, as the command line does.
    pub async fn index_mobiles(&self) -> Result<(), OfficeError> {
        let town = self.town().await?;
        later(|| town.index_mobiles()).await
    }
}
