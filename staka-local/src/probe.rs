//! Checks whether a server is ready: it sends the greeting packet of its protocol on the socket and on the port.

use std::{
    hash::{BuildHasher, RandomState},
    io::{self, Read},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn socket_greets(path: &Path) -> bool {
    UnixStream::connect(path)
        .and_then(|mut stream| {
            stream.set_read_timeout(Some(PATIENCE))?;
            greets(&mut stream)
        })
        .unwrap_or(false)
}

pub(crate) fn port_greets(port: u16) -> bool {
    TcpStream::connect_timeout(&address(port), PATIENCE)
        .and_then(|mut stream| {
            stream.set_read_timeout(Some(PATIENCE))?;
            greets(&mut stream)
        })
        .unwrap_or(false)
}

/// Returns whether the stream starts with a greeting: three bytes of length, one of sequence, then the protocol's
/// version; an error packet has 255 instead.
fn greets(stream: &mut impl Read) -> io::Result<bool> {
    let mut packet = [0; 5];
    stream.read_exact(&mut packet)?;
    let length = u32::from_le_bytes([packet[0], packet[1], packet[2], 0]) as usize;
    // Read completely, so that the server does not log an aborted connection.
    io::copy(&mut stream.take(length.saturating_sub(1) as u64), &mut io::sink())?;
    Ok(packet[4] == 10)
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Returns a free port, below the range of outgoing connections (from 32768).
pub(crate) fn free_port() -> Option<u16> {
    (0..200u32).find_map(|attempt| {
        let port = 20_000 + (RandomState::new().hash_one(attempt) % 12_000) as u16;
        TcpListener::bind(address(port)).is_ok().then_some(port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_version_ten() {
        assert!(greets(&mut &[1, 0, 0, 0, 10][..]).unwrap());
        assert!(!greets(&mut &[3, 0, 0, 0, 255, 0x69, 0x04][..]).unwrap());
        assert!(greets(&mut &[1, 0][..]).is_err());
    }

    #[test]
    fn ports_are_below_the_ephemeral_range() {
        for _ in 0..100 {
            let port = free_port().unwrap();
            assert!((20_000..32_000).contains(&port));
        }
    }
}
