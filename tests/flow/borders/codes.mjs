// Codes that are typed: mailed, told by telephone, of an app, written down.
import { code as appCode } from '../factors.mjs';
import { digits, link, pages, press, send, sent, signIn, worked } from '../hands.mjs';
import { appSecret, changed, cookie, inLang, judge, LANGS, OTHER, PASSWORD, put, twoFactors, wrong } from './stage.mjs';

const FLOW = '__Host-sekisho-flow';
const OVER = 'code.over code.over.cure';

// Types a code where `t.enter` says, in both languages; what is said must be `key`.
async function refused(t, code, key, visitor = t.visitor, base = t.stage.base) {
  for (const lang of t.langs ?? LANGS) {
    await visitor.page.goto(inLang(pages({ base }, t.realm, t.enter), lang));
    await visitor.page.fill('#code', code);
    await send(visitor.page);
    await judge(visitor, lang, key, t.secrets);
  }
}

const forgiven = (t) => t.stage.rows('UPDATE code SET tries = 0');

// What all codes that were sent have in common; `use` enters the right one.
const SENT = (use) => [
  ['tampered', 'with another digit', (t) => refused(t, wrong(t.code), t.isWrong)],
  ['foreign', 'that somebody else was sent', (t) => refused(t, t.others, t.isWrong)],
  ['foreign', 'in a browser that did not ask for it', async (t) => {
    const thief = await t.stage.visitor();
    await refused(t, t.code, OVER, thief);
    await thief.context.close();
  }],
  ['foreign', "at another tenant's site, with the cookie carried there", async (t) => {
    await forgiven(t);
    await put(t.visitor, t.stage.rival, FLOW, await cookie(t.visitor, 'localhost', FLOW));
    await refused(t, t.code, t.isWrong, t.visitor, t.stage.rival);
  }],
  ['expired', 'that is ten minutes old', async (t) => {
    await forgiven(t);
    await t.stage.aged('code', 'made = made - 600001', 'purpose = ?', [t.purpose], async (age) => {
      await age();
      await refused(t, t.code, OVER);
    });
  }],
  ['reused', 'that was used', async (t) => {
    await forgiven(t);
    await t.visitor.page.goto(pages(t.stage, t.realm, t.enter));
    await t.visitor.page.fill('#code', t.code);
    await press(t.visitor.page);
    await use(t);
    await t.stage.unchanged(() => refused(t, t.code, OVER));
  }, { acts: true }],
];

// ── by mail ──

async function mailCode(stage, visitor, email) {
  const { page } = visitor;
  await page.goto(pages(stage, 'buyer', 'code'));
  await page.fill('#email', email);
  await worked(page);
  await press(page);
  await page.waitForURL(/code\/enter/);
  return digits(await sent(stage.instance, email, 'accounts.code'));
}

async function prepareMail(stage) {
  const t = { stage, realm: 'buyer', enter: 'code/enter', purpose: 'code.sign_in', isWrong: 'code.wrong code.wrong.cure',
    secrets: ['fumi@', 'sumi@'], visitor: await stage.visitor() };
  const other = await stage.visitor();
  for (const email of ['fumi@example.jp', 'sumi@example.jp']) stage.person('buyer', 'shop', email);
  t.code = await mailCode(stage, t.visitor, 'fumi@example.jp');
  t.others = await mailCode(stage, other, 'sumi@example.jp');
  await other.context.close();
  return t;
}

async function inByMail(t) {
  await t.visitor.page.waitForURL(/\/account/);
  const flow = await cookie(t.visitor, 'localhost', FLOW);
  await t.visitor.context.clearCookies();
  await put(t.visitor, t.stage.base, FLOW, flow);
  await t.stage.rows("DELETE FROM session WHERE account IN (SELECT account FROM code WHERE used = 1)");
}

// ── by telephone ──

async function phoneCode(stage, visitor, phone) {
  const { page } = visitor;
  await page.goto(pages(stage, 'merchant', 'sign-up'));
  await page.fill('#phone', phone);
  await worked(page);
  await press(page, 'button[value=sms]');
  await page.waitForURL(/sign-up\/code/);
  return digits(await sent(stage.instance, `+81${phone.slice(1)}`, 'accounts.phone'));
}

async function preparePhone(stage) {
  const t = { stage, realm: 'merchant', enter: 'sign-up/code', purpose: 'code.phone', isWrong: 'code.wrong sign_up.code.wrong.cure',
    secrets: ['9011112222', '9033334444'], visitor: await stage.visitor() };
  const other = await stage.visitor();
  t.code = await phoneCode(stage, t.visitor, '09011112222');
  t.others = await phoneCode(stage, other, '09033334444');
  await other.context.close();
  return t;
}

// The proof that the code made goes from page to page in the address.
const proven = (t) => t.visitor.page.waitForURL(/sign-up\?p=/);

async function prepareProof(stage) {
  const t = { stage, visitor: await stage.visitor(), shop: `hashi-${Date.now().toString(36)}` };
  const code = await phoneCode(stage, t.visitor, '09055556666');
  await t.visitor.page.fill('#code', code);
  await press(t.visitor.page);
  await proven(t);
  t.url = t.visitor.page.url();
  t.proof = new URL(t.url).searchParams.get('p');
  return t;
}

async function openShop(t, url, lang, email) {
  const { page } = t.visitor;
  await page.goto(inLang(url, lang));
  await page.fill('#id', t.shop + lang);
  await page.fill('#email', email);
  await worked(page);
  await send(page);
}

async function noProof(t, url) {
  for (const lang of t.langs ?? LANGS) {
    await openShop(t, url, lang, 'nusubito@example.jp');
    await judge(t.visitor, lang, 'link.over link.over.cure', ['nusubito@', '9055556666']);
  }
}

const PROOF = [
  ['tampered', 'with one character changed', (t) => noProof(t, changed(t.url, t.url.length - 5))],
  ['expired', 'that is an hour old', async (t) => {
    await t.stage.aged('phone_proof', 'ends = ends - 3600001', 'id = ?', [t.proof], async (age) => {
      await age();
      await noProof(t, t.url);
    });
  }],
  ['reused', 'that has opened a shop', async (t) => {
    await openShop(t, t.url, 'ja', 'hashimori@example.jp');
    await t.visitor.page.goto(link(await sent(t.stage.instance, 'hashimori@example.jp', 'accounts.sign_up')));
    await t.visitor.page.fill('#new', OTHER);
    await press(t.visitor.page);
    await t.visitor.page.waitForURL(/\/factors/);
    await t.visitor.context.clearCookies();
    await t.stage.unchanged(() => noProof(t, t.url));
  }, { acts: true }],
];

// ── of an app, and written down ──

// The second step's page in both languages; the field and the form that a code goes into.
async function secondRefused(t, field, way, code) {
  for (const lang of t.langs ?? LANGS) {
    const { page } = t.visitor;
    await t.stage.forget();
    await page.goto(inLang(pages(t.stage, 'merchant', 'second'), lang));
    if (way === 'recovery') await page.locator('summary').click();
    await page.fill(field, code());
    await send(page, `form:has([value=${way}]) button`);
    await judge(t.visitor, lang, 'second.wrong second.wrong.cure', t.secrets);
  }
}
const appRefused = (t, code) => secondRefused(t, '#code', 'app', code);
const writtenRefused = (t, code) => secondRefused(t, '#recovery', 'recovery', () => code);

async function half(t) {
  await t.visitor.context.clearCookies();
  await t.stage.forget();
  await signIn(t.visitor, t.stage, 'merchant', t.email, PASSWORD);
  await t.visitor.page.waitForURL(/\/second/);
}

async function prepareApp(stage) {
  const t = { stage, email: 'momiji@example.jp', secret: appSecret(), others: appSecret(), secrets: ['momiji@'],
    visitor: await stage.visitor() };
  stage.person('merchant', 'shop', t.email, t.secret.hex);
  stage.person('merchant', 'shop', 'kaede@example.jp', t.others.hex);
  await half(t);
  return t;
}

const APP = [
  ['tampered', 'with another digit', (t) => appRefused(t, () => wrong(appCode(t.secret.text, Date.now())))],
  ['foreign', "of another account's app", (t) => appRefused(t, () => appCode(t.others.text, Date.now()))],
  ['expired', 'of two minutes ago', (t) => appRefused(t, () => appCode(t.secret.text, Date.now() - 120000))],
  ['expired', 'of two minutes from now', (t) => appRefused(t, () => appCode(t.secret.text, Date.now() + 120000))],
  ['reused', 'that was used', async (t) => {
    const used = appCode(t.secret.text, Date.now());
    await t.visitor.page.goto(pages(t.stage, 'merchant', 'second'));
    await t.visitor.page.fill('#code', used);
    await press(t.visitor.page, 'form:has([value=app]) button');
    await t.visitor.page.waitForURL(/\/account/);
    await half(t);
    await t.stage.unchanged(() => appRefused(t, () => used));
  }, { acts: true }],
];

async function recoveryCodes(stage, visitor, email, secret) {
  const { page } = visitor;
  await twoFactors(visitor, stage.base, 'merchant', email, secret.text);
  await page.goto(pages(stage, 'merchant', 'factors/codes'));
  await press(page);
  await page.locator('ol code').nth(9).waitFor();
  const codes = await page.locator('ol code').allTextContents();
  await visitor.context.clearCookies();
  return codes;
}

async function prepareWritten(stage) {
  const t = { stage, email: 'ichou@example.jp', secret: appSecret(), secrets: ['ichou@'], visitor: await stage.visitor() };
  const other = appSecret();
  t.account = stage.person('merchant', 'shop', t.email, t.secret.hex);
  stage.person('merchant', 'shop', 'keyaki@example.jp', other.hex);
  [t.others] = await recoveryCodes(stage, t.visitor, 'keyaki@example.jp', other);
  t.codes = await recoveryCodes(stage, t.visitor, t.email, t.secret);
  await half(t);
  return t;
}

const WRITTEN = [
  ['tampered', 'with one character changed', (t) => writtenRefused(t, changed(t.codes[0], 2))],
  ['foreign', "of another account", (t) => writtenRefused(t, t.others)],
  ['reused', 'that was used', async (t) => {
    await t.visitor.page.locator('summary').click();
    await t.visitor.page.fill('#recovery', t.codes[0]);
    await press(t.visitor.page, 'form:has([value=recovery]) button');
    await t.visitor.page.waitForURL(/\/account/);
    await half(t);
    await t.stage.unchanged(() => writtenRefused(t, t.codes[0]));
  }, { acts: true }],
  ['expired', 'of a list that was made anew', async (t) => {
    await t.stage.rows('UPDATE factor SET counter = 0 WHERE account = ?', t.account); // this half minute's code, once more
    await t.visitor.context.clearCookies();
    await recoveryCodes(t.stage, t.visitor, t.email, t.secret);
    await half(t);
    await t.stage.unchanged(() => writtenRefused(t, t.codes[1]));
  }, { acts: true }],
];

export const CODES = [
  { what: 'code', name: 'a code by mail', prepare: prepareMail, cases: SENT(inByMail) },
  { what: 'code', name: 'a code by SMS', prepare: preparePhone, cases: SENT(proven) },
  { what: 'link', name: "the page behind a telephone's code", prepare: prepareProof, cases: PROOF },
  { what: 'code', name: 'a code of an app', prepare: prepareApp, cases: APP },
  { what: 'code', name: 'a code that was written down', prepare: prepareWritten, cases: WRITTEN },
];
