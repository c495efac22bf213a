-- Serves tickets.list_queue: an agent's open tickets, without reading closed ones.
CREATE INDEX `staka_tickets_queue` ON `support_requests` (`assignedToId`, `status`, `priority`, `createdAt`, `id`);
