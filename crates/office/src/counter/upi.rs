use crate::{Office, OfficeError};
use contract::{Reply, UpiCode};
use domain::Paise;
use domain::payment::upi_link;

/// NPCI's bound on our reference.
const REFERENCE_CHARACTERS_MAX: usize = 35;

impl Office {
    /// The QR a payer scans; drawn without a line. It asks for the money, it proves nothing.
    pub(crate) async fn upi_code(&self, draft: &str, amount_paise: Paise) -> Result<Reply, OfficeError> {
        let (town, _) = self.at_work().await?;
        let desk = self.desk(&town).await?;
        if desk.upi_address.trim().is_empty() {
            return Err(OfficeError::NoUpiAddress);
        }
        if amount_paise <= Paise::ZERO {
            return Err(OfficeError::AmountNotPositive);
        }
        let draft: String = draft.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        let reference: String = format!("{}{}{draft}", town.code, town.identity.counter.0)
            .chars()
            .take(REFERENCE_CHARACTERS_MAX)
            .collect();
        let link =
            upi_link(desk.upi_address.trim(), &town.name.english, amount_paise, &reference, "Municipal dues");
        let svg = paper::qr_svg(&link)?;
        Ok(Reply::UpiCode(UpiCode { link, svg, reference }))
    }
}
