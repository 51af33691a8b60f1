// What the cases at the borders share: people, the store, a second site with an application of the
// test's own that shows what reaches it, and how a page that refuses is judged.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openVisitor } from '../browser.mjs';
import { code as appCode } from '../factors.mjs';
import { must, send, signIn } from '../hands.mjs';
import { sekisho, TOP } from '../instance.mjs';

export const PASSWORD = '丑三つ時 the heron counts nine bridges';
export const OTHER = '雨宿り a kettle under seven pines';
export const LANGS = ['ja', 'en'];

const STORE = fileURLToPath(new URL('store.py', import.meta.url));
const HOSTILE = [401, 403, 404, 410, 422, 429];

// ── words ──

function words(lang) {
  const read = (path) => JSON.parse(readFileSync(join(TOP, 'src', path), 'utf8'));
  return { ...read(`look/ui/words/${lang}.json`), ...read(`accounts/ui/words/${lang}.json`),
    ...read(`accounts/ui/words/life.${lang}.json`), ...read(`accounts/ui/words/credentials.${lang}.json`),
    console: read(`console/ui/words/${lang}.json`) };
}
const WORDS = Object.fromEntries(LANGS.map((lang) => [lang, words(lang)]));
export const word = (lang, key) => WORDS[lang][key] ?? WORDS[lang].console[key];

// Sentences of ours (their keys, with blanks between), in the reader's language; nobody's id or
// address (secrets null: operators do see ids).
export async function judge({ page }, lang, key, secrets = []) {
  const text = await page.textContent('main');
  const spoken = await page.getAttribute('html', 'lang');
  must(spoken === lang, `the page speaks ${spoken}`);
  const wanted = key.startsWith('error.') ? [`${key}.title`, `${key}.text`] : key.split(' ');
  for (const each of wanted) {
    const sentence = word(lang, each);
    must(sentence, `there are no words ${each}`);
    must( text.includes(sentence), `it does not say "${sentence}" but "${text.replace(/\s+/g, ' ').slice(0, 160)}"`);
  }
  for (const secret of secrets ? ['acc_', 'ses_', ...secrets] : []) must(!text.includes(secret), `it tells ${secret}`);
}

// ── a second site ──

// Answers every request with the headers that reached it.
function application() {
  return new Promise((done) => {
    const server = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(request.headers));
    });
    server.listen(0, '127.0.0.1', () => done(server));
  });
}

const RIVAL = (port) => `
site rival {
    names = ["rival.localhost"];
    upstream { servers = ["http://127.0.0.1:${port}"]; }
    admin "/desk" { networks = ["127.0.0.0/8", "::1"]; realm = merchant; }
    admin "/office" { networks = ["127.0.0.0/8", "::1"]; realm = operator; }
}
`;

// ── the stage ──

// Whatever a refused attempt must leave as it was. Counted failures, histories and last uses change, and
// what ends soon (?: 20 minutes from the start) is swept away meanwhile.
const PICTURE = [
  'SELECT id, realm, tenant, role, state, email, password, must_reset FROM account ORDER BY id',
  'SELECT id, account, kind, state, secret FROM factor ORDER BY id',
  'SELECT id, account, realm, site, level, wait FROM session WHERE ends > ? ORDER BY id',
  'SELECT id, account FROM device ORDER BY id',
  'SELECT account, name, given_by, made, ends FROM held_right ORDER BY account, name',
  'SELECT id, state, decided_by FROM right_request ORDER BY id',
  'SELECT id, account FROM phone_proof ORDER BY id',
  // A letter about an earlier sign-in may still be written, with its link of this purpose, unused.
  "SELECT id, used FROM link WHERE ends > ? AND (purpose <> 'stop' OR used IS NOT NULL) ORDER BY id",
  'SELECT id FROM tenant ORDER BY id',
  'SELECT id FROM job ORDER BY id',
];

export class Stage {
  constructor(browser, instance) {
    Object.assign(this, { browser, instance, base: instance.base, state: instance.state,
      console: `https://localhost:${instance.port + 2}`, rival: `https://rival.localhost:${instance.port}` });
  }

  async open() {
    this.soon = Date.now() + 20 * 60000;
    this.python = spawn('/usr/bin/python3', [STORE, this.state], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface(this.python.stdout)[Symbol.asyncIterator]();
    this.app = await application();
    const file = join(this.state, 'sekisho.conf');
    writeFileSync(file, readFileSync(file, 'utf8') + RIVAL(this.app.address().port));
    const done = sekisho(this.instance, 'reload');
    must(done.status === 0, `reload: ${done.stderr}`);
  }

  close() {
    this.python?.stdin.end();
    this.app?.close();
    this.app?.closeAllConnections();
  }

  // One question after the other: nobody asks two at once.
  async all(...statements) {
    this.python.stdin.write(`${JSON.stringify(statements)}\n`);
    const { value, done } = await this.lines.next();
    must(!done, 'the store answers no more');
    return JSON.parse(value);
  }

  async rows(sql, ...values) {
    return (await this.all([sql, values]))[0];
  }

  // Failures of one case are not those of the next.
  forget() {
    return this.rows('DELETE FROM tally');
  }

  async unchanged(work) {
    const picture = async () => (await this.all(...PICTURE.map((sql) => [sql, sql.includes('?') ? [this.soon] : []])))
      .map((rows) => JSON.stringify(rows));
    const before = await picture();
    await work();
    (await picture()).forEach((after, i) => must(after === before[i], `it changed something: ${PICTURE[i]}`));
  }

  // Rows of a table are changed when `work` calls what it is given; then they are as they were, also
  // where accounts has swept them away meanwhile.
  async aged(table, set, where, values, work) {
    await this.all([`CREATE TEMP TABLE kept AS SELECT * FROM ${table} WHERE ${where}`, values]);
    try {
      await work(() => this.rows(`UPDATE ${table} SET ${set} WHERE ${where}`, ...values));
    } finally {
      await this.all([`INSERT OR REPLACE INTO ${table} SELECT * FROM kept`, []], ['DROP TABLE kept', []]);
    }
  }

  // Somebody with a password, and with an app if its secret is given (20 bytes in hexadecimal digits).
  person(realm, tenant, email, secret = '') {
    const made = spawnSync(join(TOP, 'build/release/accounts_people'),
      [this.state, TOP, realm, tenant, email, PASSWORD, '', secret].slice(0, secret ? 8 : 6), { encoding: 'utf8' });
    must(made.status === 0, `no person: ${made.stderr}`);
    return made.stdout.trim();
  }

  async visitor(options = {}) {
    const visitor = await openVisitor(this.browser, 'desktop', 'ja', 'light', options);
    visitor.allow = HOSTILE;
    return visitor;
  }
}

// ── hands ──

export const another = (c) => (c === 'A' ? 'B' : 'A');
// With one character changed, in the middle, where all of its bits count.
export const changed = (text, at = text.length >> 1) => text.slice(0, at) + another(text[at]) + text.slice(at + 1);
export const wrong = (digits) => String((Number(digits) + 1) % 10 ** digits.length).padStart(digits.length, '0');
export const inLang = (url, lang) => `${url}${url.includes('?') ? '&' : '?'}lang=${lang}`;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
// An app's secret as its code is reckoned from (base 32) and as a row is made of (hexadecimal).
export function appSecret() {
  const text = Array.from({ length: 32 }, () => ALPHABET[Math.floor(Math.random() * 32)]).join('');
  const bits = [...text].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
  return { text, hex: bits.match(/.{4}/g).map((four) => parseInt(four, 2).toString(16)).join('') };
}

export async function cookie({ context }, host, name) {
  return (await context.cookies()).find((c) => c.name === name && c.domain === host)?.value;
}

export async function put({ context }, url, name, value) {
  await context.addCookies([{ name, value, url: new URL(url).origin, secure: true, httpOnly: true, sameSite: 'Lax' }]);
}

// Password, then the app's code; `between` is called with one factor.
export async function twoFactors(visitor, base, realm, email, secret, between = () => {}) {
  await signIn(visitor, { base }, realm, email, PASSWORD);
  await visitor.page.waitForURL(/\/second/);
  await between();
  await visitor.page.fill('#code', appCode(secret, Date.now()));
  await send(visitor.page, 'form:has([value=app]) button');
  must(!visitor.page.url().includes('/second'), 'the right code does not sign in');
}
