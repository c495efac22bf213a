// The 16 queries of the specification, unchanged except that users and times are parameters: `now` is the present, and
// `from`, `to` and `since` are the bounds of periods.

const BRIEF = { id: true, prenom: true, nom: true, avatar: true, role: true };

export const queries = {
  'notifications.unread_count': (prisma, { user, now }) =>
    prisma.notification.count({
      where: { userId: user, isRead: false, isDeleted: false, expiresAt: { gt: now } },
    }),

  'notifications.list_by_user': (prisma, { user, page = 1 }) =>
    prisma.notification.findMany({
      where: { userId: user, isDeleted: false },
      select: {
        id: true, title: true, message: true, type: true, priority: true, isRead: true, actionUrl: true, createdAt: true,
      },
      orderBy: [{ priority: 'desc' }, { createdAt: 'desc' }],
      take: 20,
      skip: (page - 1) * 20,
    }),

  'notifications.mark_all_read': (prisma, { user, now }) =>
    prisma.notification.updateMany({
      where: { userId: user, isRead: false },
      data: { isRead: true, readAt: now },
    }),

  'payment_methods.list_active': (prisma, { user }) =>
    prisma.paymentMethod.findMany({
      where: { userId: user, isActive: true },
      select: {
        id: true, stripePaymentMethodId: true, brand: true, last4: true, expMonth: true, expYear: true, isDefault: true,
      },
      orderBy: [{ isDefault: 'desc' }, { createdAt: 'desc' }],
    }),

  // `take` is added: the benches request as many rows as Staka returns.
  'commandes.list_with_invoices': (prisma, { user, take }) =>
    prisma.commande.findMany({
      where: { userId: user },
      include: { invoices: { select: { id: true, number: true, amount: true, status: true, pdfUrl: true } } },
      orderBy: { createdAt: 'desc' },
      take,
    }),

  'stats.payments_by_status': (prisma, { from, to }) =>
    prisma.commande.groupBy({
      by: ['paymentStatus'],
      _sum: { amount: true },
      _count: { id: true },
      where: { createdAt: { gte: from, lt: to }, amount: { gt: 0 } },
    }),

  'stats.users_by_role': (prisma) => prisma.user.groupBy({ by: ['role', 'isActive'], _count: { id: true } }),

  'stats.commandes_by_statut': (prisma, { since }) =>
    prisma.commande.groupBy({ by: ['statut'], _count: { id: true }, where: { createdAt: { gte: since } } }),

  'stats.revenue': (prisma, { since }) =>
    prisma.commande.aggregate({
      _sum: { amount: true },
      _avg: { amount: true },
      _count: { id: true },
      where: { paymentStatus: 'paid', createdAt: { gte: since } },
    }),

  'audit_logs.list_recent': (prisma) =>
    prisma.auditLog.findMany({
      where: { severity: { in: ['HIGH', 'CRITICAL'] } },
      select: { id: true, timestamp: true, adminEmail: true, action: true, targetType: true, severity: true },
      orderBy: { timestamp: 'desc' },
      take: 10,
    }),

  'messages.list_conversations': (prisma, { user }) =>
    prisma.message.findMany({
      where: { OR: [{ senderId: user }, { receiverId: user }] },
      distinct: ['conversationId'],
      include: { sender: { select: BRIEF }, receiver: { select: BRIEF } },
      orderBy: { createdAt: 'desc' },
      take: 50,
    }),

  // `take` is added, as above.
  'messages.list_by_conversation': (prisma, { conversation, take }) =>
    prisma.message.findMany({
      where: { conversationId: conversation },
      include: {
        sender: { select: { prenom: true, nom: true, avatar: true, role: true } },
        attachments: {
          include: { file: { select: { id: true, filename: true, mimeType: true, size: true, url: true, type: true } } },
        },
      },
      orderBy: { createdAt: 'asc' },
      take,
    }),

  'stats.messages_by_type_and_statut': (prisma, { since }) =>
    prisma.message.groupBy({ by: ['type', 'statut'], _count: { id: true }, where: { createdAt: { gte: since } } }),

  'pages.list_published': (prisma, { now }) =>
    prisma.page.findMany({
      where: { status: 'PUBLISHED', isPublic: true, publishedAt: { lte: now } },
      select: {
        id: true, title: true, slug: true, excerpt: true, type: true, metaTitle: true, metaDescription: true,
        publishedAt: true,
      },
      orderBy: [{ type: 'asc' }, { sortOrder: 'asc' }],
    }),

  'faqs.count_by_categorie': (prisma) =>
    prisma.fAQ.groupBy({ by: ['categorie'], _count: { id: true }, where: { visible: true }, orderBy: { categorie: 'asc' } }),

  'tarifs.list_active': (prisma) =>
    prisma.tarif.findMany({
      where: { actif: true, stripeProductId: { not: null } },
      select: {
        id: true, nom: true, description: true, prix: true, prixFormate: true, dureeEstimee: true, stripePriceId: true,
        stripeProductId: true,
      },
      orderBy: [{ ordre: 'asc' }, { prix: 'asc' }],
    }),
};
