//! Everything printed: receipts, certificates, the day's close, slips and key sheets, as PDF or as dots for a
//! thermal printer, in Hindi and English.
//!
//! A paper is a plain value with its texts already chosen; it is laid out once into a [`scene::Document`], which any
//! backend can draw. This crate must not know where the values come from: no store, no log, no clock, no printer,
//! no files. The same value gives the same bytes.

mod compose;
pub mod dots;
mod error;
mod font;
mod papers;
mod pdf;
mod press;
pub mod qr;
pub mod scene;
mod shape;
mod text;
mod warning;

pub use compose::PaperSize;
pub use dots::Dots;
pub use error::PaperError;
pub use papers::*;
pub use press::{Press, Printed};
pub use qr::qr_svg;
pub use text::Digits;
pub use warning::Warning;

/// The version of the receipt's template, written into the receipt's fact so that an old receipt is explained by the
/// template it was printed with. Raise it whenever the receipt's texts or their places change.
pub const RECEIPT_TEMPLATE_VERSION: u16 = 1;
