//! The audit log: an entry, and its export.

use staka_core::model::AuditTargetType;
use staka_core::{AuditLogFilter, ExportFormat, NewAuditLog, Staka};
use staka_examples::Result;

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let db = staka.as_system();
    db.audit_logs().create(NewAuditLog::new("BACKUP_RESTORED", AuditTargetType::System)).await?;
    let csv = db.audit_logs().export(AuditLogFilter::default(), ExportFormat::Csv, None, None, None).await?;
    assert!(csv.text.lines().any(|line| line.contains("BACKUP_RESTORED")));
    Ok(())
}
