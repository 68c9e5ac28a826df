//! The columns that say whose a row is.

use super::{Cell, Column, head};
use crate::register::{Contact, Holder, HolderKey};

/// The holder of a row, or the name of what no register knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HolderRef {
    /// The holder in its register; none where nobody is known.
    pub key: Option<HolderKey>,
    /// Its name; of what nobody is known to hold, the name that it bears.
    pub name: String,
    /// Its prefecture, as the register writes it.
    pub prefecture: Option<String>,
    /// Whom to turn to: a person, or else an address.
    pub contact: Option<String>,
    /// The register's tag.
    pub tag: Option<String>,
    /// There are several registers: people are told which one.
    pub in_several: bool,
}

impl HolderRef {
    /// A holder of a register.
    pub fn of(holder: &Holder) -> HolderRef {
        HolderRef {
            key: Some(holder.key.clone()),
            name: holder.name.clone(),
            prefecture: holder.prefecture.clone(),
            contact: contact_of(&holder.contact),
            tag: holder.tag.clone(),
            in_several: false,
        }
    }

    /// The ID, with the register where there are several.
    pub fn shown_id(&self) -> Option<String> {
        let key = self.key.as_ref()?;
        Some(if self.in_several { format!("{}/{}", key.register, key.id) } else { key.id.clone() })
    }

    /// `13A0001 さくら苑`, or the name alone where no holder is known.
    pub fn called(&self) -> String {
        match self.shown_id() {
            Some(id) => format!("{id} {}", self.name),
            None => self.name.clone(),
        }
    }

    /// Nobody that is known, of a name.
    pub fn unknown(name: &str) -> HolderRef {
        HolderRef { name: name.into(), ..HolderRef::default() }
    }
}

/// Whom to turn to: a person, or else an address.
pub fn contact_of(contact: &Contact) -> Option<String> {
    let all = [&contact.person, &contact.mail, &contact.tel, &contact.fax, &contact.address];
    all.into_iter().flatten().next().cloned()
}

/// A row that is somebody's.
pub trait HasHolder {
    /// Whose it is.
    fn holder(&self) -> &HolderRef;
}

/// Says of a type of rows in which field it has its holder.
macro_rules! has_holder {
    ($row:ty, $($field:ident).+) => {
        impl $crate::report::list::holder::HasHolder for $row {
            fn holder(&self) -> &$crate::report::list::holder::HolderRef {
                &self.$($field).+
            }
        }
    };
}
pub(super) use has_holder;

/// The holder's columns, which stand in the whole report from a place on; at 0 they do not.
pub fn columns<R: HasHolder>(place: u8) -> [Column<R>; 7] {
    let at = |n: u8| if place == 0 { 0 } else { place + n };
    [register(at(1)), id(at(0)), known_name(), name(at(2)), prefecture(at(3)), contact(at(4)), tag(at(5))]
}

/// The register.
pub const fn register<R: HasHolder>(place: u8) -> Column<R> {
    let register = Column::new("register", |row: &R, _| row.holder().key.as_ref().map(|key| &key.register).into());
    register.json("holder.register").text(place, head("台帳", "register")).named().data()
}

/// The holder's ID.
pub const fn id<R: HasHolder>(place: u8) -> Column<R> {
    let id = Column::new("holder", |row: &R, _| row.holder().key.as_ref().map(|key| &key.id).into());
    id.json("holder.id").text(place, head("台帳ID", "holder")).named()
}

/// The name of a holder that is known.
pub const fn known_name<R: HasHolder>() -> Column<R> {
    Column::json_only("holder.name", |row: &R, _| {
        let holder = row.holder();
        holder.key.as_ref().map(|_| Cell::text(&holder.name)).into()
    })
}

/// The name, whether the holder is known or not.
pub const fn name<R: HasHolder>(place: u8) -> Column<R> {
    let name = Column::new("name", |row: &R, _| Cell::text(&row.holder().name));
    name.text(place, head("名称", "name")).named()
}

/// The prefecture.
pub const fn prefecture<R: HasHolder>(place: u8) -> Column<R> {
    let prefecture = Column::new("prefecture", |row: &R, _| row.holder().prefecture.as_ref().into());
    prefecture.text(place, head("都道府県", "prefecture"))
}

/// Whom to turn to.
pub const fn contact<R: HasHolder>(place: u8) -> Column<R> {
    let contact = Column::csv("contact", |row: &R, _| row.holder().contact.as_ref().into());
    contact.text(place, head("担当", "contact")).private()
}

/// The tag.
pub const fn tag<R: HasHolder>(place: u8) -> Column<R> {
    let tag = Column::new("tag", |row: &R, _| row.holder().tag.as_ref().into());
    tag.text(place, head("タグ", "tag")).private().data()
}
