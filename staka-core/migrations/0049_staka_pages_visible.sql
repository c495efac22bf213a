-- Serves pages.visible: public pages of a type in their order, published and scheduled ones alike, without a sort.
CREATE INDEX `staka_pages_visible` ON `pages` (`isPublic`, `type`, `sortOrder`, `slug`, `id`);
