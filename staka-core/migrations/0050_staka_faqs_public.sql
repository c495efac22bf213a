-- Serves faqs.list_public: the visible questions in their order, without a sort.
CREATE INDEX `staka_faqs_public` ON `faqs` (`visible`, `ordre`, `createdAt`, `id`);
