import { expect, test } from "vitest";
import { aCondition, aLead, NOW, test as found } from "./kit.ts";

const { lists: _lists, ...unread } = aLead();
const onLists = (...lists: readonly string[]) => ({ ...aLead(), lists });

test("a lead is on a list, or on one of several", () => {
  expect(found("{ list: hubspot:1042 }", onLists("7", "1042"))).toMatchObject({
    truth: "yes",
    saw: "on list 1042",
    says: "on list hubspot:1042",
  });
  expect(found("{ list: [hubspot:7, hubspot:8] }", onLists("8")).truth).toBe("yes");
  expect(found("{ list: hubspot:104 }", onLists("1042"))).toMatchObject({
    truth: "no",
    saw: "on 1 other lists",
  });
  expect(found("{ list: hubspot:1042 }", onLists())).toMatchObject({ truth: "no", saw: "on no list" });
});

test("lists the CRM does not show are unknown", () => {
  const finding = found("{ list: hubspot:1042 }", unread);
  expect(finding.truth).toBe("unknown");
  expect(finding).not.toHaveProperty("saw");
});

test("being put on the list turns it", () => {
  const condition = aCondition("{ list: hubspot:1042 }");
  const [change] = condition.changes(aLead(), NOW, true);
  expect(change?.says).toBe("if it were on list hubspot:1042");
  expect(condition.test(change?.apply(aLead(), NOW) ?? aLead(), NOW).truth).toBe("yes");
  expect(condition.changes(aLead(), NOW, false)).toEqual([]);
});

test.each(["1042", "hubspot:", "hubspot:abc", "hubspot:012", "salesforce:7"])("%s names no list", (name) => {
  expect(() => aCondition(`{ list: "${name}" }`)).toThrow(/such as hubspot:1042/);
});

test("lists that are asked for are told, by their number", () => {
  const asked: string[] = [];
  aCondition("{ any: [ { list: [hubspot:7, hubspot:8] }, { none: [ { list: hubspot:9 } ] } ] }", {
    onList: (id) => asked.push(id),
  });
  expect(asked).toEqual(["7", "8", "9"]);
});
