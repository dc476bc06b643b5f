/** Zones that changed their offset, lost a day, or set the clock back over midnight into the day before. */
import type { Group } from "./row.ts";

const NIGHTS = ["Mon-Sun 22:00-06:00"];

export const ODD_ZONES: readonly Group[] = [
  {
    says: "Friday 30 December 2011 did not happen",
    zone: "Pacific/Apia",
    hours: ["Mon-Fri 08:00-17:00"],
    rows: [
      "Thu 2011-12-29 16:30 | 1h | Mon 2012-01-02 08:30 | 1h",
      "Thu 2011-12-29 10:00 | 1bd | Mon 2012-01-02 10:00 | 9h",
      "Wed 2011-12-28 10:00 | 2bd | Mon 2012-01-02 10:00 | 18h",
      "Thu 2011-12-29 17:00 | 15m | Mon 2012-01-02 08:15 | 15m",
    ],
  },
  {
    says: "a missing Friday, every hour counted",
    zone: "Pacific/Apia",
    hours: ["always"],
    rows: [
      "Thu 2011-12-29 23:50 | 15m | Sat 2011-12-31 00:05 | 15m",
      "Thu 2011-12-29 12:00 | 24h | Sat 2011-12-31 12:00 | 24h",
      "Thu 2011-12-29 12:00 | 1bd | Sat 2011-12-31 12:00 | 24h",
    ],
  },
  {
    says: "a missing Friday for who works on Fridays only",
    zone: "Pacific/Apia",
    hours: ["Fri 08:00-17:00"],
    rows: [
      "Fri 2011-12-23 16:30 | 1h | Fri 2012-01-06 08:30 | 1h",
      "Fri 2011-12-23 10:00 | 1bd | Fri 2012-01-06 10:00 | 9h",
    ],
  },
  {
    says: "daylight time that was given up",
    zone: "Pacific/Apia",
    hours: NIGHTS,
    rows: [
      "Sun 2012-04-01 03:30 | 1h | Sun 2012-04-01 03:30 again | 1h",
      "Sun 2021-09-26 02:30 | 1h | Sun 2021-09-26 03:30 | 1h",
    ],
  },
  {
    says: "a clock set back at one minute past midnight",
    zone: "America/St_Johns",
    hours: NIGHTS,
    rows: [
      "Sat 2010-11-06 23:30 | 1h | Sat 2010-11-06 23:30 again | 1h",
      "Sun 2010-11-07 00:00:30 | 1m | Sat 2010-11-06 23:01:30 again | 1m",
      "Sat 2010-11-06 22:00 | 9h | Sun 2010-11-07 06:00 | 9h",
      "Sun 2011-03-13 00:00 | 5m | Sun 2011-03-13 01:05 | 5m",
      "Sun 2012-11-04 01:30 | 1h | Sun 2012-11-04 01:30 again | 1h",
    ],
  },
  {
    says: "a clock set back into a Saturday that is worked, from a Sunday that is not",
    zone: "America/St_Johns",
    hours: ["Sat 09:00-24:00"],
    rows: [
      "Sat 2010-11-06 23:45 | 30m | Sat 2010-11-06 23:16 again | 30m",
      "Sun 2010-11-07 00:00:30 | 15m | Sat 2010-11-06 23:16 again | 15m",
      "Sun 2010-11-07 00:00:30 | 1bd | Sat 2010-11-13 23:01 | 15h",
    ],
  },
  {
    says: "a clock set back into a Saturday that is not worked, from a Sunday that is",
    zone: "America/St_Johns",
    hours: ["Sun 00:00-06:00"],
    rows: [
      "Sat 2010-11-06 23:30 | 2m | Sun 2010-11-07 00:01 | 2m",
      "Sat 2010-11-06 23:30 again | 15m | Sun 2010-11-07 00:15 | 15m",
      "Sun 2010-11-07 00:00:30 | 1m | Sun 2010-11-07 00:00:30 again | 1m",
    ],
  },
  {
    says: "a clock set back by three hours over midnight",
    zone: "Antarctica/Casey",
    hours: ["Fri 00:00-24:00"],
    rows: [
      "Fri 2010-03-05 01:30 | 1h | Fri 2010-03-05 00:30 again | 1h",
      "Thu 2010-03-04 23:30 again | 15m | Fri 2010-03-05 00:15 again | 15m",
    ],
  },
  {
    says: "a clock set back by three hours, from a Friday that is not worked",
    zone: "Antarctica/Casey",
    hours: ["Thu 00:00-24:00"],
    rows: [
      "Fri 2010-03-05 01:00 | 15m | Thu 2010-03-04 23:15 again | 15m",
      "Thu 2010-03-04 23:30 | 45m | Thu 2010-03-04 23:15 again | 45m",
    ],
  },
  {
    says: "permanent summer, then permanent winter",
    zone: "Europe/Moscow",
    hours: NIGHTS,
    rows: [
      "Sun 2011-03-27 01:30 | 1h | Sun 2011-03-27 03:30 | 1h",
      "Sun 2014-10-26 01:30 | 1h | Sun 2014-10-26 01:30 again | 1h",
      "Sun 2026-10-25 01:30 | 1h | Sun 2026-10-25 02:30 | 1h",
    ],
  },
  {
    says: "a change put off by an election, then the last one",
    zone: "Europe/Istanbul",
    hours: NIGHTS,
    rows: [
      "Sun 2015-11-08 03:30 | 1h | Sun 2015-11-08 03:30 again | 1h",
      "Sun 2015-10-25 03:30 | 1h | Sun 2015-10-25 04:30 | 1h",
      "Sun 2016-10-30 03:30 | 1h | Sun 2016-10-30 04:30 | 1h",
    ],
  },
  {
    says: "half an hour back, and forward again",
    zone: "America/Caracas",
    hours: NIGHTS,
    rows: [
      "Sun 2007-12-09 02:45 | 30m | Sun 2007-12-09 02:45 again | 30m",
      "Sun 2016-05-01 02:15 | 30m | Sun 2016-05-01 03:15 | 30m",
    ],
  },
  {
    says: "half an hour back at midnight, and forward again",
    zone: "Asia/Pyongyang",
    hours: NIGHTS,
    rows: [
      "Fri 2015-08-14 23:45 | 30m | Fri 2015-08-14 23:45 again | 30m",
      "Fri 2018-05-04 23:15 | 30m | Sat 2018-05-05 00:15 | 30m",
    ],
  },
];
