//! Pre-printed receipt books: what was issued to which counter, which leaves were entered, how many are left.

use crate::browser;
use crate::call::{ask_then, take};
use crate::format;
use crate::parts::{Field, ProblemLine, Said, own_problem};
use crate::state::App;
use crate::words::{common, drawer as words};
use contract::{IssueLeafBook, LeafBook, Problem, Request};
use domain::fact::Kind;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The books, and for those who keep the stock the form to issue one.
#[component]
pub fn Books() -> impl IntoView {
    let app = App::here();
    let books = RwSignal::new(None::<Vec<LeafBook>>);
    let problem = RwSignal::new(None::<Problem>);
    ask_then(Request::LeafBooks, take!(LeafBooks), move |answer| match answer {
        Ok(answer) => books.set(Some(answer)),
        Err(wrong) => problem.set(Some(wrong)),
    });
    let may_issue = Memo::new(move |_| app.may(Kind::LeafBookIssued));
    view! {
        <div class="task" id="books">
            <h2><Said word=words::BOOKS /></h2>
            <ProblemLine problem fields=&["book", "first_leaf", "last_leaf"] />
            {move || books.get().map(|books| if books.is_empty() {
                view! { <p class="quiet"><Said word=words::NO_BOOKS /></p> }.into_any()
            } else {
                view! { <Table books /> }.into_any()
            })}
            {move || may_issue.get().then(|| view! { <Issue books problem /> })}
        </div>
    }
}

#[component]
fn Table(books: Vec<LeafBook>) -> impl IntoView {
    let row = |book: LeafBook| {
        let leaves = book.last_leaf.saturating_sub(book.first_leaf).saturating_add(1);
        let used = u32::try_from(book.used.len()).unwrap_or(u32::MAX);
        view! {
            <tr>
                <th scope="row"><bdi>{book.book}</bdi></th>
                <td><bdi>{book.counter}</bdi></td>
                <td class="money">{book.first_leaf} "–" {book.last_leaf}</td>
                <td class="money">{used}</td>
                <td class="money">{leaves.saturating_sub(used)}</td>
            </tr>
        }
    };
    view! {
        <table class="dues">
            <thead>
                <tr>
                    <th scope="col"><Said word=words::BOOK /></th>
                    <th scope="col"><Said word=common::COUNTER /></th>
                    <th scope="col" class="money"><Said word=words::FIRST_LEAF /> "–" <Said word=words::LAST_LEAF /></th>
                    <th scope="col" class="money"><Said word=words::USED /></th>
                    <th scope="col" class="money"><Said word=words::LEFT /></th>
                </tr>
            </thead>
            <tbody>{books.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Issue(books: RwSignal<Option<Vec<LeafBook>>>, problem: RwSignal<Option<Problem>>) -> impl IntoView {
    let text = || RwSignal::new(String::new());
    let (book, first, last) = (text(), text(), text());
    let leaf = |text: RwSignal<String>, field: &str| {
        let number = format::digits_only(&text.get_untracked()).parse::<u32>();
        number.map_err(|_| own_problem("E-UI-012", words::NOT_A_LEAF, field))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        problem.set(None);
        let issue = leaf(first, "first_leaf").and_then(|first_leaf| {
            let last_leaf = leaf(last, "last_leaf")?;
            Ok(IssueLeafBook { book: book.get_untracked().trim().to_owned(), first_leaf, last_leaf })
        });
        let issue = match issue {
            Ok(issue) => issue,
            Err(wrong) => return problem.set(Some(wrong)),
        };
        ask_then(Request::IssueLeafBook(issue), take!(LeafBooks), move |answer| match answer {
            Ok(answer) => {
                books.set(Some(answer));
                for typed in [book, first, last] {
                    typed.set(String::new());
                }
                browser::focus("book-number");
            }
            Err(wrong) => problem.set(Some(wrong)),
        });
    };
    view! {
        <form id="issue-book-form" on:submit=submit>
            <h3><Said word=words::ISSUE_BOOK /></h3>
            <div class="triple">
                <Field id="book-number" name="book" label=words::BOOK text=book problem />
                <Field id="first-leaf" name="first_leaf" label=words::FIRST_LEAF text=first input_mode="numeric" problem />
                <Field id="last-leaf" name="last_leaf" label=words::LAST_LEAF text=last input_mode="numeric" problem />
            </div>
            <div class="actions"><button type="submit" class="primary" id="issue-book"><Said word=words::ISSUE_BOOK /></button></div>
        </form>
    }
}
