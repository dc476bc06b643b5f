/** Shifts across the nights on which clocks change: skipped hours do not count, repeated ones count twice. */
import type { Group } from "./row.ts";

const NIGHTS = ["Mon-Sun 22:00-06:00"];

export const CLOCK_CHANGES: readonly Group[] = [
  {
    says: "night shifts",
    zone: "Europe/Berlin",
    hours: NIGHTS,
    rows: [
      "Sun 2026-03-29 01:30 | 1h | Sun 2026-03-29 03:30 | 1h",
      "Sun 2026-03-29 01:59:59.999 | 1ms | Sun 2026-03-29 03:00 | 1ms",
      "Sat 2026-03-28 22:00 | 7h | Sun 2026-03-29 06:00 | 7h",
      "Sun 2026-10-25 02:30 | 1h | Sun 2026-10-25 02:30 again | 1h",
      "Sun 2026-10-25 02:30 again | 1h | Sun 2026-10-25 03:30 | 1h",
      "Sat 2026-10-24 22:00 | 9h | Sun 2026-10-25 06:00 | 9h",
      "Sat 2026-10-24 02:30 | 1bd | Sun 2026-10-25 02:30 | 8h",
      "Sun 2026-10-25 02:30 again | 1bd | Mon 2026-10-26 02:30 | 8h",
      "Mon 2026-11-16 23:00 | 1bd | Tue 2026-11-17 23:00 | 8h",
      "Tue 2026-11-17 12:00 | 15m | Tue 2026-11-17 22:15 | 15m",
    ],
  },
  {
    says: "night shifts",
    zone: "America/New_York",
    hours: NIGHTS,
    rows: [
      "Sun 2026-03-08 01:30 | 1h | Sun 2026-03-08 03:30 | 1h",
      "Sat 2026-03-07 23:00 | 6h | Sun 2026-03-08 06:00 | 6h",
      "Sun 2026-11-01 01:30 | 1h | Sun 2026-11-01 01:30 again | 1h",
      "Sun 2026-11-01 01:30 again | 1h | Sun 2026-11-01 02:30 | 1h",
      "Sat 2026-10-31 22:00 | 9h | Sun 2026-11-01 06:00 | 9h",
      "Sat 2026-10-31 01:30 | 1bd | Sun 2026-11-01 01:30 | 8h",
      "Sun 2026-11-01 01:30 again | 1bd | Mon 2026-11-02 01:30 | 8h",
      "Sat 2026-03-07 02:30 | 1bd | Sun 2026-03-08 03:00 | 7h30m",
    ],
  },
  {
    says: "an hour a week, which one Sunday skips",
    zone: "America/New_York",
    hours: ["Sun 02:00-03:00"],
    rows: [
      "Sun 2026-03-01 02:30 | 1h | Sun 2026-03-15 02:30 | 1h",
      "Sun 2026-03-01 02:30 | 1bd | Sun 2026-03-15 02:30 | 1h",
      "Sun 2026-03-08 01:59:59.999 | 15m | Sun 2026-03-15 02:15 | 15m",
    ],
  },
  {
    says: "an hour a week, which one Sunday has twice",
    zone: "America/New_York",
    hours: ["Sun 01:00-02:00"],
    rows: [
      "Sun 2026-11-01 01:00 | 2h | Sun 2026-11-01 02:00 | 2h",
      "Sun 2026-10-25 01:30 | 2h | Sun 2026-11-01 01:30 again | 2h",
      "Sun 2026-10-25 01:30 | 1bd | Sun 2026-11-01 01:30 | 1h",
    ],
  },
  {
    says: "night shifts, summer time being the standard",
    zone: "Europe/Dublin",
    hours: NIGHTS,
    rows: [
      "Sun 2026-10-25 01:30 | 1h | Sun 2026-10-25 01:30 again | 1h",
      "Sun 2026-03-29 00:30 | 1h | Sun 2026-03-29 02:30 | 1h",
    ],
  },
  {
    says: "night shifts, a southern autumn and spring",
    zone: "Australia/Adelaide",
    hours: NIGHTS,
    rows: [
      "Sat 2026-04-04 23:00 | 8h | Sun 2026-04-05 06:00 | 8h",
      "Sat 2026-10-03 23:00 | 7h | Sun 2026-10-04 23:00 | 7h",
      "Sun 2026-10-04 01:30 | 1h | Sun 2026-10-04 03:30 | 1h",
      "Sun 2026-04-05 02:30 | 1h | Sun 2026-04-05 02:30 again | 1h",
      "Sun 2026-04-05 02:30 again | 1h | Sun 2026-04-05 03:30 | 1h",
    ],
  },
  {
    says: "night shifts, a change of half an hour",
    zone: "Australia/Lord_Howe",
    hours: NIGHTS,
    rows: [
      "Sun 2026-04-05 01:15 | 30m | Sun 2026-04-05 01:45 | 30m",
      "Sun 2026-04-05 01:45 | 30m | Sun 2026-04-05 01:45 again | 30m",
      "Sun 2026-04-05 01:45 again | 30m | Sun 2026-04-05 02:15 | 30m",
      "Sun 2026-04-05 00:00 | 6h | Sun 2026-04-05 05:30 | 6h",
      "Sun 2026-10-04 01:45 | 30m | Sun 2026-10-04 02:45 | 30m",
      "Sat 2026-10-03 22:00 | 8h | Sun 2026-10-04 22:30 | 8h",
      "Sat 2026-04-04 22:00 | 8h30m | Sun 2026-04-05 06:00 | 8h30m",
      "Sat 2026-10-03 02:15 | 1bd | Sun 2026-10-04 02:30 | 7h45m",
    ],
  },
  {
    says: "night shifts, a change at a quarter to three",
    zone: "Pacific/Chatham",
    hours: NIGHTS,
    rows: [
      "Sun 2026-04-05 03:00 | 1h | Sun 2026-04-05 03:00 again | 1h",
      "Sun 2026-09-27 02:30 | 30m | Sun 2026-09-27 04:00 | 30m",
      "Sat 2026-09-26 22:00 | 7h | Sun 2026-09-27 06:00 | 7h",
    ],
  },
  {
    says: "night shifts, a change at midnight",
    zone: "America/Sao_Paulo",
    hours: NIGHTS,
    rows: [
      "Sat 2018-11-03 23:30 | 1h | Sun 2018-11-04 01:30 | 1h",
      "Sat 2018-11-03 00:30 | 1bd | Sun 2018-11-04 01:00 | 7h30m",
      "Sat 2019-02-16 23:30 | 1h | Sat 2019-02-16 23:30 again | 1h",
      "Sat 2019-02-16 23:30 again | 1h | Sun 2019-02-17 00:30 | 1h",
      "Sat 2019-02-16 22:00 | 9h | Sun 2019-02-17 06:00 | 9h",
    ],
  },
  {
    says: "night shifts, a change at midnight",
    zone: "America/Santiago",
    hours: NIGHTS,
    rows: [
      "Sat 2026-04-04 23:30 | 1h | Sat 2026-04-04 23:30 again | 1h",
      "Sat 2026-09-05 23:30 | 1h | Sun 2026-09-06 01:30 | 1h",
    ],
  },
  {
    says: "night shifts, a change at midnight",
    zone: "Africa/Cairo",
    hours: NIGHTS,
    rows: [
      "Thu 2023-04-27 23:30 | 1h | Fri 2023-04-28 01:30 | 1h",
      "Thu 2023-10-26 23:30 | 1h | Thu 2023-10-26 23:30 again | 1h",
    ],
  },
  {
    says: "night shifts, an hour back during Ramadan",
    zone: "Africa/Casablanca",
    hours: NIGHTS,
    rows: [
      "Sun 2026-02-15 02:30 | 1h | Sun 2026-02-15 02:30 again | 1h",
      "Sun 2026-03-22 01:30 | 1h | Sun 2026-03-22 03:30 | 1h",
      "Sat 2026-02-14 22:00 | 9h | Sun 2026-02-15 06:00 | 9h",
    ],
  },
  {
    says: "the last night shift of a week",
    zone: "Europe/Berlin",
    hours: ["Fri 22:00-06:00"],
    rows: [
      "Fri 2026-11-20 23:00 | 8h | Fri 2026-11-27 23:00 | 8h",
      "Sat 2026-11-21 05:00 | 1bd | Fri 2026-11-27 22:00 | 1h",
      "Fri 2026-11-20 23:00 | 1bd | Sat 2026-11-21 06:00 | 7h",
    ],
  },
];
