//! The outcome of sending a message, and the errors of a mail server.

use super::refusal::Refusal;
use crate::locale::catalogue::mail as texts;
use crate::locale::{Lang, Text};

/// The outcome of sending a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The server took it for at least one recipient.
    Taken {
        /// Those it was not taken for.
        refused: Vec<Refusal>,
    },
    /// Refused for good, for every recipient. Other messages are not concerned.
    Refused(Vec<Refusal>),
    /// The whole message was sent and no answer came: it may have arrived. To send it again may
    /// deliver it twice.
    Uncertain(DeliveryError),
    /// Certainly not delivered to any recipient.
    Failed(DeliveryError),
}

/// Why a message was not delivered, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryError {
    pub(super) kind: DeliveryErrorKind,
    pub(super) server: String,
    pub(super) reply: String,
}

impl DeliveryError {
    /// The kind of error.
    pub fn kind(&self) -> DeliveryErrorKind {
        self.kind
    }

    /// What the server or the system said: one line, no control characters, no secrets, at most
    /// some hundred characters.
    pub fn reply(&self) -> &str {
        &self.reply
    }

    /// Which server (`host:port`), what is wrong and what to do.
    pub fn text(&self, lang: Lang) -> String {
        let text = self.kind.text().fill(lang, &[("server", &self.server)]);
        match self.reply.is_empty() {
            true => text,
            false => text + &texts::SAID.fill(lang, &[("reply", &self.reply)]),
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $code:literal $text:ident)*) => {
        /// A kind of error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DeliveryErrorKind {
            $($(#[$doc])* $kind,)*
        }

        impl DeliveryErrorKind {
            /// Every kind.
            pub const ALL: &[DeliveryErrorKind] = &[$(DeliveryErrorKind::$kind),*];

            /// The code, for logs and metrics.
            pub fn code(self) -> &'static str {
                match self {
                    $(DeliveryErrorKind::$kind => $code,)*
                }
            }

            fn text(self) -> &'static Text {
                match self {
                    $(DeliveryErrorKind::$kind => &texts::$text,)*
                }
            }
        }
    };
}

kinds! {
    /// The name of the server is not known.
    UnknownHost "unknown-host" UNKNOWN_HOST
    /// No connection.
    Unreachable "unreachable" UNREACHABLE
    /// The server did not answer in time.
    Timeout "timeout" TIMEOUT
    /// The connection broke.
    CutOff "cut-off" CUT_OFF
    /// No TLS, or a certificate that is not to be trusted or bears another name.
    Tls "tls" NO_TLS
    /// A root given for the server is not a certificate in PEM.
    Roots "roots" ROOTS
    /// Answers in plain text came behind the one that begins TLS. Nothing was sent.
    Injected "injected" INJECTED
    /// The server offers no STARTTLS.
    NoStartTls "no-starttls" NO_STARTTLS
    /// The server offers no login, or none that is known here.
    NoAuth "no-auth" NO_AUTH
    /// The server refuses the login.
    Auth "auth" AUTH
    /// The server takes no login by a password alone: Microsoft 365 says 5.7.139 or 5.7.30.
    BasicAuthOff "basic-auth-off" BASIC_AUTH_OFF
    /// The server wants a password made for applications: Google says 534 5.7.9.
    AppPasswordWanted "app-password-wanted" APP_PASSWORD_WANTED
    /// The server refuses the token.
    TokenRefused "token-refused" TOKEN_REFUSED
    /// The server wants a login, and none is set.
    AuthWanted "auth-wanted" AUTH_WANTED
    /// A password would go over the network unprotected. Nothing was sent.
    Unprotected "unprotected" UNPROTECTED
    /// The server put it off each time (4xx), as for greylisting.
    Temporary "temporary" TEMPORARY
    /// The server does not accept this machine (5xx at the greeting).
    Rejected "rejected" REJECTED
    /// The server refuses the sender, or it is no mail address.
    Sender "sender" SENDER
    /// What answers is not a mail server, or not on this port.
    Protocol "not-smtp" NOT_SMTP
}

impl DeliveryErrorKind {
    /// Whether another attempt may succeed.
    pub fn may_pass(self) -> bool {
        matches!(
            self,
            DeliveryErrorKind::UnknownHost
                | DeliveryErrorKind::Unreachable
                | DeliveryErrorKind::Timeout
                | DeliveryErrorKind::CutOff
                | DeliveryErrorKind::Temporary
        )
    }

    /// Whether every other message to the same server would fail in the same way.
    pub fn concerns_all(self) -> bool {
        !matches!(self, DeliveryErrorKind::Temporary | DeliveryErrorKind::Sender | DeliveryErrorKind::CutOff)
    }
}
