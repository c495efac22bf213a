-- Serves pages.list_published: the published pages of a type in their order, without a sort.
CREATE INDEX `staka_pages_published` ON `pages` (`status`, `isPublic`, `type`, `sortOrder`, `slug`);
