-- Serves stats.series and stats.support_load: the support requests resolved in a period and whose they are.
CREATE INDEX `staka_support_resolved` ON `support_requests` (`resolvedAt`, `assignedToId`);
