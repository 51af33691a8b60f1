// Cookies: of sessions, at the pages, at an area of another application and at the console; and of forms.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knock, must, pages, send, signIn } from '../hands.mjs';
import { appSecret, changed, cookie, inLang, judge, LANGS, PASSWORD, put, twoFactors } from './stage.mjs';

const NAME = (realm) => `__Host-sekisho-${realm}`;
const HOUR = 3600000;

// With that cookie at that address one is nobody: led to sign in, in both languages, and told nothing.
async function nobody(t, value, { url = t.url, name = NAME(t.realm) } = {}) {
  for (const lang of t.langs ?? LANGS) {
    await t.visitor.context.clearCookies();
    await put(t.visitor, url, name, value);
    await t.visitor.page.goto(inLang(url, lang));
    must(/\/\.sekisho\/\w+\/sign-in/.test(t.visitor.page.url()), `led to ${t.visitor.page.url()}`);
    // An area's address does not carry the language: what it leads to is as the browser asks.
    if (!t.visitor.page.url().includes(`lang=${lang}`)) await t.visitor.page.goto(inLang(t.visitor.page.url(), lang));
    await judge(t.visitor, lang, 'sign_in.title sign_in.press', [t.email]);
  }
}

// Else the refusals would say nothing.
async function somebody(t) {
  await t.visitor.context.clearCookies();
  await put(t.visitor, t.url, NAME(t.realm), t.value);
  const answer = await t.visitor.page.goto(t.url);
  must(answer.status() === 200 && !t.visitor.page.url().includes('sign-in'), 'the right cookie does not open');
}

function aged(t, column, by) {
  return t.stage.aged('session', `${column} = ${column} - ${by}`, 'account = ?', [t.account], async (age) => {
    await age();
    await nobody(t, t.value);
  });
}

// What all have in common; `idle` is how long one may do nothing, `longest` how long one is signed in.
const SESSION = (idle, longest) => [
  ['tampered', 'with one digit changed', (t) => nobody(t, changed(t.value))],
  ['tampered', 'in capitals', (t) => nobody(t, t.value.toUpperCase())],
  ['expired', 'that was not used for too long', (t) => aged(t, 'used', idle * HOUR + 1)],
  ['expired', 'whose time is over', (t) => aged(t, 'ends', longest * HOUR + 1)],
];

const ENDED = ['reused', 'after its session was ended from elsewhere', async (t) => {
  await somebody(t);
  const answer = await knock(t.stage.instance, 'accounts-api.sock', '/v1/sessions/end', { method: 'POST',
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account: t.account, all: true }) });
  must(answer.status === 200, answer.text);
  await t.stage.unchanged(() => nobody(t, t.value));
}, { acts: true }];

// ── a buyer's ──

async function prepareBuyer(stage) {
  const t = { stage, realm: 'buyer', email: 'sazanka@example.jp', visitor: await stage.visitor(),
    url: pages(stage, 'buyer', 'account') };
  t.account = stage.person('buyer', 'shop', t.email);
  await signIn(t.visitor, stage, 'buyer', t.email, PASSWORD);
  t.value = await cookie(t.visitor, 'localhost', NAME('buyer'));
  await somebody(t);
  return t;
}

const BUYER = [
  ...SESSION(30 * 24, 90 * 24),
  ['foreign', 'in another realm', (t) => nobody(t, t.value, { url: pages(t.stage, 'merchant', 'account'), name: NAME('merchant') })],
  ['foreign', "at another tenant's site", (t) => nobody(t, t.value, { url: pages({ base: t.stage.rival }, 'buyer', 'account') })],
  ['reused', 'after signing out', async (t) => {
    await somebody(t);
    await t.visitor.page.goto(pages(t.stage, 'buyer', 'sign-out'));
    await send(t.visitor.page);
    await t.stage.unchanged(() => nobody(t, t.value));
  }, { acts: true }],
];

// ── a merchant's, at an area that an application of another site has ──

async function prepareMerchant(stage) {
  const secret = appSecret();
  const t = { stage, realm: 'merchant', email: 'tsubaki@example.jp', visitor: await stage.visitor(), url: `${stage.rival}/desk` };
  t.account = stage.person('merchant', 'rival', t.email, secret.hex);
  stage.person('merchant', 'shop', 'nanten@example.jp', secret.hex);
  await twoFactors(t.visitor, stage.base, 'merchant', 'nanten@example.jp', secret.text);
  t.others = await cookie(t.visitor, 'localhost', NAME('merchant'));
  await twoFactors(t.visitor, stage.rival, 'merchant', t.email, secret.text, async () => {
    t.half = await cookie(t.visitor, 'rival.localhost', NAME('merchant'));
  });
  t.value = await cookie(t.visitor, 'rival.localhost', NAME('merchant'));
  await somebody(t);
  return t;
}

const MERCHANT = [
  ...SESSION(2, 24),
  ['foreign', 'of an owner of another tenant', (t) => nobody(t, t.others)],
  ['foreign', 'at an area for operators', (t) => nobody(t, t.value, { url: `${t.stage.rival}/office`, name: NAME('operator') })],
  ['reused', 'from before the second factor', (t) => nobody(t, t.half)],
  ENDED,
];

// ── an operator's, at the console ──

async function prepareOperator(stage) {
  const secret = appSecret();
  const t = { stage, realm: 'operator', email: 'bansho2@example.jp', visitor: await stage.visitor(), url: `${stage.console}/` };
  t.account = stage.person('operator', '', t.email, secret.hex);
  await twoFactors(t.visitor, stage.rival, 'operator', t.email, secret.text);
  t.others = await cookie(t.visitor, 'rival.localhost', NAME('operator'));
  await stage.rows('UPDATE factor SET counter = 0 WHERE account = ?', t.account); // the code of this half minute, once more
  await twoFactors(t.visitor, stage.console, 'operator', t.email, secret.text);
  t.value = await cookie(t.visitor, 'localhost', NAME('operator'));
  await somebody(t);
  return t;
}

const OPERATOR = [
  ...SESSION(0.5, 12),
  ['foreign', "of the same operator on a site", (t) => nobody(t, t.others)],
  ENDED,
];

// ── forms ──

const FORM = '__Host-form';
const SIGN_IN = '/.sekisho/buyer/sign-in';

// The sign-in form with all right but its token: sent, it says that nothing was done, and keeps what was typed.
async function stale(t, token) {
  const { page } = t.visitor;
  for (const lang of t.langs ?? LANGS) {
    await page.goto(inLang(t.url, lang));
    await page.fill('#email', t.email);
    await page.fill('#password', PASSWORD);
    const text = await token(page);
    await page.locator('main form [name=token]').evaluate((e, value) => { e.value = value; }, text);
    await send(page);
    await judge(t.visitor, lang, 'look.stale', []);
    must(!await cookie(t.visitor, 'localhost', NAME('buyer')), 'somebody is signed in');
  }
}

async function prepareForm(stage) {
  const t = { stage, email: 'yuzu@example.jp', visitor: await stage.visitor(), url: stage.base + SIGN_IN };
  stage.person('buyer', 'shop', t.email);
  return t;
}

const tokenOn = async (page, url) => {
  await page.goto(url);
  return page.inputValue('main form [name=token]');
};

// As it was made 13 hours ago for the cookie of this browser.
async function oldToken(t) {
  const key = readFileSync(join(t.stage.state, 'accounts/form.key'));
  const hour = Math.floor(Date.now() / HOUR) - 13;
  const text = `form|${await cookie(t.visitor, 'localhost', FORM)}|${hour}|${SIGN_IN}`;
  return `${hour}.${createHmac('sha256', key).update(text).digest('hex')}`;
}

const FORMS = [
  ['tampered', 'with one digit changed', (t) => stale(t, async (page) => {
    const token = await page.inputValue('main form [name=token]');
    return token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
  })],
  ['foreign', 'of another browser', async (t) => {
    const other = await t.stage.visitor();
    const token = await tokenOn(other.page, t.url);
    await other.context.close();
    await stale(t, () => token);
  }],
  ['foreign', 'of another form', async (t) => {
    const token = await tokenOn(t.visitor.page, pages(t.stage, 'buyer', 'forgot'));
    await stale(t, () => token);
  }],
  ['expired', 'of thirteen hours ago', (t) => stale(t, () => oldToken(t))],
];

export const COOKIES = [
  { what: 'cookie', name: "a buyer's session", prepare: prepareBuyer, cases: BUYER },
  { what: 'cookie', name: "a merchant's session at an area", prepare: prepareMerchant, cases: MERCHANT },
  { what: 'cookie', name: "an operator's session at the console", prepare: prepareOperator, cases: OPERATOR },
  { what: 'cookie', name: "a form's token", prepare: prepareForm, cases: FORMS },
];
