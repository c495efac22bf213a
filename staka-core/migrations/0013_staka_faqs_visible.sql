-- Serves faqs.count_by_categorie: the visible questions, counted from the index alone.
CREATE INDEX `staka_faqs_visible` ON `faqs` (`visible`, `categorie`);
