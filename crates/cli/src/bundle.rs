//! The exchange on a stick, for where no line is.

use crate::answer::{Answer, Failure, Shown, fact, said};
use crate::arguments::{Common, ReadBundle, WriteBundle};
use crate::open::{open, sign_in};
use crate::progress::watched;
use contract::{Bundle, BundleFor, Reply, Request, SyncPage};
use domain::DeviceId;
use office::{Office, OfficeError, Refusal};
use serde_json::json;

/// Writes what the device of a counter lacks.
pub async fn write(common: &Common, ask: &WriteBundle, shown: Shown) -> Result<Answer, Failure> {
    let office = open(common).await?;
    sign_in(&office, common).await?;
    let device = device_of(&office, &ask.counter).await?;
    let path = ask.file.to_string_lossy().into_owned();
    let request = Request::WriteBundle(BundleFor { device, path });
    let bundle = answered(office, request, shown).await?;
    let Bundle { counter, entries, .. } = &bundle;
    let lines = vec![
        fact("फ़ाइल", "File", ask.file.display()),
        fact("किस काउंटर के लिए", "For counter", counter),
        fact("प्रविष्टियाँ", "Entries", entries),
        said(
            "वहाँ पढ़ने के बाद उत्तर की फ़ाइल वापस लाएँ: तभी यहाँ लिखा जाएगा कि वह पहुँच गई।".to_owned(),
            "Once it is read there, bring the answer's file back: only that says here that it arrived."
                .to_owned(),
        ),
    ];
    Ok(Answer::yes(json!({ "bundle": bundle, "file": ask.file }), lines))
}

/// Takes in what another device wrote for this one.
pub async fn read(common: &Common, ask: &ReadBundle, shown: Shown) -> Result<Answer, Failure> {
    let office = open(common).await?;
    sign_in(&office, common).await?;
    let path = ask.file.to_string_lossy().into_owned();
    let bundle = answered(office, Request::ReadBundle { path }, shown).await?;
    let Bundle { counter, entries, entries_new, alarms, lacks_earlier, is_old, .. } = &bundle;
    let mut lines = vec![
        fact("किस काउंटर से", "From counter", counter),
        fact("प्रविष्टियाँ", "Entries", entries),
        fact("इनमें नई", "New among them", entries_new),
        fact("नहीं ली गईं", "Not taken", alarms),
    ];
    if *lacks_earlier {
        lines.push(said(
            "कुछ अभिलेख पहले के अभिलेखों के बिना नहीं लिए जा सकते। यहाँ से उत्तर की फ़ाइल ले जाएँ, फिर वहाँ नई फ़ाइल बनवाएँ।".to_owned(),
            "Some entries cannot be taken without earlier ones. Take an answer's file from here, then have a new file made there.".to_owned(),
        ));
    }
    if *is_old {
        lines.push(said(
            "यह पुरानी फ़ाइल है: इसके बाद की फ़ाइल पहले पढ़ी जा चुकी है।".to_owned(),
            "This file is an old one: a later one was read before it.".to_owned(),
        ));
    }
    Ok(Answer {
        json: json!({ "bundle": bundle, "file": ask.file }),
        lines,
        yes: *alarms == 0 && !*lacks_earlier,
    })
}

async fn answered(office: Office, request: Request, shown: Shown) -> Result<Bundle, Failure> {
    let reply = watched(&office, shown, office.answer(request)).await;
    office.close().await;
    match reply? {
        Reply::Bundle(bundle) => Ok(bundle),
        _ => Err(OfficeError::NoTown.into()),
    }
}

async fn device_of(office: &Office, counter: &str) -> Result<DeviceId, Failure> {
    let Reply::SyncPage(page) = office.answer(Request::SyncPage).await? else {
        return Err(OfficeError::NoTown.into());
    };
    let SyncPage { devices, .. } = *page;
    let wanted = devices.iter().find(|device| device.counter.eq_ignore_ascii_case(counter.trim()));
    Ok(wanted.ok_or(OfficeError::from(Refusal::NoSuchDevice))?.device)
}
