//! A minimal client: logs in as root without a password and sends statements, independent of the crate under test.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

pub(crate) struct Client {
    stream: Box<dyn Stream>,
    sequence: u8,
    pub(crate) server_version: String,
}

impl Client {
    pub(crate) fn tcp(port: u16) -> io::Result<Client> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Client::login(Box::new(stream))
    }

    pub(crate) fn unix(path: &Path) -> io::Result<Client> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Client::login(Box::new(stream))
    }

    fn login(stream: Box<dyn Stream>) -> io::Result<Client> {
        let mut client = Client { stream, sequence: 0, server_version: String::new() };
        let greeting = client.read()?;
        assert_eq!(greeting[0], 10, "protocol version: {greeting:?}");
        let end = greeting.iter().position(|byte| *byte == 0).expect("a version");
        client.server_version = String::from_utf8_lossy(&greeting[1..end]).into_owned();
        let plugin = greeting.split(|byte| *byte == 0).rfind(|part| !part.is_empty()).expect("a plugin").to_vec();

        // Long password, protocol 4.1, secure connection, plugin authentication.
        let mut answer = (0x1u32 | 0x200 | 0x8000 | 0x8_0000).to_le_bytes().to_vec();
        answer.extend((1u32 << 24).to_le_bytes());
        answer.push(45);
        answer.extend([0; 23]);
        answer.extend(b"root\0\0");
        answer.extend(plugin);
        answer.push(0);
        client.write(&answer)?;
        loop {
            let packet = client.read()?;
            match packet[0] {
                0 => return Ok(client),
                // Another plugin or another round: an empty password has an empty answer.
                0xfe => client.write(&[])?,
                1 => {}
                _ => return Err(refusal(&packet)),
            }
        }
    }

    /// Runs a statement and returns the first column of its rows.
    pub(crate) fn run(&mut self, sql: &str) -> io::Result<Vec<String>> {
        self.sequence = 0;
        self.write(&[b"\x03", sql.as_bytes()].concat())?;
        let first = self.read()?;
        match first[0] {
            0 => return Ok(Vec::new()),
            0xff => return Err(refusal(&first)),
            columns => {
                for _ in 0..=columns {
                    self.read()?;
                }
            }
        }
        let mut rows = Vec::new();
        loop {
            let row = self.read()?;
            match row[0] {
                0xfe if row.len() < 9 => return Ok(rows),
                0xff => return Err(refusal(&row)),
                length => rows.push(String::from_utf8_lossy(&row[1..=usize::from(length)]).into_owned()),
            }
        }
    }

    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut head = [0; 4];
        self.stream.read_exact(&mut head)?;
        self.sequence = head[3].wrapping_add(1);
        let mut body = vec![0; u32::from_le_bytes([head[0], head[1], head[2], 0]) as usize];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    fn write(&mut self, body: &[u8]) -> io::Result<()> {
        let length = (body.len() as u32).to_le_bytes();
        let packet = [&[length[0], length[1], length[2], self.sequence], body].concat();
        self.stream.write_all(&packet)
    }
}

fn refusal(packet: &[u8]) -> io::Error {
    io::Error::other(String::from_utf8_lossy(packet.get(3..).unwrap_or_default()).into_owned())
}
