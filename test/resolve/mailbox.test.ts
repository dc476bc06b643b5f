import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { companyDomainOf } from "../../src/resolve/company-domain.ts";
import { isRoleAddress, mailboxOf } from "../../src/resolve/mailbox.ts";

describe("one mailbox has one name", () => {
  test.each([
    ["Anna.Lang@Northwind.Example", "anna.lang@northwind.example", "case"],
    ["anna.lang+demo@northwind.example", "anna.lang@northwind.example", "a plus at a company's domain"],
    ["a.n.n.a.lang+x@gmail.com", "annalang@gmail.com", "dots and plus at Gmail"],
    ["annalang@googlemail.com", "anna.lang@gmail.com", "Gmail's other domain"],
    ["anna+news@outlook.com", "anna@outlook.com", "a plus at Outlook.com"],
    ["anna@me.com", "anna@icloud.com", "Apple's older domain"],
    ["anna-lang@pm.me", "an.na_lang+x@protonmail.com", "Proton's separators and domains"],
    ["shop@anna.fastmail.com", "anna@fastmail.com", "a sub-domain at Fastmail"],
    ["anna.lang@ya.ru", "anna-lang@yandex.com", "Yandex's dots and domains"],
    ["anna@xn--mnchen-soft-thb.example", "anna@münchen-soft.example", "an international domain"],
  ])("%s is %s: %s", (one, other) => {
    expect(mailboxOf(one)).toBeDefined();
    expect(mailboxOf(one)).toBe(mailboxOf(other));
  });

  test.each([
    ["anna.lang@northwind.example", "annalang@northwind.example", "dots elsewhere are letters"],
    ["anna.lang@outlook.com", "annalang@outlook.com", "Outlook.com keeps dots"],
    ["anna@outlook.com", "anna@hotmail.com", "Microsoft's domains are different people's"],
    ["anna-shop@yahoo.com", "anna@yahoo.com", "Yahoo's hyphen follows a name of its own"],
    ["anna+x@gmx.net", "anna@gmx.net", "GMX knows no plus"],
    ["anna.lang@icloud.com", "annalang@icloud.com", "Apple keeps dots"],
    ["anna@northwind.example", "anna@mail.northwind.example", "a sub-domain is another server"],
    ["+anna@northwind.example", "+ben@northwind.example", "a plus in front is no tag"],
    ["_@pm.me", "-@pm.me", "a name that folds to nothing is not every such name"],
  ])("%s is not %s: %s", (one, other) => {
    expect(mailboxOf(one)).not.toBe(mailboxOf(other));
  });

  test.each(["", "anna", "@northwind.example", "anna@", "an na@northwind.example", "anna@localhost"])(
    "%j is no address",
    (text) => {
      expect(mailboxOf(text)).toBeUndefined();
    },
  );

  test("a mailbox's name names the same mailbox again, whatever was typed", () => {
    const domain = fc.constantFrom("gmail.com", "pm.me", "ya.ru", "me.com", "gmx.net", "northwind.example");
    fc.assert(
      fc.property(fc.string(), domain, (name, at) => {
        const once = mailboxOf(`${name}@${at}`);
        expect(once === undefined ? undefined : mailboxOf(once)).toBe(once);
      }),
    );
  });
});

test.each([
  "info@a.example",
  "Sales@a.example",
  "no-reply@a.example",
  "sales+fair@a.example",
  "vertrieb@a.example",
])("%s is a desk's", (email) => expect(isRoleAddress(email)).toBe(true));
test.each(["anna.sales@a.example", "infante@a.example", "anna@a.example"])("%s is a person's", (email) =>
  expect(isRoleAddress(email)).toBe(false),
);

describe("the domain that names a company", () => {
  test.each([
    ["anna@mail.northwind.example", "northwind.example"],
    ["https://www.Northwind.co.uk/about?x=1", "northwind.co.uk"],
    ["northwind.github.io", "northwind.github.io"],
    ["eu.de.northwind.com.au", "northwind.com.au"],
    ["anna@münchen-soft.example", "xn--mnchen-soft-thb.example"],
    ["http://münchen-soft.example/impressum", "xn--mnchen-soft-thb.example"],
  ])("of %s is %s", (text, domain) => expect(companyDomainOf(text)).toBe(domain));

  test.each([
    "anna@gmail.com",
    "anna@mailinator.com",
    "anna@students.uni-mainz.de",
    "anna@cam.ac.uk",
    "co.uk",
    "northwind",
    "",
  ])("%j names none", (text) => expect(companyDomainOf(text)).toBeUndefined());
});
