import { expect, test } from "vitest";
import { createWindow } from "../../../connectors/http/window.ts";

const SPAN = 10_000;

test("a call leaves the window when the span has passed since it began", () => {
  const window = createWindow(SPAN);
  for (const at of [0, 100, 200]) window.begin(at);
  expect(window.freeAtMs(4, 300, true)).toBe(300);
  expect(window.freeAtMs(3, 300, true)).toBe(SPAN);
  expect(window.freeAtMs(2, 300, true)).toBe(SPAN + 100);
  expect(window.freeAtMs(3, SPAN, true)).toBe(SPAN);
  expect(window.freeAtMs(1, SPAN, true)).toBe(SPAN + 200);
});

test("what HubSpot counts beyond ours was spent by others, and is looked at again now and then", () => {
  const window = createWindow(SPAN);
  window.begin(20_000);
  window.end(20_050);
  window.hear(101, 20_050);
  expect(window.freeAtMs(102, 20_050, false)).toBe(20_050);
  expect(window.freeAtMs(101, 20_050, true)).toBe(21_050);
  // Ours goes before the count of others is too old to be believed.
  expect(window.freeAtMs(101, 20_050, false)).toBe(30_000);
  expect(window.freeAtMs(100, 20_050, false)).toBe(30_050);
  expect(window.freeAtMs(100, 30_050, false)).toBe(30_050);
});

test("a call that looks again waits its time behind the one before", () => {
  const window = createWindow(SPAN);
  window.hear(200, 20_000);
  window.begin(20_500);
  expect(window.freeAtMs(100, 20_500, true)).toBe(21_500);
});

test("the same count heard twice is entered once", () => {
  const window = createWindow(SPAN);
  window.begin(20_000);
  window.end(20_050);
  window.hear(51, 20_050);
  window.hear(51, 20_051);
  expect(window.freeAtMs(52, 20_051, true)).toBe(20_051);
});

test("a call of our own that HubSpot still counts is not taken for somebody else's", () => {
  const window = createWindow(SPAN);
  for (let at = 0; at < 100; at += 1) window.begin(at);
  for (let at = 500; at < 600; at += 1) window.end(at);
  // Ours began longer ago than the span; they reached HubSpot later.
  window.hear(100, SPAN + 300);
  expect(window.freeAtMs(1, SPAN + 300, true)).toBe(SPAN + 300);
});

test("a call under way may have been counted already", () => {
  const window = createWindow(SPAN);
  window.begin(0);
  window.begin(0);
  window.end(10);
  window.hear(2, 10);
  expect(window.freeAtMs(3, 10, true)).toBe(10);
});

test("others are believed in as many as there can be, for some of ours may not be counted yet", () => {
  const window = createWindow(SPAN);
  for (let at = 0; at < 10; at += 1) window.begin(20_000);
  window.end(20_010);
  window.hear(51, 20_010);
  // One of the ten has certainly been counted.
  expect(window.freeAtMs(61, 20_010, true)).toBe(20_010);
  expect(window.freeAtMs(60, 20_010, true)).toBeGreaterThan(20_010);
});

test("others who have gone are forgotten with the next count", () => {
  const window = createWindow(SPAN);
  window.begin(20_000);
  window.end(20_010);
  window.hear(101, 20_010);
  window.hear(1, 20_020);
  expect(window.freeAtMs(2, 20_020, true)).toBe(20_020);
});

test("fewer than ours, or nonsense, changes nothing", () => {
  const window = createWindow(SPAN);
  window.begin(0);
  for (const count of [0, -5, Number.NaN]) window.hear(count, 1);
  expect(window.freeAtMs(2, 1, true)).toBe(1);
});
