-- Serves audit_logs.list with a target, and privacy.erase: the entries about an account or another row, newest first.
CREATE INDEX `staka_audit_logs_target` ON `audit_logs` (`targetId`, `timestamp` DESC, `id` DESC);
