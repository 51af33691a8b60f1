// Second factors in a real browser: a passkey of a virtual authenticator (CDP, domain WebAuthn), an
// authenticator app whose codes are counted here from the secret that the page shows (RFC 6238), and
// recovery codes without JavaScript. An operator, since theirs are mandatory.
import { createHmac } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openVisitor } from './browser.mjs';
import { TOP } from './instance.mjs';

const PASSWORD = 'いろは坂 four horses and a lantern';
const PAGES = '/.sekisho/operator';

function person(instance, email) {
  const made = spawnSync(join(TOP, 'build/release/accounts_people'),
    [instance.state, TOP, 'operator', '', email, PASSWORD], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no person: ${made.stderr}`);
}

export async function authenticator(visitor, verified = true) {
  const cdp = await visitor.context.newCDPSession(visitor.page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
    isUserVerified: verified, automaticPresenceSimulation: true,
  } });
  return { cdp, authenticatorId };
}

// RFC 6238 and RFC 4226, section 5.3.
export function code(secret, at) {
  const bits = [...secret.replace(/\s/g, '')]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, '0');
}

const must = (holds, what) => { if (!holds) throw new Error(what); };
const at = (page, instance, path) => page.waitForURL((url) => url.href.startsWith(`${instance.base}${PAGES}/${path}`));
const press = (page, selector = 'main button[type=submit]') => page.locator(selector).first().click();

async function password(visitor, instance, email) {
  const { page } = visitor;
  await page.goto(`${instance.base}${PAGES}/sign-in`);
  await page.fill('#email', email);
  await page.fill('#password', PASSWORD);
  await press(page);
}

async function signOut(visitor, instance) {
  const { page } = visitor;
  await page.goto(`${instance.base}${PAGES}/sign-out`);
  await press(page);
  await page.locator('.notice.well').waitFor();
}

async function isIn(page, instance) {
  await at(page, instance, 'account');
  must(await page.locator('#sessions').count() === 1, 'not signed in');
}

async function mandatory({ page }, instance) {
  await at(page, instance, 'factors');
  await page.goto(`${instance.base}${PAGES}/account`);
  await at(page, instance, 'factors');
}

async function addPasskey({ page }, instance) {
  await page.goto(`${instance.base}${PAGES}/factors/passkey`);
  await page.fill('#label', '試験用の鍵');
  await press(page);
  await at(page, instance, 'factors/codes');
}

async function makeCodes({ page }) {
  await press(page);
  await page.locator('ol code').nth(9).waitFor();
  return page.locator('ol code').allTextContents();
}

async function addApp({ page }, instance) {
  await page.goto(`${instance.base}${PAGES}/factors/app`);
  const secret = await page.locator('.sheet code.id').textContent();
  must(await page.locator('svg.qr').getAttribute('aria-label'), 'the QR code has no name');
  await page.fill('#code', code(secret, Date.now()));
  await press(page, 'form button[type=submit]');
  await at(page, instance, 'factors?done=added');
  return secret;
}

async function removePasskey({ page }, instance) {
  const row = page.locator('section', { hasText: '試験用の鍵' });
  await row.locator('summary').click();
  await row.locator('button[value=remove]').click();
  await at(page, instance, 'factors?done=removed');
  must(await page.locator('section', { hasText: '試験用の鍵' }).count() === 0, 'it is still there');
}

// Without JavaScript, from another browser.
async function recover(browser, instance, email, codes) {
  const context = await browser.newContext({ javaScriptEnabled: false, ignoreHTTPSErrors: true, locale: 'ja-JP' });
  const visitor = { context, page: await context.newPage() };
  const { page } = visitor;
  for (const [given, right] of [[codes[0], true], [codes[0], false]]) {
    await password(visitor, instance, email);
    await page.locator('summary').click();
    await page.fill('#recovery', given.toLowerCase());
    await press(page, 'details button');
    if (right) await isIn(page, instance);
    else must(await page.locator('.notice.act').count() === 1, 'a code worked twice');
    if (right) await signOut(visitor, instance);
  }
  await context.close();
}

export async function factors(browser, instance, step) {
  const email = 'bansho@example.jp';
  const visitor = await openVisitor(browser, 'desktop', 'ja');
  const { page } = visitor;
  const walk = (name, work) => step(`second factors: ${name}`, visitor, work);
  let codes = [];
  let secret = '';
  person(instance, email);
  const { cdp, authenticatorId } = await authenticator(visitor);
  await walk('an operator sets one up before anything else', async () => {
    await password(visitor, instance, email);
    await mandatory(visitor, instance);
  });
  await walk('a passkey is added, and recovery codes are shown once', async () => {
    await addPasskey(visitor, instance);
    codes = await makeCodes(visitor);
    must(new Set(codes).size === 10, 'ten different codes');
  });
  await walk('password and passkey', async () => {
    await signOut(visitor, instance);
    await password(visitor, instance, email);
    await at(page, instance, 'second');
    await press(page, 'form[data-passkey] button');
    await isIn(page, instance);
  });
  await walk('a passkey alone', async () => {
    await signOut(visitor, instance);
    await page.goto(`${instance.base}${PAGES}/passkey`);
    await press(page, 'form[data-passkey] button');
    await isIn(page, instance);
  });
  await walk('a passkey whose owner was not verified does not sign in', async () => {
    await signOut(visitor, instance);
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.goto(`${instance.base}${PAGES}/passkey`);
    await press(page, 'form[data-passkey] button');
    await page.locator('[data-failed]:not([hidden])').waitFor();
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  });
  await walk('an app is added from its QR page', async () => {
    await page.goto(`${instance.base}${PAGES}/passkey`);
    await press(page, 'form[data-passkey] button');
    await isIn(page, instance);
    secret = await addApp(visitor, instance);
  });
  await walk('the passkey is removed, and the browser\'s copy signs in no more', async () => {
    await removePasskey(visitor, instance);
    await signOut(visitor, instance);
    visitor.allow = [422];
    await page.goto(`${instance.base}${PAGES}/passkey`);
    await press(page, 'form[data-passkey] button');
    await page.locator('.notice.act').waitFor();
    visitor.allow = [];
  });
  await walk('password and app', async () => {
    await password(visitor, instance, email);
    await at(page, instance, 'second');
    await page.fill('#code', code(secret, Date.now() + 30000)); // this step's code added the app
    await press(page, 'form button[type=submit]');
    await isIn(page, instance);
  });
  await walk('a recovery code works once, without JavaScript', () => recover(browser, instance, email, codes));
  await visitor.context.close();
}
