//! Services, heads, settings and the tables of the counter as shipped, and that the faults of the state's files are gone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use domain::allocation::{HeadKind, OpenDue, allocate};
use domain::demand::{ADVANCE_HEAD, HeadCode, ServiceCode};
use domain::payment::PaymentMode;
use domain::{FinancialYear, Paise};
use masters::*;
use std::collections::HashSet;

fn all_services() -> Vec<&'static Service> {
    ServiceFolder::ALL.iter().flat_map(|folder| folder.services().unwrap().iter()).collect()
}

fn all_heads() -> Vec<&'static Head> {
    ServiceFolder::ALL.iter().flat_map(|folder| folder.heads().unwrap().iter()).collect()
}

/// The head that carries the amount of a service, as against its field fee.
fn amount_head(service: &str) -> &'static Head {
    let code = ServiceCode::from(service);
    let folder = ServiceFolder::of(&code).unwrap().unwrap_or_else(|| panic!("no {service}"));
    let own = |head: &&Head| head.service.is_some();
    folder.heads().unwrap().of(&code).into_iter().rfind(own).unwrap()
}

/// The state lists 181 services in 181 lines, TL.RENEWAL in two of them; property tax has its own folder.
#[test]
fn every_service_of_the_state_is_there_once() {
    let miscellaneous = ServiceFolder::Miscellaneous.services().unwrap();
    assert_eq!(miscellaneous.iter().count(), 179);
    assert_eq!(ServiceFolder::PropertyTax.services().unwrap().iter().count(), 1);
    let live: HashSet<&str> = all_services().iter().map(|service| service.live.as_str()).collect();
    assert_eq!(live.len(), 180);
    assert_eq!(all_services().iter().filter(|service| service.live == "TL.RENEWAL").count(), 1);
    let closed: Vec<&str> = all_services()
        .iter()
        .filter(|service| service.state == ServiceState::Closed)
        .map(|service| service.code.as_str())
        .collect();
    assert_eq!(closed, ["TX.No_Dues_Certificate", "TX.Property_Tax_2013-14"]);
}

/// The live codes hold spaces, brackets and doubled underscores, which break links and file names.
#[test]
fn codes_are_clean_and_old_ones_still_resolve() {
    let clean = |code: &str| {
        code.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) && !code.contains("__")
    };
    assert!(all_services().iter().all(|service| clean(service.code.as_str())));
    assert!(all_heads().iter().all(|head| clean(head.code.as_str())));
    let miscellaneous = ServiceFolder::Miscellaneous;
    for (live, code) in [
        ("WF.Tender Form Fee", "WF.Tender_Form_Fee"),
        ("FN.PF_transfer_(Accounts)", "FN.PF_transfer_Accounts"),
        ("RT.ULB__Parking_Fee", "RT.ULB_Parking_Fee"),
        ("TB.Tehbazaari", "TB.Tehbazaari"),
    ] {
        let found = miscellaneous.services().unwrap().by_live(live).unwrap();
        assert_eq!(found.code.as_str(), code);
    }
    let challan = miscellaneous.heads().unwrap().by_live("TX.ENCROACHMENT_CHALLAN__TAX").unwrap();
    assert_eq!(challan.code.as_str(), "TX.ENCROACHMENT_CHALLAN_TAX");
}

#[test]
fn a_clerk_can_tell_open_services_apart() {
    let groups = groups().unwrap();
    let (mut hindi, mut english) = (HashSet::new(), HashSet::new());
    for service in all_services() {
        assert!(groups.get(&service.group).is_some(), "{}", service.code);
        if service.state == ServiceState::Open {
            assert!(hindi.insert(service.name.hindi.as_str()), "{}", service.name.hindi);
            assert!(english.insert(service.name.english.to_lowercase()), "{}", service.name.english);
        }
        let untidy = ['_', '.'];
        assert!(!service.name.english.contains(untidy), "{}", service.name.english);
        assert!(
            service.name.english.starts_with(|c: char| c.is_ascii_uppercase()),
            "{}",
            service.name.english
        );
        let latin = service.name.hindi.chars().any(|c| c.is_ascii_alphabetic());
        assert!(!latin, "{}", service.name.hindi);
    }
    assert_eq!(groups.iter().count(), 24);
}

/// 383 heads of the live system, three for water charges that it lacks, and the advance of the miscellaneous services.
#[test]
fn every_head_of_the_state_is_there_and_belongs_to_a_service() {
    assert_eq!(ServiceFolder::PropertyTax.heads().unwrap().iter().count(), 19);
    assert_eq!(all_heads().len(), 383 + 3 + 1);
    for head in all_heads() {
        if let Some(code) = &head.service {
            assert!(service(code).unwrap().is_some(), "{} of {code}", head.code);
            assert_eq!(masters::head(code, &head.code).unwrap(), Some(head));
        }
    }
    for service in all_services() {
        assert!(
            amount_head(service.code.as_str()).service.as_ref() == Some(&service.code),
            "{}",
            service.code
        );
    }
    let renewal: Vec<&str> = ServiceFolder::Miscellaneous
        .heads()
        .unwrap()
        .of(&"TL.RENEWAL".into())
        .iter()
        .map(|head| head.code.as_str())
        .collect();
    let expected = [
        "ADVANCE",
        "TL_RENEWAL_REBATE",
        "TL_RENEWAL_ADHOC_REBATE",
        "TL_RENEWAL_PENALTY",
        "TL_RENEWAL_ADHOC_PENALTY",
        "TL_RENEWAL_TAX",
    ];
    assert_eq!(renewal, expected, "the live file gives them to TL");
    let wrong_service = masters::head(&"TL".into(), &"PT_TAX".into());
    assert_eq!(wrong_service, Ok(None));
    assert!(masters::head(&"TB.Tehbazaari".into(), &ADVANCE_HEAD.into()).unwrap().is_some());
}

/// The live file calls most of these a tax, and orders two rebates behind the tax they reduce.
#[test]
fn property_tax_heads_are_what_they_are_and_in_the_order_money_is_spent() {
    let heads = ServiceFolder::PropertyTax.heads().unwrap();
    let category = |code: &str| heads.get(&code.into()).unwrap().category;
    assert_eq!(category("PT_OWNER_EXEMPTION"), HeadCategory::Exemption);
    assert_eq!(category("PT_ONE_TIME_REBATE"), HeadCategory::Rebate);
    assert_eq!(category("PT_ONE_TIME_PENALTY"), HeadCategory::Penalty);
    assert_eq!(category("PT_TIME_INTEREST"), HeadCategory::Interest);
    assert_eq!(category("PT_ROUNDOFF"), HeadCategory::RoundOff);
    let of_service = heads.of(&"PT".into());
    let kinds: Vec<HeadKind> = of_service.iter().map(|head| head.kind()).collect();
    assert!(kinds.is_sorted(), "credits, then penalty and interest, then heads");
    let orders: HashSet<u16> = of_service.iter().map(|head| head.order).collect();
    assert_eq!(orders.len(), of_service.len(), "no two heads compete for the same rupee");
    assert_eq!(heads.by_live("PT_ADVANCE_CARRYFORWARD").unwrap().code.as_str(), ADVANCE_HEAD);
}

/// A bill of one year with all kinds of heads, spread by the domain with the order of the table.
#[test]
fn the_tables_order_spreads_a_part_payment() {
    let heads = ServiceFolder::PropertyTax.heads().unwrap();
    let year = FinancialYear::parse("2026-27").unwrap();
    let due = |code: &str, rupees: i64| {
        let head = heads.get(&code.into()).unwrap();
        OpenDue {
            year,
            head: head.code.clone(),
            kind: head.kind(),
            order: head.order,
            due_paise: Paise(rupees * 100),
        }
    };
    let bill = [
        due("SWATCHATHA_TAX", 100),
        due("PT_TAX", 1_000),
        due("PT_TIME_INTEREST", 50),
        due("PT_TIME_REBATE", -200),
    ];
    let lines = allocate(&bill, Paise(50_000), year).unwrap();
    let spent: Vec<(&str, i64)> = lines.iter().map(|l| (l.head.as_str(), l.amount_paise.0 / 100)).collect();
    assert_eq!(spent, [("PT_TIME_REBATE", -200), ("PT_TIME_INTEREST", 50), ("PT_TAX", 650)]);
}

/// The live system posts nothing: no service there has an account code.
#[test]
fn every_head_is_posted_where_the_manual_says() {
    let code = |service: &str| amount_head(service).nmam.to_string();
    for (service, expected) in [
        ("ADVT.Hoardings", "110-11-01"),
        ("TX.House_Tax", "110-01-01"),
        ("TX.Show_Tax", "110-80"),
        ("CH.Plastic_Challan", "140-20-04"),
        ("TB.Tehbazaari", "140-50-21"),
        ("TX.Mutation_Fees", "140-40-09"),
        ("OM.Road_cut_fees", "140-70-01"),
        ("UC.Garbage_Collection_Charges_Residential", "140-50-05"),
        ("RT.ULB_Shops_Rent", "130-10-15"),
        ("RT.Nazool_Land_Rent", "350-30"),
        ("RT.Sale_of_land", "410-10"),
        ("FN.Tender_Earnest_Money_Deposit", "340-10-01"),
        ("FN.GPF", "350-20-01"),
        ("CSS.labor_cess", "350-20"),
        ("TX.G_S_T", "350-20"),
        ("FN.Grants_cheque", "320-20-23"),
        ("SLHC.Sale_Of_Stores_Scrap", "150-12-02"),
        ("GTINER.Interest_From_Sb_Accounts", "171-10-01"),
        ("ST.Stationary_Not_Income", "350-80"),
        ("WC", "140-50-13"),
    ] {
        assert_eq!(code(service), expected, "{service}");
    }
    let property_tax = ServiceFolder::PropertyTax.heads().unwrap();
    let head = |code: &str| property_tax.get(&HeadCode::from(code)).unwrap().nmam.minor_head();
    assert_eq!(head("PT_TAX"), "110-01");
    assert_eq!(head("SWATCHATHA_TAX"), "110-04");
    assert_eq!(head("PT_TIME_REBATE"), "110-90", "a rebate is less income, not an expense");
    assert_eq!(head("PT_TIME_INTEREST"), "140-20");
    assert_eq!(head(ADVANCE_HEAD), "350-41");
    for head in all_heads() {
        let first = head.nmam.major.chars().next().unwrap();
        match head.category {
            HeadCategory::Liability | HeadCategory::Advance => assert_eq!(first, '3', "{}", head.code),
            HeadCategory::Sale => assert!(matches!(first, '1' | '4'), "{}", head.code),
            _ => assert!(head.nmam.is_revenue(), "{}", head.code),
        }
    }
}

#[test]
fn settings_limit_the_clerk() {
    let property_tax = ServiceFolder::PropertyTax.settings().unwrap().get(&"PT".into(), &"PT_TAX".into());
    assert!(property_tax.part_payment_allowed && property_tax.advance_allowed);
    assert_eq!(property_tax.mobile, MobileAsked::Optional);
    let miscellaneous = ServiceFolder::Miscellaneous.settings().unwrap();
    assert_eq!(miscellaneous.of_service(&"TB.Tehbazaari".into()), CollectionSetting::STRICT);
    assert!(miscellaneous.of_service(&"WC".into()).advance_allowed);
}

#[test]
fn services_are_found_in_either_language() {
    let found = |typed: &str| -> Vec<&str> {
        let services = ServiceFolder::Miscellaneous.services().unwrap().search(groups().unwrap(), typed);
        services.iter().map(|service| service.code.as_str()).collect()
    };
    assert_eq!(found("तहबाज़ारी")[0], "TB.Tehbazaari");
    assert_eq!(found("tehb")[0], "TB.Tehbazaari");
    assert!(found("dengue ch").contains(&"CH.Dengue_Challan"));
    assert_eq!(found("plumber"), ["OM.Plumber_License_Fee"]);
    assert!(found("2013-14").is_empty(), "closed services are not offered");
    assert!(found("कूड़ा आवा").contains(&"UC.Garbage_Collection_Charges_Residential"));
    assert_eq!(found("").len(), 177);
    assert!(found("zzz").is_empty());
}

#[test]
fn payment_modes_ask_what_the_instrument_needs() {
    let modes = payment_modes().unwrap();
    let known = [
        "tendered",
        "number",
        "dated",
        "ifsc",
        "bank",
        "branch",
        "card-last-four",
        "approval-code",
        "our-reference",
    ];
    for mode in PaymentMode::ALL {
        let info = modes.get(mode).unwrap();
        assert_eq!(info.realised_at_once, !mode.subject_to_realisation(), "{}", mode.code());
        let fields: Vec<&PaymentField> = payment_fields().unwrap().of(mode).collect();
        assert!(!fields.is_empty());
        assert!(fields.iter().all(|field| known.contains(&field.field.as_str())));
    }
    assert_eq!(modes.by_live("POS").unwrap().mode, PaymentMode::Card);
    let cheque: Vec<(&str, Asked)> = payment_fields()
        .unwrap()
        .of(PaymentMode::Cheque)
        .map(|field| (field.field.as_str(), field.asked))
        .collect();
    let expected = [
        ("number", Asked::Required),
        ("dated", Asked::Required),
        ("ifsc", Asked::Either),
        ("bank", Asked::Either),
        ("branch", Asked::Either),
    ];
    assert_eq!(cheque, expected);
}

#[test]
fn a_cash_receipt_is_not_cancelled_for_a_bounced_cheque() {
    let codes = |mode| -> Vec<&str> {
        cancel_reasons().unwrap().of(mode).map(|reason| reason.code.as_str()).collect()
    };
    assert_eq!(codes(PaymentMode::Cash), ["error-in-receipt", "other"]);
    assert_eq!(codes(PaymentMode::Cheque), ["error-in-receipt", "cheque-dishonoured", "other"]);
}

#[test]
fn banks_are_banks() {
    let banks = banks().unwrap();
    let prefixes: Vec<&str> = banks.iter().filter_map(|bank| bank.ifsc.as_deref()).collect();
    assert_eq!(prefixes.iter().collect::<HashSet<_>>().len(), prefixes.len());
    assert_eq!(banks.by_ifsc("NTBL0HAL001").unwrap().name.english, "Nainital Bank");
    assert_eq!(banks.by_ifsc("sbin").unwrap().code, "sbi");
    assert_eq!(banks.by_ifsc("XX"), None);
    assert_eq!(banks.by_ifsc("भारत"), None);
    assert_eq!(banks.iter().filter(|bank| bank.kind == BankKind::RegionalRural).count(), 28);
    let odd = ["[", "Marg", "Uttrakhand"];
    assert!(!banks.iter().any(|bank| odd.iter().any(|word| bank.name.english.contains(word))));
    assert_eq!(banks.search("nain")[0].code, "nainital");
    assert_eq!(banks.search("स्टेट")[0].code, "sbi");
}

#[test]
fn a_drawer_is_counted_largest_first() {
    let all = denominations().unwrap();
    let value = |kind| -> Vec<i64> {
        all.iter().filter(|d| d.kind == kind && d.offered_always).map(|d| d.value_paise.0 / 100).collect()
    };
    assert_eq!(value(DenominationKind::Note), [500, 200, 100, 50, 20, 10, 5]);
    assert_eq!(value(DenominationKind::Coin), [20, 10, 5, 2, 1]);
    let withdrawn = all.get("note-2000").unwrap();
    assert!(!withdrawn.offered_always, "legal tender, but no longer in circulation");
    assert_eq!(withdrawn.value_paise, Paise(200_000));
}
