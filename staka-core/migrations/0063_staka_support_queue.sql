-- Serves support.queue: an agent's open tickets, among all that are long closed.
CREATE INDEX `staka_support_queue` ON `support_requests` (`assignedToId`, `status`, `priority`, `createdAt`, `id`);
