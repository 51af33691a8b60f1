// A signed-in operator in a browser, and how a page of the console is judged.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openVisitor } from '../flow/browser.mjs';

const require = createRequire(new URL('../flow/package.json', import.meta.url));
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HERE = fileURLToPath(new URL('.', import.meta.url));

// Somebody with a session, as a row of accounts.db: {account, session, cookie}.
export function plant(instance, realm, email, level = 2, site = 'console', factor = '') {
  const done = spawnSync('/usr/bin/python3', [join(HERE, 'plant.py'), instance.state, realm, email,
    String(level), site, factor], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`nobody was planted: ${done.stderr}`);
  return JSON.parse(done.stdout);
}

// People in the vault, readings of a day, an alarm, a hold: {people, read, erased, held}.
export function fillVault(instance) {
  const done = spawnSync('/usr/bin/python3', [join(HERE, 'vault.py'), instance.state], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`the vault was not filled: ${done.stderr}`);
  return JSON.parse(done.stdout);
}

export async function openOperator(browser, instance, person, view, lang, scheme = 'light', options = {}) {
  const visitor = await openVisitor(browser, view, lang, scheme, options);
  await visitor.context.addCookies([{ name: '__Host-sekisho-operator', value: person.cookie,
    url: instance.console, secure: true, httpOnly: true, sameSite: 'Lax' }]);
  visitor.foreign = [];
  visitor.page.on('request', (request) => {
    if (!request.url().startsWith(instance.console)) visitor.foreign.push(request.url());
  });
  return visitor;
}

export async function open(visitor, address, status = 200) {
  const answer = await visitor.page.goto(address, { waitUntil: 'networkidle' });
  assert.equal(answer.status(), status, `${address} answered ${answer.status()}`);
  return answer;
}

// Presses and waits for the page behind.
export async function press(visitor, locator) {
  const left = visitor.page.waitForEvent('framenavigated', (frame) => frame === visitor.page.mainFrame());
  await Promise.all([left, locator.click()]);
  await visitor.page.waitForLoadState('networkidle');
}

// What a page must be, whatever it shows: in the reader's language, as wide as the screen, without a
// fault that axe knows, with nothing from elsewhere.
export async function judge(visitor) {
  const { page, lang } = visitor;
  assert.equal(await page.getAttribute('html', 'lang'), lang, 'the page speaks another language');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 1, `the page is ${wide} px wider than the screen`);
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a',
      'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`);
  });
  assert.deepEqual(found, [], 'accessibility');
  assert.deepEqual(visitor.foreign, [], 'something came from elsewhere');
}
