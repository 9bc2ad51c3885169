/** Names of the poll statuses by number, 0 to 8. */
export const pollStatuses: readonly string[] = [
  "success",
  "authentication",
  "network",
  "timeout",
  "partial",
  "internal",
  "missing_metrics",
  "ping_failure",
  "enrichment_failure",
];
