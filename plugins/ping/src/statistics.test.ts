import { expect, test } from "vitest";
import { PingSettings, planOf } from "./settings.js";
import { statisticsOf } from "./statistics.js";

test.for([
  {
    why: "all came back",
    probes: [1, 2, 3, 4],
    want: {
      packet_loss_percent: 0,
      round_trip_minimum: 1,
      round_trip_maximum: 4,
      round_trip_average: 2.5,
      round_trip_standard_deviation: Math.sqrt(1.25),
    },
  },
  {
    why: "one of two is lost",
    probes: [undefined, 3],
    want: {
      packet_loss_percent: 50,
      round_trip_minimum: 3,
      round_trip_maximum: 3,
      round_trip_average: 3,
      round_trip_standard_deviation: 0,
    },
  },
  { why: "all are lost: the times are unknown, not zero", probes: [undefined], want: { packet_loss_percent: 100 } },
])("$why", ({ probes, want }) => {
  expect(statisticsOf(probes)).toEqual(want);
});

test.for([
  { why: "three probes of two seconds by default", settings: {}, want: { count: 3, timeoutMs: 2000, intervalMs: 200 } },
  {
    why: "Panoptes' keys in [main] hold",
    settings: { main: { count: 10, timeout: 10 } },
    want: { count: 10, timeoutMs: 10_000 },
  },
  {
    why: "[ping] wins over [main]",
    settings: { main: { count: 10, timeout: 10 }, ping: { count: 1, timeout_s: 0.5 } },
    want: { count: 1, timeoutMs: 500 },
  },
  { why: "no run waits beyond its deadline", settings: {}, budgetMs: 900, want: { count: 3, timeoutMs: 500 } },
])("$why", ({ settings, budgetMs = 60_000, want }) => {
  expect(planOf(PingSettings.parse(settings), budgetMs)).toMatchObject(want);
});
