// The options of every script in this folder: DATABASE_URL (TCP), DATABASE_SOCKET_URL with `--socket`, `--quick`, `--smoke`
// (each call once, over 30 days instead of two years, only to see that it runs), `--peers a,b` (the first one is what the others are compared with), `--only part-of-a-name`.
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    socket: { type: 'boolean', default: false },
    peers: { type: 'string', default: 'staka,mysql2,drizzle,prisma' },
    only: { type: 'string', default: '' },
  },
});

const variable = values.socket ? 'DATABASE_SOCKET_URL' : 'DATABASE_URL';
const url = process.env[variable];
if (!url) {
  console.error(`${variable} must name the seeded database`);
  process.exit(2);
}

values.quick ||= values.smoke;
export const setting = { ...values, url, transport: values.socket ? 'socket' : 'tcp', peers: values.peers.split(',') };

/** Prints one measurement as a line of JSON. */
export function say(line) {
  process.stdout.write(`${JSON.stringify({ door: 'node', transport: setting.transport, ...line })}\n`);
}

export function progress(text) {
  process.stderr.write(`${text}\n`);
}

export async function openPeer(name) {
  return (await import(`./peers/${name}.mjs`)).open(setting.url);
}
