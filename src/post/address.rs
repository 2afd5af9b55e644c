//! Addresses that were typed: checked, and spelt as every mail server takes them.

use lettre::Address;
use lettre::message::{Mailbox, Mailboxes};

/// Reads one address, perhaps with a name: `noc@contoso.com`, `Mail team <noc@contoso.com>`.
pub fn one(text: &str) -> Result<Mailbox, String> {
    let mut all = several(text)?;
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err("take one address".to_owned()),
    }
}

/// Reads addresses parted by commas. None is empty, and none is there twice.
pub fn several(text: &str) -> Result<Vec<Mailbox>, String> {
    if text.chars().any(char::is_control) {
        return Err("an address holds no line break or other control character".to_owned());
    }
    let all: Mailboxes = text.parse().map_err(|_| {
        format!(
            "`{text}` is not an address, or not several with commas between them; take noc@contoso.com, Mail team \
             <noc@contoso.com> or, with a comma in the name, \"Doe, Jane\" <j@contoso.com>"
        )
    })?;
    let mut found: Vec<Mailbox> = Vec::new();
    for mailbox in all {
        let email = ascii(&mailbox.email)?;
        if found.iter().all(|known| known.email != email) {
            found.push(Mailbox::new(mailbox.name, email));
        }
    }
    if found.is_empty() { Err("take an address such as noc@contoso.com".to_owned()) } else { Ok(found) }
}

/// The domain as DNS has it. In front of the `@`, other letters than ASCII need servers that take them all the way (RFC 6531):
/// what half of them refuses is refused here.
fn ascii(address: &Address) -> Result<Address, String> {
    if !address.user().is_ascii() {
        return Err(format!(
            "{}: in front of the @ only ASCII letters reach every mail server",
            address.user()
        ));
    }
    let domain = idna::domain_to_ascii(address.domain())
        .map_err(|_| format!("{}: no domain can have this name", address.domain()))?;
    Address::new(address.user(), &domain).map_err(|error| format!("{address}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        several(text).expect(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        assert_eq!(read("a@b.example, c@d.example"), ["a@b.example", "c@d.example"]);
        assert_eq!(read("Mail team <noc@contoso.com>"), ["Mail team <noc@contoso.com>"]);
        assert_eq!(
            read("\"Doe, Jane\" <j@contoso.com>,a@b.example"),
            ["\"Doe, Jane\" <j@contoso.com>", "a@b.example"]
        );
        assert_eq!(read("info@bücher.example"), ["info@xn--bcher-kva.example"]);
        assert_eq!(read("a@b.example,a@b.example"), ["a@b.example"]);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            " ",
            "a",
            "a@",
            "@b",
            "a@b c",
            "a@b\r\nBcc: c@d",
            "a@b>\u{0}",
            "Jane\n <a@b>",
            "a b@c",
            "grün@contoso.com",
            "a@b.example,,",
            "a@-.\u{202e}",
        ] {
            assert!(several(text).is_err(), "{text:?}: {:?}", several(text));
        }
        assert!(one("a@b.example,c@d.example").is_err());
    }
}
