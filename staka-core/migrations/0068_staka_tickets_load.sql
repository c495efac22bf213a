-- Serves stats.ticket_load and stats.time_series: how long tickets were open, read from the index alone.
CREATE INDEX `staka_tickets_load` ON `support_requests` (`createdAt`, `firstResponseAt`, `resolvedAt`, `closedAt`, `status`);
