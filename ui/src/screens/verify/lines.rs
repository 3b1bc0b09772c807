//! The lines of a receipt, typed off its paper: year, head, amount.

use crate::browser;
use crate::format::latin_digit;
use crate::parts::{Said, own_problem};
use crate::state::App;
use crate::words::{common, receipts as words};
use contract::{Choice, Problem};
use domain::receipt::ReceiptLine;
use domain::{FinancialYear, Paise};
use leptos::prelude::*;

/// One line as typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypedLine {
    pub year: String,
    pub head: String,
    pub amount: String,
}

impl TypedLine {
    fn read(&self) -> Result<ReceiptLine, Problem> {
        let year: String = self.year.chars().map(latin_digit).collect();
        let year =
            FinancialYear::parse(&year).map_err(|_| own_problem("E-UI-015", words::NOT_A_YEAR, "lines"))?;
        if self.head.is_empty() {
            return Err(own_problem("E-UI-016", words::CHOOSE_HEAD, "lines"));
        }
        let amount_paise = Paise::parse(&self.amount)
            .map_err(|_| own_problem("E-UI-010", common::NOT_AN_AMOUNT, "lines"))?;
        Ok(ReceiptLine { year, head: self.head.as_str().into(), amount_paise })
    }
}

/// All lines; the first that cannot be read stops it.
pub fn read(lines: &[TypedLine]) -> Result<Vec<ReceiptLine>, Problem> {
    lines.iter().map(TypedLine::read).collect()
}

/// The table, a row a line.
#[component]
pub fn LinesAsPrinted(
    lines: RwSignal<Vec<TypedLine>>,
    #[prop(into)] heads: Signal<Vec<Choice>>,
    /// The year a new line begins with.
    year: FinancialYear,
) -> impl IntoView {
    let app = App::here();
    let count = Memo::new(move |_| lines.with(Vec::len));
    let add = move |_| {
        let at = count.get_untracked();
        lines.update(|lines| lines.push(TypedLine { year: year.to_string(), ..TypedLine::default() }));
        browser::focus(format!("line-head-{at}"));
    };
    view! {
        <fieldset class="recover-lines">
            <legend><Said word=words::LINES_AS_PRINTED /></legend>
            <p class="quiet"><Said word=words::LINES_MORE /></p>
            {move || (0..count.get()).map(|at| view! { <Line lines at heads /> }).collect_view()}
            <button type="button" class="quiet-button" id="add-line" on:click=add>{app.say(words::ADD_LINE)}</button>
        </fieldset>
    }
}

#[component]
fn Line(lines: RwSignal<Vec<TypedLine>>, at: usize, heads: Signal<Vec<Choice>>) -> impl IntoView {
    let app = App::here();
    let part = move |of: fn(&TypedLine) -> &String| {
        move || lines.with(|lines| lines.get(at).map(of).cloned().unwrap_or_default())
    };
    let put = move |change: fn(&mut TypedLine, String), text: String| {
        lines.update(|lines| {
            if let Some(line) = lines.get_mut(at) {
                change(line, text);
            }
        });
    };
    let options = move || {
        let chosen = lines.with_untracked(|lines| lines.get(at).map(|line| line.head.clone()));
        heads
            .get()
            .into_iter()
            .map(|Choice { code, name }| {
                let selected = chosen.as_ref() == Some(&code);
                view! { <option value=code selected=selected>{app.text(&name)}</option> }
            })
            .collect_view()
    };
    view! {
        <div class="line-row">
            <select
                id=format!("line-head-{at}")
                aria-label=app.say(words::HEAD)
                prop:value=part(|line| &line.head)
                on:change:target=move |event| put(|line, text| line.head = text, event.target().value())
            >
                <option value="">{app.say(common::CHOOSE)}</option>
                {options}
            </select>
            <input
                id=format!("line-year-{at}")
                type="text"
                autocomplete="off"
                aria-label=app.say(words::LINE_YEAR)
                prop:value=part(|line| &line.year)
                on:input:target=move |event| put(|line, text| line.year = text, event.target().value())
            />
            <input
                id=format!("line-amount-{at}")
                type="text"
                inputmode="decimal"
                autocomplete="off"
                class="money"
                aria-label=app.say(common::AMOUNT)
                prop:value=part(|line| &line.amount)
                on:input:target=move |event| put(|line, text| line.amount = text, event.target().value())
            />
            <button
                type="button"
                class="quiet-button"
                on:click=move |_| lines.update(|lines| if at < lines.len() { lines.remove(at); })
            >
                {app.say(words::REMOVE_LINE)}
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(year: &str, head: &str, amount: &str) -> TypedLine {
        TypedLine { year: year.to_owned(), head: head.to_owned(), amount: amount.to_owned() }
    }

    #[test]
    fn lines_are_read_as_the_paper_prints_them() {
        let read = read(&[line("2025-26", "PT_TAX", "1,250.50"), line("२०२६-२७", "PT_TAX", "100")]).unwrap();
        let said: Vec<_> = read.iter().map(|line| (line.year.0, line.amount_paise.0)).collect();
        assert_eq!(said, [(2025, 125_050), (2026, 10_000)]);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (typed, code) in [
            (line("2026-28", "PT_TAX", "1"), "E-UI-015"),
            (line("2026-27", "", "1"), "E-UI-016"),
            (line("2026-27", "PT_TAX", ""), "E-UI-010"),
        ] {
            let problem = read(&[typed]).unwrap_err();
            assert_eq!((problem.code.as_str(), problem.field.as_str()), (code, "lines"));
        }
    }
}
