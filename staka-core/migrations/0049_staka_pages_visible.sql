-- Serves pages.list_public: the public pages of a type, published or scheduled, in their order and without a sort.
CREATE INDEX `staka_pages_visible` ON `pages` (`isPublic`, `type`, `sortOrder`, `slug`, `id`);
