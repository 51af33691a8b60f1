// A company's widget in place of the puzzle, in a real browser: the page as it is served, with its own
// policy, and a script, a frame and an answer of the simulated company (tests/lib/provider.py).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openVisitor } from './browser.mjs';
import { sekisho, TOP } from './instance.mjs';

const SECRET = 'provider-secret-51c9', KEY = '0x4-site_key-7f'; // as provider.py has them

// Its port; it ends with us.
function company() {
  const child = spawn('python3', [join(TOP, 'tests/lib/provider.py')], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill());
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.stdout.once('data', (text) => done(`http://127.0.0.1:${String(text).trim()}`));
  });
}

function use(instance, home, provider) {
  const file = join(instance.state, 'sekisho.conf'), secret = join(instance.state, 'human.secret');
  const rest = readFileSync(file, 'utf8').replace(/^human \{[^}]*\}\n/, '');
  writeFileSync(secret, `${SECRET}\n`, { mode: 0o600 });
  writeFileSync(file, `human { provider = ${provider}; site_key = "${KEY}"; secret = "${secret}"; `
    + `verify = "${home}/siteverify"; script = "${home}/api.js"; }\n${rest}`);
  const reload = sekisho(instance, 'reload');
  assert.equal(reload.status, 0, reload.stdout + reload.stderr);
}

const say = (home, words) => fetch(`${home}/say?${words}`);

async function passed(visitor) {
  const pass = (await visitor.context.cookies()).find((cookie) => cookie.name === '__Host-sekisho-pass');
  assert.ok(pass && pass.secure && pass.httpOnly, 'no pass');
  await visitor.context.clearCookies();
}

async function visit(visitor, instance) {
  await visitor.page.goto(`${instance.base}/.sekisho/challenge?to=/`, { waitUntil: 'commit' });
}

// Not check(), which looks at the box afterwards: the page has gone on by then.
async function tick(visitor) {
  await visitor.page.frameLocator('#widget iframe').locator('#box').click({ noWaitAfter: true });
}

// The answer with the puzzle in it; its page may be gone again before anybody looks for it.
const refusal = ({ page }) => page.waitForResponse((a) => a.status() === 403 && a.request().method() === 'POST');
const leadsBack = (visitor, instance) => visitor.page.waitForURL(`${instance.base}/`, { timeout: 30000 });

async function fits({ page }) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 1, `the page is ${wide} px wider than the screen`);
}

const WIDGET = [
  ['the page says whose service it is and what that company learns', async (visitor, { instance, picture }) => {
    const { page, lang } = visitor;
    await visit(visitor, instance);
    await page.frameLocator('#widget iframe').locator('#box').waitFor();
    await page.waitForFunction(() => document.getElementById('state').textContent.length > 20);
    assert.equal(await page.getAttribute('html', 'lang'), lang);
    const text = await page.textContent('main');
    assert.match(text, lang === 'ja' ? /Cloudflare Turnstile（Cloudflare, Inc.）を使っています/ : /this site uses Cloudflare Turnstile \(Cloudflare, Inc\.\)/);
    assert.equal(await page.locator('main a[rel~=noreferrer]').getAttribute('href'), 'https://www.cloudflare.com/turnstile-privacy-policy/');
    await fits(visitor);
    await picture(visitor, `human-${visitor.view}-${lang}`, { fullPage: true });
  }],
  ['a person who ticks the box is led back', async (visitor, { instance }) => {
    await tick(visitor);
    await leadsBack(visitor, instance);
    await passed(visitor);
  }],
  ['who does not want the company calculates, by keyboard', async (visitor, { instance }) => {
    await visit(visitor, instance);
    const link = visitor.page.locator('a[href*="way=work"]');
    await link.waitFor();
    await link.focus();
    await Promise.all([leadsBack(visitor, instance), visitor.page.keyboard.press('Enter')]);
    await passed(visitor);
  }],
];

const TROUBLE = [
  ['a blocked script leads to the calculation by itself', async (visitor, { instance }) => {
    await visitor.page.route('**/api.js*', (route) => route.abort());
    await visit(visitor, instance);
    await leadsBack(visitor, instance);
    await visitor.page.unroute('**/api.js*');
    await passed(visitor);
    visitor.faults.length = 0; // the request that was aborted
  }],
  ['an answer that is none leads to the calculation, not on', async (visitor, { instance, home }) => {
    await say(home, 'mode=garbage');
    visitor.allow = [403];
    await visit(visitor, instance);
    await Promise.all([refusal(visitor), tick(visitor)]);
    await leadsBack(visitor, instance);
    visitor.allow = [];
    await passed(visitor);
    await say(home, 'mode=right');
  }],
];

const SCORE = [
  ['a high score passes without being asked anything', async (visitor, { instance, home }) => {
    await say(home, 'score=0.9');
    await visit(visitor, instance);
    await leadsBack(visitor, instance);
    await passed(visitor);
  }],
  ['a low score leads to the calculation', async (visitor, { instance, home }) => {
    await say(home, 'score=0.1');
    visitor.allow = [403];
    await Promise.all([refusal(visitor), visit(visitor, instance)]);
    await leadsBack(visitor, instance);
    visitor.allow = [];
    await passed(visitor);
  }],
];

async function walk(browser, step, world, steps, view, lang, scheme) {
  const visitor = await openVisitor(browser, view, lang, scheme);
  for (const [name, work] of steps) await step(`human: ${view}, ${lang}: ${name}`, visitor, () => work(visitor, world));
  await visitor.context.close();
}

export async function human(browser, instance, step, picture) {
  const home = await company(), world = { instance, home, picture };
  use(instance, home, 'recaptcha-score');
  await walk(browser, step, world, SCORE, 'desktop', 'ja', 'light');
  use(instance, home, 'turnstile');
  await walk(browser, step, world, WIDGET, 'desktop', 'ja', 'light');
  await walk(browser, step, world, WIDGET, 'phone', 'en', 'dark');
  await walk(browser, step, world, TROUBLE, 'phone', 'ja', 'light');
}
