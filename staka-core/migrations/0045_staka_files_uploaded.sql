-- Serves files.list_by_user: the newest files that a user uploaded, without a sort.
CREATE INDEX `staka_files_uploaded` ON `files` (`uploadedById`, `createdAt` DESC, `id` DESC);
