use domain::Bilingual;

/// Why something about people, devices, cases or the register was not done. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The person is not of the staff.
    #[error("no such person")]
    NoSuchPerson,
    /// The person does not hold the role.
    #[error("the person does not hold the role")]
    RoleNotHeld,
    /// The person holds the role already.
    #[error("the person holds the role already")]
    RoleHeld,
    /// Without an administrator nobody could make one.
    #[error("the last administrator")]
    LastAdministrator,
    /// Somebody of the staff has this name in both scripts already.
    #[error("name taken")]
    NameTaken,
    /// The town's signing key is on another computer.
    #[error("the town's signing key is not here")]
    NoTownKey,
    /// Not letters and digits, or too long for a receipt's number.
    #[error("counter malformed")]
    Counter,
    /// Another device prints under this counter.
    #[error("counter taken")]
    CounterTaken,
    /// No such device.
    #[error("no such device")]
    NoSuchDevice,
    /// Trust in it was ended before.
    #[error("revoked already")]
    RevokedAlready,
    /// The device at hand cannot end trust in itself.
    #[error("this device itself")]
    ThisDevice,
    /// The decision is none of the case's.
    #[error("no such decision")]
    NoSuchDecision,
    /// A code that the masters of the town do not have.
    #[error("{0} not in the masters")]
    NotInMasters(&'static str),
    /// The property's number names its account.
    #[error("the property id cannot change")]
    NumberIsFixed,
    /// A town of the state is wanted.
    #[error("no such town")]
    NoSuchTown,
    /// A town is open in this folder already.
    #[error("a town is open here already")]
    TownOpenAlready,
    /// The package of an invitation cannot be read.
    #[error("package malformed")]
    Package,
    /// The device was enrolled, but its enrolment has not come by sync yet.
    #[error("enrolment has not arrived")]
    EnrolmentNotHere,
    /// Every role of the person was withdrawn.
    #[error("the person holds no role")]
    NoRole,
    /// Not the paper of a lost receipt of this town: forged, another town's, or its entry is here.
    #[error("not the paper of a lost receipt")]
    NotLost,
    /// Not the address of a computer of the building, or more of them than a building has.
    #[error("not a neighbour's address")]
    NeighbourAddress,
}

impl Refusal {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Refusal::NoSuchPerson => "E-OFFICE-070",
            Refusal::RoleNotHeld => "E-OFFICE-071",
            Refusal::RoleHeld => "E-OFFICE-072",
            Refusal::LastAdministrator => "E-OFFICE-073",
            Refusal::NameTaken => "E-OFFICE-074",
            Refusal::NoTownKey => "E-OFFICE-075",
            Refusal::Counter => "E-OFFICE-076",
            Refusal::CounterTaken => "E-OFFICE-077",
            Refusal::NoSuchDevice => "E-OFFICE-078",
            Refusal::RevokedAlready => "E-OFFICE-079",
            Refusal::ThisDevice => "E-OFFICE-080",
            Refusal::NoSuchDecision => "E-OFFICE-081",
            Refusal::NotInMasters(_) => "E-OFFICE-082",
            Refusal::NumberIsFixed => "E-OFFICE-083",
            Refusal::NoSuchTown => "E-OFFICE-084",
            Refusal::TownOpenAlready => "E-OFFICE-085",
            Refusal::Package => "E-OFFICE-086",
            Refusal::EnrolmentNotHere => "E-OFFICE-087",
            Refusal::NoRole => "E-OFFICE-088",
            Refusal::NeighbourAddress => "E-OFFICE-089",
            Refusal::NotLost => "E-OFFICE-090",
        }
    }

    /// The field it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Refusal::NoSuchPerson | Refusal::NoRole => "user",
            Refusal::RoleNotHeld | Refusal::RoleHeld | Refusal::LastAdministrator => "role",
            Refusal::NameTaken => "name",
            Refusal::Counter | Refusal::CounterTaken => "counter",
            Refusal::NoSuchDevice | Refusal::RevokedAlready | Refusal::ThisDevice => "device",
            Refusal::NoSuchDecision => "decision",
            Refusal::NotInMasters(field) => field,
            Refusal::NumberIsFixed => "property_id",
            Refusal::NoSuchTown => "town",
            Refusal::Package => "code",
            Refusal::NeighbourAddress => "address",
            Refusal::NotLost => "text",
            Refusal::NoTownKey | Refusal::TownOpenAlready | Refusal::EnrolmentNotHere => "",
        }
    }

    /// What happened, what is safe, what to do.
    pub fn message(self) -> Bilingual {
        let (hindi, english) = self.words();
        Bilingual::new(hindi, english)
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Refusal::NoSuchPerson => (
                "यह व्यक्ति कर्मचारियों की सूची में नहीं है। कुछ नहीं बदला गया। सूची ताज़ा करके चुनें।",
                "This person is not on the staff list. Nothing was changed. Refresh the list and choose again.",
            ),
            Refusal::RoleNotHeld => (
                "इनके पास यह भूमिका नहीं है। कुछ नहीं बदला गया। सूची ताज़ा करें।",
                "The person does not hold this role. Nothing was changed. Refresh the list.",
            ),
            Refusal::RoleHeld => (
                "इनके पास यह भूमिका पहले से है। कुछ नहीं बदला गया।",
                "The person holds this role already. Nothing was changed.",
            ),
            Refusal::LastAdministrator => (
                "नगर के अंतिम प्रशासक की भूमिका वापस नहीं ली जा सकती। पहले किसी और को प्रशासक बनाएँ।",
                "The town's last administrator cannot be withdrawn. Make somebody else administrator first.",
            ),
            Refusal::NameTaken => (
                "इसी नाम का कर्मचारी पहले से है। रसीद पर भेद रहे, इसलिए नाम में पद या पिता का नाम जोड़ें।",
                "There is a person of this name already. Add the post or the father's name, so that receipts tell them apart.",
            ),
            Refusal::NoTownKey => (
                "नए कंप्यूटर जोड़ने की नगर-कुंजी इस कंप्यूटर पर नहीं है। कुछ नहीं बदला गया। जिस कंप्यूटर पर नगर स्थापित हुआ था, वहाँ से आमंत्रण दें।",
                "The town's key for enrolling computers is not on this one. Nothing was changed. Invite from the computer on which the town was founded.",
            ),
            Refusal::Counter => (
                "काउंटर संकेत में केवल अंग्रेज़ी बड़े अक्षर और अंक हों, अधिकतम छह, जैसे C04।",
                "A counter's code has capital letters and digits only, at most six, such as C04.",
            ),
            Refusal::CounterTaken => (
                "यह काउंटर दूसरे कंप्यूटर के नाम है; एक संकेत की दो रसीद-श्रृंखलाएँ नहीं हो सकतीं। दूसरा संकेत लिखें।",
                "Another computer prints under this counter, and two series cannot share a code. Type another code.",
            ),
            Refusal::NoSuchDevice => (
                "यह कंप्यूटर नगर में दर्ज नहीं है। कुछ नहीं बदला गया। सूची ताज़ा करें।",
                "This computer is not enrolled in the town. Nothing was changed. Refresh the list.",
            ),
            Refusal::RevokedAlready => (
                "इस कंप्यूटर की मान्यता पहले ही समाप्त है। कुछ नहीं बदला गया।",
                "Trust in this computer was ended already. Nothing was changed.",
            ),
            Refusal::ThisDevice => (
                "जिस कंप्यूटर पर आप काम कर रहे हैं उसकी मान्यता यहीं से समाप्त नहीं होती। दूसरे कंप्यूटर पर यह करें।",
                "Trust in the computer you are working at cannot be ended here. Do it at another computer.",
            ),
            Refusal::NoSuchDecision => (
                "इस प्रकरण में यह निर्णय नहीं हो सकता। कुछ नहीं बदला गया। सूची से निर्णय चुनें।",
                "This case cannot be decided so. Nothing was changed. Choose one of the decisions listed.",
            ),
            Refusal::NotInMasters(_) => (
                "यह संकेत इस नगर की सूची में नहीं है। आपका लिखा सुरक्षित है। सूची से चुनें।",
                "The town's list does not have this code. What you typed is safe. Choose from the list.",
            ),
            Refusal::NumberIsFixed => (
                "संपत्ति संख्या नहीं बदली जा सकती: देय और रसीदें इसी से जुड़ी हैं। कुछ नहीं बदला गया।",
                "A property's number cannot change: dues and receipts hang on it. Nothing was changed.",
            ),
            Refusal::NoSuchTown => (
                "इस LGD संकेत का नगर राज्य की सूची में नहीं है। संकेत जाँचें।",
                "The state's list has no town of this LGD code. Check the code.",
            ),
            Refusal::TownOpenAlready => (
                "इस कंप्यूटर पर एक नगर पहले से खुला है; उसे छुआ नहीं गया।",
                "A town is open on this computer already; it was not touched.",
            ),
            Refusal::Package => (
                "आमंत्रण की फ़ाइल पढ़ी नहीं जा सकी। कुछ नहीं बदला गया। नया आमंत्रण माँगें।",
                "The invitation could not be read. Nothing was changed. Ask for a new one.",
            ),
            Refusal::NotLost => (
                "यह इस नगर की खोई हुई रसीद नहीं है: काग़ज़ असली नहीं, किसी और नगर का है, या उसका अभिलेख यहाँ है। कुछ दर्ज नहीं हुआ। पहले काग़ज़ की जाँच करें।",
                "This is not a lost receipt of this town: the paper is not genuine, is another town's, or its entry is here. Nothing was recorded. Check the paper first.",
            ),
            Refusal::NoRole => (
                "इस व्यक्ति की सब भूमिकाएँ वापस ली जा चुकी हैं, इसलिए साइन-इन नहीं होता। कुछ नहीं बदला गया। प्रशासक से कहें।",
                "Every role of this person was withdrawn, so there is no signing in. Nothing was changed. Ask the administrator.",
            ),
            Refusal::NeighbourAddress => (
                "यह कार्यालय के किसी कंप्यूटर का पता नहीं है। कुछ नहीं बदला गया। पता वैसे ही लिखें जैसा उस कंप्यूटर पर दिखता है, जैसे 192.168.1.5:7421।",
                "This is not the address of a computer of the office. Nothing was changed. Write it as that computer shows it, such as 192.168.1.5:7421.",
            ),
            Refusal::EnrolmentNotHere => (
                "यह कंप्यूटर जुड़ गया है, पर नगर के अभिलेख अभी नहीं पहुँचे। लाइन आते ही या USB से मिलान होने पर साइन-इन खुल जाएगा।",
                "This computer has joined, but the town's records have not come yet. Sign-in opens as soon as the line or a USB exchange brings them.",
            ),
        }
    }
}
