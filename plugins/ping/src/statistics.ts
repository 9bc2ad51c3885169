/** Round-trip times of one run in milliseconds; undefined is a probe without an answer. */
export type Probes = readonly (number | undefined)[];

/** What Panoptes says of a ping. Times are in milliseconds and absent where nothing answered. */
export interface PingStatistics {
  readonly packet_loss_percent: number;
  readonly round_trip_minimum?: number;
  readonly round_trip_maximum?: number;
  readonly round_trip_average?: number;
  readonly round_trip_standard_deviation?: number;
}

/** Statistics of at least one probe. The deviation is that of the probes themselves, as ping has it. */
export function statisticsOf(probes: Probes): PingStatistics {
  const times = probes.filter((time) => time !== undefined);
  const packet_loss_percent = (100 * (probes.length - times.length)) / probes.length;
  if (times.length === 0) return { packet_loss_percent };
  const average = times.reduce((sum, time) => sum + time, 0) / times.length;
  const variance = times.reduce((sum, time) => sum + (time - average) ** 2, 0) / times.length;
  return {
    packet_loss_percent,
    round_trip_minimum: Math.min(...times),
    round_trip_maximum: Math.max(...times),
    round_trip_average: average,
    round_trip_standard_deviation: Math.sqrt(variance),
  };
}
