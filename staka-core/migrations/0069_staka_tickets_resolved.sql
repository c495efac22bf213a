-- Serves stats.time_series and stats.ticket_load: the tickets resolved in a period and their assignees.
CREATE INDEX `staka_tickets_resolved` ON `support_requests` (`resolvedAt`, `assignedToId`);
