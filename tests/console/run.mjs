// The operators' console, through the gate and in a real browser: every page in both languages, on a
// phone and on a desktop; by keyboard alone; without JavaScript; and whom it must refuse.
//
//     node run.mjs [--pictures DIR]    with pictures of the pages; DIR/console.png and DIR/vault.png are
//                                      the README's
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../flow/browser.mjs';
import { startInstance, TOP } from '../flow/instance.mjs';
import { fillVault, openOperator, plant } from './browser.mjs';
import { FIRST, KEYBOARD, PAGES, PLAIN, prepare } from './pages.mjs';
import { TWO, VAULT_KEYBOARD } from './vault.mjs';
import { REFUSED } from './refused.mjs';

const VIEWS = [['desktop', 'ja', 'light'], ['phone', 'ja', 'light'], ['desktop', 'en', 'dark'], ['phone', 'en', 'light']];
const at = process.argv.indexOf('--pictures');
const pictures = at < 0 ? null : (process.argv[at + 1] ?? join(TOP, 'docs'));
const counts = { passed: 0, failed: 0 };

function say(name, faults) {
  counts[faults.length ? 'failed' : 'passed'] += 1;
  console.log(faults.length ? `FAILED ${name}\n       ${faults.join('\n       ')}` : `ok     ${name}`);
}

// A step fails by what it throws and by what its pages complained of.
async function step(name, visitor, work) {
  if (visitor) visitor.faults.length = 0;
  let faults = [];
  try {
    await work();
  } catch (error) {
    faults = [error.message.split('\n').slice(0, 6).join(' ')];
  }
  say(name, faults.concat(visitor?.faults ?? []));
}

// `height`: of the page's beginning, where that is more than the screen has.
async function picture(visitor, name, height) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  const { width } = visitor.page.viewportSize();
  await visitor.page.screenshot({ path: join(pictures, `${name}.png`),
    ...(height ? { fullPage: true, clip: { x: 0, y: 0, width, height } } : {}) });
}

async function walk(browser, house, steps, view, lang, scheme, options) {
  const visitor = await openOperator(browser, house, house.operator, view, lang, scheme, options);
  const stage = { ...house, picture: (name, height) => picture(visitor, name, height) };
  for (const [name, work] of steps) {
    await step(`${view}, ${lang}: ${name}`, visitor, () => work(visitor, stage));
  }
  await visitor.context.close();
}

async function main() {
  const instance = await startInstance(readFileSync(join(TOP, 'tests/console/vault.conf'), 'utf8'));
  const house = { ...instance, console: `https://localhost:${instance.port + 2}` };
  house.operator = plant(house, 'operator', 'operator@example.jp');
  await prepare(house);
  const browser = await openBrowser();
  for (const seen of VIEWS) await walk(browser, house, FIRST, ...seen);
  house.vault = fillVault(house);
  for (const seen of VIEWS) await walk(browser, house, PAGES, ...seen);
  await walk(browser, house, [...KEYBOARD, ...VAULT_KEYBOARD], 'desktop', 'ja', 'light');
  await walk(browser, house, PLAIN, 'desktop', 'en', 'light', { javaScriptEnabled: false });
  for (const [name, work] of TWO) await step(name, null, () => work(house, browser));
  for (const [name, work] of REFUSED) await step(name, null, () => work(house, browser));
  await browser.close();
}

try {
  await main();
} catch (error) {
  say('the walk itself', [String(error.stack ?? error)]);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`);
process.exit(counts.failed ? 1 : 0);
