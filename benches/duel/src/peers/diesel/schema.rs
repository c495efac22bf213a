//! The tables as Diesel declares them, as far as the queries need them. Enum values are text.

diesel::table! {
    users (id) {
        id -> Text,
        prenom -> Text,
        nom -> Text,
        avatar -> Nullable<Text>,
        role -> Text,
        #[sql_name = "isActive"]
        is_active -> Bool,
    }
}

diesel::table! {
    commandes (id) {
        id -> Text,
        #[sql_name = "userId"]
        user_id -> Text,
        titre -> Text,
        description -> Nullable<Text>,
        #[sql_name = "fichierUrl"]
        fichier_url -> Nullable<Text>,
        statut -> Text,
        #[sql_name = "noteClient"]
        note_client -> Nullable<Text>,
        #[sql_name = "noteCorrecteur"]
        note_correcteur -> Nullable<Text>,
        priorite -> Text,
        #[sql_name = "dateEcheance"]
        date_echeance -> Nullable<Datetime>,
        #[sql_name = "dateFinition"]
        date_finition -> Nullable<Datetime>,
        #[sql_name = "createdAt"]
        created_at -> Datetime,
        #[sql_name = "updatedAt"]
        updated_at -> Datetime,
        #[sql_name = "paymentStatus"]
        payment_status -> Nullable<Text>,
        #[sql_name = "stripeSessionId"]
        stripe_session_id -> Nullable<Text>,
        amount -> Nullable<Integer>,
    }
}

diesel::table! {
    invoices (id) {
        id -> Text,
        #[sql_name = "commandeId"]
        commande_id -> Text,
        number -> Text,
        amount -> Integer,
        #[sql_name = "pdfUrl"]
        pdf_url -> Text,
        status -> Text,
        #[sql_name = "createdAt"]
        created_at -> Datetime,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        #[sql_name = "conversationId"]
        conversation_id -> Text,
        #[sql_name = "senderId"]
        sender_id -> Nullable<Text>,
        #[sql_name = "receiverId"]
        receiver_id -> Nullable<Text>,
        #[sql_name = "visitorEmail"]
        visitor_email -> Nullable<Text>,
        #[sql_name = "visitorName"]
        visitor_name -> Nullable<Text>,
        #[sql_name = "isFromVisitor"]
        is_from_visitor -> Bool,
        subject -> Nullable<Text>,
        content -> Text,
        #[sql_name = "type"]
        kind -> Text,
        statut -> Text,
        #[sql_name = "isRead"]
        is_read -> Bool,
        #[sql_name = "isArchived"]
        is_archived -> Bool,
        #[sql_name = "isPinned"]
        is_pinned -> Bool,
        #[sql_name = "deletedByAdmin"]
        deleted_by_admin -> Bool,
        #[sql_name = "parentId"]
        parent_id -> Nullable<Text>,
        #[sql_name = "displayFirstName"]
        display_first_name -> Nullable<Text>,
        #[sql_name = "displayLastName"]
        display_last_name -> Nullable<Text>,
        #[sql_name = "displayRole"]
        display_role -> Nullable<Text>,
        metadata -> Nullable<Json>,
        status -> Nullable<Text>,
        #[sql_name = "createdAt"]
        created_at -> Datetime,
        #[sql_name = "updatedAt"]
        updated_at -> Datetime,
    }
}

diesel::table! {
    message_attachments (id) {
        id -> Text,
        #[sql_name = "messageId"]
        message_id -> Text,
        #[sql_name = "fileId"]
        file_id -> Text,
    }
}

diesel::table! {
    files (id) {
        id -> Text,
        filename -> Text,
        #[sql_name = "mimeType"]
        mime_type -> Text,
        size -> Integer,
        url -> Text,
        #[sql_name = "type"]
        kind -> Text,
    }
}

diesel::table! {
    notifications (id) {
        id -> Text,
        #[sql_name = "userId"]
        user_id -> Text,
        title -> Text,
        message -> Text,
        #[sql_name = "type"]
        kind -> Text,
        priority -> Text,
        #[sql_name = "actionUrl"]
        action_url -> Nullable<Text>,
        #[sql_name = "isRead"]
        is_read -> Bool,
        #[sql_name = "isDeleted"]
        is_deleted -> Bool,
        #[sql_name = "readAt"]
        read_at -> Nullable<Datetime>,
        #[sql_name = "expiresAt"]
        expires_at -> Nullable<Datetime>,
        #[sql_name = "createdAt"]
        created_at -> Datetime,
        #[sql_name = "updatedAt"]
        updated_at -> Datetime,
    }
}

diesel::table! {
    payment_methods (id) {
        id -> Text,
        #[sql_name = "userId"]
        user_id -> Text,
        #[sql_name = "stripePaymentMethodId"]
        stripe_payment_method_id -> Text,
        brand -> Text,
        last4 -> Text,
        #[sql_name = "expMonth"]
        exp_month -> Integer,
        #[sql_name = "expYear"]
        exp_year -> Integer,
        #[sql_name = "isDefault"]
        is_default -> Bool,
        #[sql_name = "isActive"]
        is_active -> Bool,
        #[sql_name = "createdAt"]
        created_at -> Datetime,
    }
}

diesel::table! {
    pages (id) {
        id -> Text,
        title -> Text,
        slug -> Text,
        excerpt -> Nullable<Text>,
        #[sql_name = "type"]
        kind -> Text,
        status -> Text,
        #[sql_name = "metaTitle"]
        meta_title -> Nullable<Text>,
        #[sql_name = "metaDescription"]
        meta_description -> Nullable<Text>,
        #[sql_name = "sortOrder"]
        sort_order -> Integer,
        #[sql_name = "isPublic"]
        is_public -> Bool,
        #[sql_name = "publishedAt"]
        published_at -> Nullable<Datetime>,
    }
}

diesel::table! {
    faqs (id) {
        id -> Text,
        visible -> Bool,
        categorie -> Text,
    }
}

diesel::table! {
    tarifs (id) {
        id -> Text,
        nom -> Text,
        description -> Text,
        prix -> Integer,
        #[sql_name = "prixFormate"]
        prix_formate -> Text,
        #[sql_name = "dureeEstimee"]
        duree_estimee -> Nullable<Text>,
        actif -> Bool,
        ordre -> Integer,
        #[sql_name = "stripePriceId"]
        stripe_price_id -> Nullable<Text>,
        #[sql_name = "stripeProductId"]
        stripe_product_id -> Nullable<Text>,
    }
}

diesel::table! {
    audit_logs (id) {
        id -> Text,
        timestamp -> Datetime,
        #[sql_name = "adminEmail"]
        admin_email -> Text,
        action -> Text,
        #[sql_name = "targetType"]
        target_type -> Text,
        severity -> Text,
    }
}

diesel::joinable!(invoices -> commandes (commande_id));
diesel::joinable!(message_attachments -> messages (message_id));
diesel::joinable!(message_attachments -> files (file_id));
diesel::joinable!(messages -> users (sender_id));
diesel::allow_tables_to_appear_in_same_query!(invoices, commandes);
diesel::allow_tables_to_appear_in_same_query!(message_attachments, messages, files, users);
