/** Zones of half and quarter hours, other weeks, far ends of the world, and zones whose clocks never change. */
import type { Group } from "./row.ts";

export const ZONES: readonly Group[] = [
  {
    says: "half an hour off, hours that begin at half past",
    zone: "Asia/Kolkata",
    hours: ["Mon-Fri 09:30-18:30"],
    rows: [
      "Mon 2026-11-16 09:29:59.999 | 15m | Mon 2026-11-16 09:45 | 15m",
      "Mon 2026-11-16 09:30 | 15m | Mon 2026-11-16 09:45 | 15m",
      "Mon 2026-11-16 18:29:59.999 | 15m | Tue 2026-11-17 09:44:59.999 | 15m",
      "Mon 2026-11-16 18:30 | 15m | Tue 2026-11-17 09:45 | 15m",
      "Fri 2026-11-20 18:00 | 4h | Mon 2026-11-23 13:00 | 4h",
      "Tue 2026-12-29 12:00 | 3bd | Fri 2027-01-01 12:00 | 27h",
      "Sun 2026-11-22 00:00 | 1bd | Tue 2026-11-24 09:30 | 9h",
    ],
  },
  {
    says: "odd minutes",
    zone: "Asia/Kolkata",
    hours: ["Mon-Fri 08:17-16:43"],
    rows: [
      "Mon 2026-11-16 16:42 | 2m | Tue 2026-11-17 08:18 | 2m",
      "Mon 2026-11-16 08:17 | 8h26m | Mon 2026-11-16 16:43 | 8h26m",
      "Fri 2026-11-20 16:43 | 1bd | Tue 2026-11-24 08:17 | 8h26m",
    ],
  },
  {
    says: "three quarters of an hour off, a week from Sunday to Friday",
    zone: "Asia/Kathmandu",
    hours: ["Sun 10:00-17:00", "Mon-Fri 10:00-17:00"],
    rows: [
      "Fri 2026-11-20 16:30 | 1h | Sun 2026-11-22 10:30 | 1h",
      "Sat 2026-11-21 00:00 | 15m | Sun 2026-11-22 10:15 | 15m",
      "Sun 2026-11-22 09:59:59.999 | 15m | Sun 2026-11-22 10:15 | 15m",
      "Fri 2026-11-20 17:00 | 1bd | Mon 2026-11-23 10:00 | 7h",
      "Mon 2026-11-16 12:00 | 6bd | Mon 2026-11-23 12:00 | 42h",
      "Mon 2026-11-16 10:00 | 42h | Sun 2026-11-22 17:00 | 42h",
    ],
  },
  {
    says: "a week from Sunday to Thursday",
    zone: "Asia/Riyadh",
    hours: ["Sun 08:00-17:00", "Mon-Thu 08:00-17:00"],
    rows: [
      "Thu 2026-11-19 16:30 | 1h | Sun 2026-11-22 08:30 | 1h",
      "Thu 2026-11-19 10:00 | 1bd | Sun 2026-11-22 10:00 | 9h",
      "Fri 2026-11-20 10:00 | 1bd | Mon 2026-11-23 08:00 | 9h",
      "Sat 2026-11-21 23:59:59.999 | 4h | Sun 2026-11-22 12:00 | 4h",
      "Sun 2026-11-15 08:00 | 45h | Thu 2026-11-19 17:00 | 45h",
    ],
  },
  {
    says: "a week from Sunday to Thursday, with daylight time from a Friday on",
    zone: "Asia/Jerusalem",
    hours: ["Sun 09:00-18:00", "Mon-Thu 09:00-18:00"],
    rows: [
      "Thu 2026-03-26 17:30 | 1h | Sun 2026-03-29 09:30 | 1h",
      "Thu 2026-10-22 10:00 | 1bd | Sun 2026-10-25 10:00 | 9h",
      "Fri 2026-03-27 01:59:59.999 | 15m | Sun 2026-03-29 09:15 | 15m",
    ],
  },
  {
    says: "the first to see a day",
    zone: "Pacific/Kiritimati",
    hours: ["Mon-Fri 08:00-16:00"],
    rows: [
      "Fri 2026-11-20 15:30 | 1h | Mon 2026-11-23 08:30 | 1h",
      "Thu 2026-12-31 15:30 | 1h | Fri 2027-01-01 08:30 | 1h",
      "Mon 2026-11-16 07:59:59.999 | 8h | Mon 2026-11-16 16:00 | 8h",
      "Sun 2026-11-15 12:00 | 1bd | Tue 2026-11-17 08:00 | 8h",
    ],
  },
  {
    says: "the last to see a day",
    zone: "Pacific/Pago_Pago",
    hours: ["Mon-Fri 08:00-16:00"],
    rows: [
      "Fri 2026-11-20 15:30 | 1h | Mon 2026-11-23 08:30 | 1h",
      "Thu 2026-12-31 15:30 | 1h | Fri 2027-01-01 08:30 | 1h",
      "Sun 2026-11-15 23:59:59.999 | 15m | Mon 2026-11-16 08:15 | 15m",
      "Wed 2026-11-18 16:00 | 2bd | Mon 2026-11-23 08:00 | 16h",
    ],
  },
  {
    says: "nights in a zone without daylight time, on the dates its neighbours change",
    zone: "America/Phoenix",
    hours: ["Mon-Sun 22:00-06:00"],
    rows: [
      "Sun 2026-03-08 01:30 | 1h | Sun 2026-03-08 02:30 | 1h",
      "Sun 2026-11-01 01:30 | 1h | Sun 2026-11-01 02:30 | 1h",
      "Sat 2026-10-31 22:00 | 8h | Sun 2026-11-01 06:00 | 8h",
    ],
  },
  {
    says: "office hours",
    zone: "Pacific/Honolulu",
    hours: ["Mon-Fri 07:30-16:30"],
    rows: [
      "Fri 2026-11-20 16:29 | 2m | Mon 2026-11-23 07:31 | 2m",
      "Fri 2026-10-30 10:00 | 1bd | Mon 2026-11-02 10:00 | 9h",
      "Sat 2026-02-28 10:00 | 9h | Mon 2026-03-02 16:30 | 9h",
    ],
  },
  {
    says: "office hours over clock changes",
    zone: "America/Los_Angeles",
    hours: ["Mon-Fri 08:00-17:00"],
    rows: [
      "Fri 2026-03-06 16:30 | 1h | Mon 2026-03-09 08:30 | 1h",
      "Fri 2026-10-30 10:00 | 1bd | Mon 2026-11-02 10:00 | 9h",
      "Sun 2026-11-01 01:30 again | 15m | Mon 2026-11-02 08:15 | 15m",
      "Mon 2026-03-02 08:00 | 90h | Fri 2026-03-13 17:00 | 90h",
    ],
  },
  {
    says: "office hours over clock changes",
    zone: "Europe/London",
    hours: ["Mon-Fri 09:00-17:00"],
    rows: [
      "Fri 2026-03-27 16:59 | 2m | Mon 2026-03-30 09:01 | 2m",
      "Fri 2026-10-23 12:00 | 1bd | Mon 2026-10-26 12:00 | 8h",
      "Mon 2026-06-15 08:00 | 15m | Mon 2026-06-15 09:15 | 15m",
      "Sun 2026-10-25 01:30 again | 4h | Mon 2026-10-26 13:00 | 4h",
    ],
  },
  {
    says: "southern summer over the end of a year",
    zone: "Australia/Adelaide",
    hours: ["Mon-Fri 09:00-17:00"],
    rows: [
      "Fri 2026-04-03 16:30 | 1h | Mon 2026-04-06 09:30 | 1h",
      "Fri 2026-10-02 10:00 | 1bd | Mon 2026-10-05 10:00 | 8h",
      "Thu 2026-12-31 16:00 | 2h | Fri 2027-01-01 10:00 | 2h",
      "Tue 2026-09-29 09:00 | 40h | Mon 2026-10-05 17:00 | 40h",
    ],
  },
  {
    says: "southern summer, and a quarter of an hour",
    zone: "Pacific/Chatham",
    hours: ["Mon-Fri 09:00-17:00"],
    rows: [
      "Fri 2026-11-20 16:30 | 1h | Mon 2026-11-23 09:30 | 1h",
      "Fri 2026-04-03 10:00 | 1bd | Mon 2026-04-06 10:00 | 8h",
      "Fri 2026-09-25 16:59:59.999 | 15m | Mon 2026-09-28 09:14:59.999 | 15m",
    ],
  },
];
