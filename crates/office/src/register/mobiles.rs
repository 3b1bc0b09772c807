//! Mobiles are sealed in the log. Where this device holds the key, the omnibox finds the property by its number; where the
//! key was destroyed, it does so no longer.

use crate::later::later;
use crate::{Office, OfficeError, Town};
use domain::DocumentId;
use store::query::mobiles::{self, ContactsMark, Stale};
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

    /// Brings the index of mobiles in line with contacts and keys that came from elsewhere. Cheap where nothing did: this
    /// runs after each exchange, and with the line up each receipt is one.
    pub(crate) async fn index_mobiles(&self) -> Result<(), OfficeError> {
        let mut reading = self.store.reading().await?;
        let now = mobiles::contacts_mark(&mut reading).await?;
        let since = self.store.meta(MARK).await?.and_then(|bytes| ContactsMark::from_bytes(&bytes));
        if since == Some(now) {
            return Ok(());
        }
        let stale = mobiles::stale_contacts(&mut reading, since, now).await?;
        drop(reading);
        for stale in stale {
            let mut left = Some(stale);
            while let Some(stale) = left {
                left = self.index_some_mobiles(stale).await?;
            }
        }
        Ok(self.store.set_meta(MARK, &now.to_bytes()).await?)
    }

    async fn index_some_mobiles(&self, stale: Stale) -> Result<Option<Stale>, OfficeError> {
        let mut reading = self.store.reading().await?;
        let (some, left) = mobiles::some_stale(&mut reading, stale, CONTACTS_AT_ONCE).await?;
        let documents: Vec<DocumentId> = some.iter().map(|row| row.document).collect();
        let contacts = register::contacts_of(&mut reading, &documents).await?;
        drop(reading);
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
        Ok(left)
    }
}

impl Office {
    /// The same for whoever waits for an exchange to its end, as the command line does.
    pub async fn index_mobiles(&self) -> Result<(), OfficeError> {
        let town = self.town().await?;
        later(|| town.index_mobiles()).await
    }
}
