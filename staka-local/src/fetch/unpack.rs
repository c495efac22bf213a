//! Unpacks packages into a relocatable folder, whose programs run independently of the machine's C library.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{Error, command, folder};

/// Dependencies of maintainer scripts, not needed by a server that is only unpacked.
const SKIPPED: [&str; 6] = ["perl", "libperl", "dpkg", "tar", "debianutils", "gcc-"];
/// Files that are removed; the last one because the install script would make it setuid root.
const PRUNED: [&str; 6] = [
    "etc",
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/lintian",
    "usr/lib/mysql/plugin/auth_pam_tool_dir",
];

pub(super) fn unpack(archives: &[PathBuf], root: &Path, lock: &File) -> Result<(), Error> {
    for archive in archives {
        let name = archive.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let package = name.split('_').next().unwrap_or_default();
        if SKIPPED.iter().any(|prefix| package.starts_with(prefix)) {
            continue;
        }
        let mut extract = Command::new("dpkg-deb");
        extract.arg("--extract").arg(archive).arg(root).env("LC_ALL", "C");
        let ran = command::run(&mut extract, Duration::from_secs(120), Some(lock));
        let ran = ran.map_err(Error::io("run", "dpkg-deb"))?;
        if !ran.ok {
            // Removed, so that the next attempt downloads it again.
            let _ = fs::remove_file(archive);
            return Err(Error::Fetch { step: format!("unpacking {name}"), output: ran.output });
        }
    }
    for path in PRUNED {
        folder::remove(&root.join(path))?;
    }
    wrap_programs(root)
}

/// Replaces each ELF program by a script that runs it with the unpacked loader and libraries.
fn wrap_programs(root: &Path) -> Result<(), Error> {
    let (loader, libraries) = loader(root)?;
    let elf = folder::create(&root.join("usr/elf"))?;
    for folder in ["usr/sbin", "usr/bin"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            // Links stay: they point to the scripts.
            let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
            if !plain || !is_elf(&path) {
                continue;
            }
            let name = entry.file_name();
            fs::rename(&path, elf.join(&name)).map_err(Error::io("move", &path))?;
            // Relative to itself, so that the folder can be renamed.
            let script = format!(
                "#!/bin/sh\nr=${{0%/*}}/../..\nexec \"$r/{loader}\" --library-path \"{libraries}\" --argv0 \"$0\" \
                 \"$r/usr/elf/{}\" \"$@\"\n",
                name.display()
            );
            fs::write(&path, script).map_err(Error::io("write", &path))?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(Error::io("permit", &path))?;
        }
    }
    Ok(())
}

/// Returns the loader, and the library path relative to `$r`. Only a regular file counts: the link in lib64 may point
/// to the system's loader.
fn loader(root: &Path) -> Result<(String, String), Error> {
    let inside = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let children = |path: PathBuf| fs::read_dir(path).into_iter().flatten().flatten();
    for library in ["lib", "usr/lib"] {
        for folder in children(root.join(library)) {
            for file in children(folder.path()) {
                let plain = file.file_type().is_ok_and(|kind| kind.is_file());
                if plain && file.file_name().to_string_lossy().starts_with("ld-linux") {
                    let machine = folder.file_name().display().to_string();
                    let libraries = format!("$r/lib/{machine}:$r/usr/lib/{machine}");
                    return Ok((inside(&file.path()), libraries));
                }
            }
        }
    }
    Err(Error::Fetch {
        step: "looking for the unpacked loader".into(),
        output: "the packages contain no ld-linux".into(),
    })
}

fn is_elf(path: &Path) -> bool {
    use std::io::Read;
    let mut magic = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && magic == *b"\x7fELF"
}
