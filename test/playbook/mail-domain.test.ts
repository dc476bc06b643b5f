import { describe, expect, test } from "vitest";
import { domainOf, isInDomainGroup, isWithinDomain } from "../../src/playbook/mail-domain.ts";

describe("domains of addresses", () => {
  test.each([
    ["Vera.Stone@Rival.Example", "rival.example"],
    ["https://www.acme.example/pricing?x=a@b.example", "acme.example"],
    ["HTTP://acme.example:8080", "acme.example"],
    ["acme.example", "acme.example"],
    ["odd@name@acme.example", "acme.example"],
  ])("%s: %s", (text, domain) => {
    expect(domainOf(text)).toBe(domain);
  });

  test.each(["", "somebody", "somebody@", "localhost", "@", "a b.example", "1.2.3.4"])(
    "%j has none",
    (text) => {
      expect(domainOf(text)).toBeUndefined();
    },
  );

  test("a subdomain is within its parent, a longer name is not", () => {
    expect(isWithinDomain("eu.rival.example", "rival.example")).toBe(true);
    expect(isWithinDomain("notrival.example", "rival.example")).toBe(false);
  });
});

describe("groups of domains", () => {
  test.each([
    "mit.edu",
    "cs.stanford.edu",
    "ox.ac.uk",
    "anu.edu.au",
    "u-tokyo.ac.jp",
    "uni-mainz.de",
    "stud.ntnu.no",
  ])("%s is academic", (domain) => {
    expect(isInDomainGroup(domain, "academic")).toBe(true);
  });

  test.each([
    "acme.example",
    "education.com",
    "unity.com",
    "edu.com",
    "startup.ac",
    "universalmusic.com",
    "studio.com",
  ])("%s is not academic", (domain) => {
    expect(isInDomainGroup(domain, "academic")).toBe(false);
  });

  test("lists name free and disposable mail, also below a wildcard", () => {
    expect(isInDomainGroup("gmail.com", "free-mail")).toBe(true);
    expect(isInDomainGroup("acme.example", "free-mail")).toBe(false);
    expect(isInDomainGroup("mailinator.com", "disposable")).toBe(true);
    expect(isInDomainGroup("anything.33mail.com", "disposable")).toBe(true);
    expect(isInDomainGroup("acme.example", "disposable")).toBe(false);
  });
});
