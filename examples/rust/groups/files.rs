//! Files: rows about bytes that the program stores.

use staka_core::model::{FileType, Role};
use staka_core::{Caller, ErrorKind, NewFile, Staka};
use staka_examples::{Result, create_user};

pub(crate) async fn run(staka: &Staka) -> Result<()> {
    let zoe = create_user(staka, "Zoé", Role::User, 0).await?;
    let author = staka.as_caller(Caller::user(zoe.id, Role::User));
    let file = NewFile::new("marees.pdf", "application/pdf", 480_000, "https://files.example.org/marees");
    let file = author.files().create(file, None).await?;
    assert_eq!(file.r#type, FileType::Document);
    let other = create_user(staka, "Ana", Role::User, 0).await?;
    let denied = staka.as_caller(Caller::user(other.id, Role::User)).files().get(&file.id).await;
    assert_eq!(denied.map_err(|error| error.kind()), Err(ErrorKind::Denied));
    // Deleting the row returns where the bytes are stored.
    assert_eq!(author.files().delete(&file.id, None).await?.stored_name, file.stored_name);
    Ok(())
}
