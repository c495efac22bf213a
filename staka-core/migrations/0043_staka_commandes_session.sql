-- Serves commandes.by_stripe_session: the order that a checkout session pays.
CREATE INDEX `staka_commandes_session` ON `commandes` (`stripeSessionId`);
