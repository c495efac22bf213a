-- Serves stats.support_load and stats.series: how long support requests were open, read in the index alone.
CREATE INDEX `staka_support_load` ON `support_requests` (`createdAt`, `firstResponseAt`, `resolvedAt`, `closedAt`, `status`);
