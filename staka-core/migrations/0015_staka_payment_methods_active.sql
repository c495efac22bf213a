-- Serves payment_methods.list_active: a user's active cards, the default card first, without a sort.
CREATE INDEX `staka_payment_methods_active` ON `payment_methods` (`userId`, `isActive`, `isDefault` DESC, `createdAt` DESC, `id` DESC);
