//! The bill's grid, year by head, with arrears, current year, credits, advance and the total.

use crate::format;
use crate::parts::{Named, Said};
use crate::state::App;
use crate::words::counter as said;
use contract::{Bill, BillYear};
use domain::Paise;
use leptos::prelude::*;

/// The grid and its sums. Columns without any amount are left out; the sums are the reply's, or `domain`'s over it.
#[component]
pub fn BillYears(bill: Bill) -> impl IntoView {
    let app = App::here();
    let Bill { heads, years, total_due_paise, advance_paise, .. } = bill;
    let columns: Vec<usize> = (0..heads.len())
        .filter(|at| years.iter().any(|year| year.due_paise.get(*at).is_some_and(|due| !due.is_zero())))
        .collect();
    let headings = columns.iter().filter_map(|at| heads.get(*at).cloned()).collect::<Vec<_>>();
    let sums = Sums::of(&years);
    let none = years.is_empty();
    let rows = years.into_iter().map(|year| year_row(year, &columns)).collect_view();
    view! {
        <div class="grid-scroll" role="region" tabindex="0" aria-label=app.say(said::DUES_GRID)>
            <table class="dues" data-testid="dues">
                <thead>
                    <tr>
                        <th scope="col"><Said word=said::YEAR /></th>
                        {headings.into_iter().map(|head| view! { <th scope="col" class="money"><Named both=head.name /></th> }).collect_view()}
                        <th scope="col" class="money"><Said word=crate::words::common::TOTAL /></th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                    {none.then(|| view! { <tr><td colspan="2" class="quiet"><Said word=said::NO_DUE /></td></tr> })}
                </tbody>
            </table>
        </div>
        <dl class="sums" data-testid="bill-sums">
            <Sum label=said::ARREARS paise=sums.arrears />
            <Sum label=said::CURRENT paise=sums.current />
            <Sum label=said::CREDITS paise=sums.credits />
            <Sum label=said::ADVANCE paise=advance_paise />
            <div class="sum total">
                <dt><Said word=said::TOTAL_DUE /></dt>
                <dd class="money" id="total-due" data-paise=total_due_paise.0.to_string()>
                    {format::rupees(total_due_paise)}
                </dd>
            </div>
        </dl>
    }
}

fn year_row(year: BillYear, columns: &[usize]) -> impl IntoView + use<> {
    let cells = columns
        .iter()
        .map(|at| year.due_paise.get(*at).copied().unwrap_or_default())
        .map(|due| view! { <td class="money" class:credit=due.is_negative()>{format::cell(due)}</td> })
        .collect_view();
    view! {
        <tr class:arrears=year.arrears>
            <th scope="row" class="figures">{year.year.to_string()}</th>
            {cells}
            <td class="money strong">{format::cell(year.net_paise)}</td>
        </tr>
    }
}

#[component]
fn Sum(label: crate::words::Word, paise: Paise) -> impl IntoView {
    view! {
        <div class="sum">
            <dt><Said word=label /></dt>
            <dd class="money">{format::cell(paise)}</dd>
        </div>
    }
}

struct Sums {
    arrears: Paise,
    current: Paise,
    credits: Paise,
}

impl Sums {
    fn of(years: &[BillYear]) -> Sums {
        let net = |arrears: bool| {
            Paise::checked_sum(years.iter().filter(|year| year.arrears == arrears).map(|year| year.net_paise))
        };
        let credits = years.iter().flat_map(|year| &year.due_paise).filter(|due| due.is_negative()).copied();
        Sums {
            arrears: net(true).unwrap_or_default(),
            current: net(false).unwrap_or_default(),
            credits: Paise::checked_sum(credits).unwrap_or_default(),
        }
    }
}
