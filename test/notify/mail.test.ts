import { afterEach, beforeEach, expect, test } from "vitest";
import { openMail } from "../../src/notify/mail.ts";
import { useDatabase } from "../support/databases.ts";
import { aNotice, type Bench, LENA, NOW, openBench } from "./kit.ts";
import { openSmtpReceiver, type SmtpReceiver } from "./smtp-receiver.ts";

const { store } = useDatabase("sqlite");
const FROM = "Baton <baton@acme.example>";
let smtp: SmtpReceiver;
let bench: Bench;
beforeEach(async () => {
  smtp = await openSmtpReceiver();
  bench = await openBench(store(), { kind: "mail", url: smtp.url, from: FROM });
});
afterEach(async () => await smtp.close());
const message = (over: Parameters<typeof aNotice>[1] = {}) => {
  const notice = aNotice("n1", over);
  return { key: "n1.c", to: notice.to, as: notice.as, count: 1, notices: [notice], firstAt: NOW };
};

test("a mail goes to the person as text and as HTML, from nobody who reads an answer", async () => {
  await bench.plan(aNotice("n1"));
  await bench.run();
  const [{ to, text } = { to: "", text: "" }] = smtp.mails;
  expect(to).toBe(LENA);
  expect(text).toContain("Subject: Vera Lang waits (n1)");
  expect(text).toContain("Auto-Submitted: auto-generated");
  expect(text).toContain("text/plain");
  expect(text).toContain("text/html");
  expect(text).toContain("The first attempt is due in 3 minutes.");
  expect(await bench.states()).toEqual(["n1 sent"]);
});

test("nothing somebody wrote adds a header, a recipient or markup", async () => {
  const bad = "Hi\r\nBcc: spy@evil.example\r\n\r\n<script>x</script>";
  const sender = await openMail({ kind: "mail", url: smtp.url, from: FROM }, true);
  expect(await sender.send(message({ subject: bad, lines: [bad] }))).toEqual({ fate: "sent" });
  const [head = "", ...body] = (smtp.mails[0]?.text ?? "").split("\n\n");
  expect(head).not.toMatch(/^Bcc:/im);
  expect(body.join("\n\n").split("text/html")[1]).toContain("&lt;script&gt;");
  expect(body.join("\n\n").split("text/html")[1]).not.toContain("<script>");
  for (const to of ["a@b.example\r\nRCPT TO:<spy@evil.example>", "a@b.example, spy@evil.example", "nobody"]) {
    expect(await sender.send({ ...message(), to })).toEqual({ fate: "refused", code: "notify.refused" });
  }
  expect(smtp.mails).toHaveLength(1);
  await sender.close();
});

test("the same message has the same Message-ID, of the sender's domain, and another one another", async () => {
  const sender = await openMail({ kind: "mail", url: smtp.url, from: FROM }, true);
  await sender.send(message());
  await sender.send(message());
  await sender.send({ ...message(), key: "n2.c" });
  const ids = smtp.mails.map(({ id }) => id);
  expect(ids[0]).toMatch(/^<[0-9a-f]{40}@acme\.example>$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  await sender.close();
});

test.each([
  ["the mailbox does not exist", { on: "RCPT", say: "550 no such user" }, { fate: "refused" }],
  ["the mailbox is busy", { on: "RCPT", say: "451 try later" }, { fate: "not-sent", everybody: false }],
  ["the sender may not send", { on: "MAIL", say: "550 who are you" }, { fate: "not-sent", everybody: true }],
  ["the content is refused", { on: "DATA", say: "554 no" }, { fate: "refused" }],
  ["the connection ends after the mail", "lost", { fate: "unknown" }],
] as const)("when %s, that is what is known", async (_what, mishap, fate) => {
  smtp.mishaps.push(mishap);
  const sender = await openMail({ kind: "mail", url: smtp.url, from: FROM }, true);
  expect(await sender.send(message())).toMatchObject(fate);
  await sender.close();
});

test("a password is not sent in the clear over a network", async () => {
  const sender = await openMail(
    { kind: "mail", url: "smtp://u:secret@localhost.invalid", from: FROM },
    false,
  );
  expect(await sender.send(message())).toMatchObject({ fate: "not-sent", code: "notify.unreachable" });
  await sender.close();
});

test("a sandbox writes to no mail server elsewhere", async () => {
  await expect(
    openMail({ kind: "mail", url: "smtp://mail.example.com", from: FROM }, true),
  ).rejects.toMatchObject({ code: "notify.forbidden-address" });
});

test("a look at the server says hello, or why not", async () => {
  const sender = await openMail({ kind: "mail", url: smtp.url, from: FROM }, true);
  expect(await sender.probe()).toContain("says hello");
  await smtp.close();
  await expect(sender.probe()).rejects.toMatchObject({ code: "notify.unreachable" });
  await sender.close();
});
