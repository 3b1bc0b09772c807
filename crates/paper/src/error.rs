//! Why a paper could not be made.

use domain::Language;

/// A paper could not be made. What it was to prove (the receipt, the close) is untouched: the fact is older than its
/// paper.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// A built-in font does not parse or cannot be cut down to the glyphs in use.
    #[error("font {font}: {why}")]
    Font {
        /// The font's file name.
        font: &'static str,
        /// What the font library said.
        why: String,
    },
    /// The text is longer than a QR code holds.
    #[error("{characters} characters do not fit a QR code")]
    QrTooLong {
        /// Characters asked for.
        characters: usize,
    },
    /// The PDF could not be written.
    #[error("the PDF could not be written: {why}")]
    Pdf {
        /// What the writer said.
        why: String,
    },
    /// The page is too large to be drawn as dots.
    #[error("the page is too large to be drawn as dots")]
    Dots,
}

impl PaperError {
    /// The stable code for the help desk.
    pub fn code(&self) -> &'static str {
        match self {
            PaperError::Font { .. } => "E-PAPER-001",
            PaperError::QrTooLong { .. } => "E-PAPER-002",
            PaperError::Pdf { .. } => "E-PAPER-003",
            PaperError::Dots => "E-PAPER-004",
        }
    }

    /// What the person at the counter reads: what happened, what is safe, what to do.
    pub fn message(&self, language: Language) -> &'static str {
        match (self, language) {
            (PaperError::Font { .. }, Language::Hindi) => {
                "छपाई के फ़ॉन्ट ख़राब हैं, काग़ज़ नहीं बना। दर्ज की गई राशि सुरक्षित है। पालिका को दोबारा स्थापित करें।"
            }
            (PaperError::Font { .. }, Language::English) => {
                "The printing fonts are damaged; no paper was made. What was recorded is safe. Install Palika again."
            }
            (PaperError::QrTooLong { .. }, Language::Hindi) => {
                "QR कोड के लिए पाठ बहुत लंबा है, काग़ज़ नहीं बना। दर्ज की गई राशि सुरक्षित है। तकनीशियन को यह संदेश दिखाएँ।"
            }
            (PaperError::QrTooLong { .. }, Language::English) => {
                "The text for the QR code is too long; no paper was made. What was recorded is safe. Show this \
                 message to the technician."
            }
            (PaperError::Pdf { .. }, Language::Hindi) => {
                "PDF नहीं लिखा जा सका। दर्ज की गई राशि सुरक्षित है। दोबारा छापें।"
            }
            (PaperError::Pdf { .. }, Language::English) => {
                "The PDF could not be written. What was recorded is safe. Print it again."
            }
            (PaperError::Dots, Language::Hindi) => {
                "काग़ज़ थर्मल प्रिंटर के लिए बहुत बड़ा है। दर्ज की गई राशि सुरक्षित है। A5 प्रिंटर पर छापें।"
            }
            (PaperError::Dots, Language::English) => {
                "The paper is too large for the thermal printer. What was recorded is safe. Print it on an A5 printer."
            }
        }
    }
}
