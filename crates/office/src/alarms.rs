//! What was odd in exchanges, for the supervisor's page. A fork is not among it: that is a case, with both branches.

use crate::local_network::peer_of;
use crate::situation::SERVER_PEER;
use crate::{Office, OfficeError, Town};
use carrier::NotedAlarm;
use contract::AlarmView;
use domain::Bilingual;
use store::query::people::{self, DeviceRow};
use sync::{Alarm, AlarmKind};

/// Older ones say nothing of today.
const SHOWN_FOR_MS: i64 = 30 * 86_400_000;
const SHOWN: usize = 50;

impl Office {
    pub(crate) async fn alarms(&self, town: &Town) -> Result<Vec<AlarmView>, OfficeError> {
        let devices = people::devices(&mut *town.store.reading().await?).await?;
        let since_ms = self.shell.now_ms().saturating_sub(SHOWN_FOR_MS);
        let server = Bilingual::new("राज्य का सर्वर", "The state's server");
        let mut views = views(town, SERVER_PEER, &server, &devices).await?;
        for device in &devices {
            let name = name_of(device);
            views.extend(
                self::views(town, &peer_of(&device.device), &Bilingual::new(name.clone(), name), &devices)
                    .await?,
            );
        }
        views.retain(|view| view.at_ms >= since_ms);
        views.sort_by_key(|view| std::cmp::Reverse(view.at_ms));
        views.truncate(SHOWN);
        Ok(views)
    }
}

async fn views(
    town: &Town,
    peer: &str,
    name: &Bilingual,
    devices: &[DeviceRow],
) -> Result<Vec<AlarmView>, OfficeError> {
    let noted = carrier::alarms(&town.store, peer).await?;
    let view = |NotedAlarm { at_ms, alarm }: NotedAlarm| {
        let (what, cure) = words(&alarm)?;
        let about = devices.iter().find(|row| row.device == alarm.device).map(name_of);
        Some(AlarmView { at_ms, peer: name.clone(), about: about.unwrap_or_default(), what, cure })
    };
    Ok(noted.into_iter().filter_map(view).collect())
}

fn name_of(row: &DeviceRow) -> String {
    format!("{} · {}", row.counter, row.name)
}

/// What happened, and what to do; nothing for what is shown elsewhere.
fn words(alarm: &Alarm) -> Option<(Bilingual, Bilingual)> {
    let (what, cure) = match alarm.known_kind() {
        Some(AlarmKind::Fork) => return None,
        Some(AlarmKind::Empty) => (
            (
                "उसके पास इस नगर का कुछ नहीं है, जबकि पहले था",
                "It holds nothing of this town, although it once did",
            ),
            (
                "यहाँ कुछ नहीं मिटा; सब कुछ उसे अपने-आप फिर भेजा जा रहा है। पूछें कि वहाँ के अभिलेख कहाँ गए।",
                "Nothing was erased here; all of it is being sent there again by itself. Ask what became of its records.",
            ),
        ),
        Some(AlarmKind::Shrunk) => (
            ("उसके पास पहले से कम है", "It holds less than it once did"),
            (
                "यहाँ कुछ नहीं मिटा; जो कम है वह अपने-आप फिर भेजा जा रहा है। वहाँ शायद पुराना बैकअप लगाया गया है।",
                "Nothing was erased here; what it lacks is being sent again by itself. It may have been put back from an older backup.",
            ),
        ),
        Some(AlarmKind::Refused) => (
            ("कुछ अभिलेख नहीं लिए गए", "Some entries were not taken"),
            (
                "वे सुरक्षित हैं, बाक़ी का मिलान चलता रहेगा, और आधे घंटे में फिर कोशिश होगी। बना रहे तो तकनीशियन को दिखाएँ।",
                "They are safe, everything else goes on, and it is tried again within half an hour. If it stays, show it to the technician.",
            ),
        ),
        Some(AlarmKind::OwnChainAhead) => (
            (
                "उसके पास इसी कंप्यूटर के आगे के अभिलेख थे",
                "It held later entries of this computer than this computer did",
            ),
            (
                "वे यहाँ वापस आ गए हैं। यह कंप्यूटर पुरानी स्थिति में लौटाया गया है या इसकी प्रति कहीं चल रही है: तकनीशियन से जाँच कराएँ।",
                "They are back here now. This computer was put back to an earlier state, or a copy of it runs elsewhere: have the technician look.",
            ),
        ),
        Some(AlarmKind::Revoked) => (
            ("नगर ने इस कंप्यूटर पर विश्वास समाप्त किया है", "The town ended its trust in this computer"),
            (
                "यहाँ लिखा हुआ सुरक्षित है और वहाँ पहुँचता है, पर वहाँ से कुछ नहीं आता। पर्यवेक्षक से बात करें।",
                "What is written here is safe and arrives there, but nothing comes back. Speak to the supervisor.",
            ),
        ),
        Some(AlarmKind::SnapshotDiffered) => (
            (
                "उसने इस कंप्यूटर को आरंभ में जो देय और नाम बताए थे, वे अभिलेखों से भिन्न निकले",
                "The dues and names it gave this computer to begin with were not those of the records",
            ),
            (
                "अब यहाँ सब कुछ अभिलेखों के अनुसार है और रसीदें वैसी ही हैं जैसी छपीं। आरंभ के दिनों की रसीदें देय से मिलाएँ, और तकनीशियन से वह कंप्यूटर जाँच कराएँ।",
                "Everything here now follows the records, and receipts stand as they were printed. Compare the receipts of the first days with the dues, and have the technician look at that computer.",
            ),
        ),
        None => (
            (
                "उसने ऐसी बात कही जो पालिका का यह संस्करण नहीं जानता",
                "It said something this version of Palika does not know",
            ),
            ("कुछ नहीं बदला। पालिका अद्यतन करें।", "Nothing was changed. Update Palika."),
        ),
    };
    let said = |(hindi, english): (&str, &str)| Bilingual::new(hindi, english);
    let mut what = said(what);
    if !alarm.detail.is_empty() {
        what = Bilingual::new(
            format!("{} ({})", what.hindi, alarm.detail),
            format!("{} ({})", what.english, alarm.detail),
        );
    }
    Some((what, said(cure)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alarm_says_what_is_safe_and_what_to_do() {
        let kinds = [
            AlarmKind::Empty,
            AlarmKind::Shrunk,
            AlarmKind::Refused,
            AlarmKind::OwnChainAhead,
            AlarmKind::Revoked,
            AlarmKind::SnapshotDiffered,
        ];
        for kind in kinds {
            let (what, cure) = words(&Alarm::about_peer(kind)).unwrap();
            for text in [what.hindi, what.english, cure.hindi, cure.english] {
                assert!(!text.is_empty(), "{kind:?}");
            }
        }
        assert!(words(&Alarm::about_peer(AlarmKind::Fork)).is_none());
        let later = Alarm { kind: 999, detail: "E-LATER".to_owned(), ..Alarm::about_peer(AlarmKind::Empty) };
        assert!(words(&later).unwrap().0.english.contains("E-LATER"));
    }
}
