-- Serves audit_logs.list_recent: the newest entries of a severity, without a sort.
CREATE INDEX `staka_audit_logs_severity` ON `audit_logs` (`severity`, `timestamp` DESC, `id` DESC);
