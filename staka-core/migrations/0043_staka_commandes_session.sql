-- Serves commandes.by_stripe_session: the order of a checkout session.
CREATE INDEX `staka_commandes_session` ON `commandes` (`stripeSessionId`);
