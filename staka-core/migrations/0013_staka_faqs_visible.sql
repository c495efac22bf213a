-- Serves faqs.count_by_categorie: the visible ones, counted in the index alone.
CREATE INDEX `staka_faqs_visible` ON `faqs` (`visible`, `categorie`);
