// Runs the JavaScript samples of the README files and of docs/ on a private database with demo data. Each ```js block is a
// program of its own. `js no-run: reason` marks a block that cannot run; its syntax is checked.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Staka } from '../index.mjs';
import { ADMIN, databases, program } from './support.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const files = ['README.md', 'staka-node/README.md', ...docs.map((name) => `docs/${name}`)];

// What the text around a block takes for granted, by file and heading.
const CONNECT = `import { Staka } from 'staka'; const staka = await Staka.connect(process.env.DATABASE_URL);`;
const CLOSE = 'await staka.close();';
const PREAMBLES = {
  'docs/guide.md#A day on the platform': {
    before: `${CONNECT} const agathe = '${ADMIN}'; const request = { ip: '192.0.2.1' };`,
    after: CLOSE,
  },
  'docs/guide.md#A sale, from the price to the ledger': {
    before: `${CONNECT}
      const team = staka.asUser('${ADMIN}', 'ADMIN');
      const account = { prenom: 'Zoé', nom: 'Exemple', email: 'zoe.sale@example.org', password: 'Un roman de 300 pages' };
      const zoe = await staka.users.create({ ...account, role: 'USER' });
      const author = staka.asUser(zoe.id, 'USER');
      const order = await author.commandes.create({ titre: 'Les Marées' });
      const session = { id: 'cs_test_readme' };
      const request = { rawBody: JSON.stringify({
        id: 'evt_test_readme', type: 'checkout.session.completed', created: Math.floor(Date.now() / 1000),
        data: { object: { object: 'checkout.session', id: session.id, payment_status: 'paid',
          payment_intent: 'pi_test_readme', amount_total: 46800, currency: 'eur' } },
      }) };`,
    after: `if (outcome !== 'APPLIED' || note.total !== 4680) throw new Error(\`\${outcome} \${note.total}\`); ${CLOSE}`,
  },
};

/** The blocks of a language in a Markdown file: heading, info string, text and line. */
function blocks(file) {
  const found = [];
  let heading = '';
  let open;
  for (const [at, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    const fence = /^ *```(.*)$/.exec(line);
    if (fence && open === undefined) {
      open = { file, heading, info: fence[1].trim(), line: at + 1, text: '' };
    } else if (fence) {
      if (/^(js|mjs|javascript)\b/.test(open.info)) found.push(open);
      open = undefined;
    } else if (open !== undefined) {
      open.text += `${line}\n`;
    } else {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    }
  }
  assert.equal(open, undefined, `${file}: a block is not closed`);
  return found;
}

/** Connects to the database of the test instead of the one that the text names. */
const redirected = (text) => text.replace(/(['"`])mysql:\/\/.*?\1/g, 'process.env.DATABASE_URL');

function checkSyntax(text) {
  const folder = mkdtempSync(join(tmpdir(), 'staka-readme-'));
  try {
    const file = join(folder, 'sample.mjs');
    writeFileSync(file, text);
    const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const all = files.flatMap(blocks);
const place = ({ file, heading }) => `${file}#${heading}`;
const isRun = ({ info }) => !/\bno-run\b/.test(info);

test('the samples are found, and each has a right info string and a right syntax', () => {
  for (const file of ['README.md', 'staka-node/README.md', 'docs/guide.md'])
    assert.ok(all.some((block) => block.file === file), `${file} has no block of JavaScript`);
  for (const block of all) {
    assert.match(block.info, /^js( no-run: \S.*)?$/, `${block.file}:${block.line}`);
    checkSyntax(block.text);
  }
  const places = all.filter(isRun).map(place);
  for (const name of Object.keys(PREAMBLES)) assert.ok(places.includes(name), `no block needs the preamble of ${name}`);
});

test('every sample runs', { timeout: 300_000, skip: databases.length === 0 }, async (t) => {
  const staka = await Staka.local({ scale: 'small' });
  try {
    for (const block of all.filter(isRun)) {
      await t.test(`${block.file}:${block.line}`, async () => {
        const { before = '', after = '' } = PREAMBLES[place(block)] ?? {};
        const text = `${before}\n${redirected(block.text)}\n${after}`;
        const { code, out } = await program(text, { env: { DATABASE_URL: staka.url } });
        assert.equal(code, 0, `${block.file}:${block.line}\n${out}`);
      });
    }
  } finally {
    await staka.close();
  }
});
