// Passkeys, of a virtual authenticator (CDP, domain WebAuthn): what it has signed is changed on its
// way, sent again, sent by somebody else, or asked for too long ago.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authenticator } from '../factors.mjs';
import { pages, press, send, signIn } from '../hands.mjs';
import { changed, inLang, judge, LANGS, PASSWORD } from './stage.mjs';

const BUTTON = 'form[data-passkey] button';
const SIGNED = ['id', 'client', 'data', 'signature', 'challenge'];
const ALONE = 'passkey.wrong passkey.wrong.cure';
const SECOND = 'second.wrong second.wrong.cure';

// ── a challenge of some minutes ago: as accounts would have made it, with its key ──

const hmac = (key, data) => createHmac('sha256', key).update(data).digest();

function challenge(stage, binding, at) {
  const keys = readFileSync(join(stage.state, 'accounts/key'), 'utf8').trim().split('\n').map((line) => line.split(' '));
  const root = hmac('sekisho accounts key', Buffer.from(keys.at(-1)[1], 'hex'));
  const key = hmac(root, 'sekisho accounts link 1\x01'); // HKDF (RFC 5869), one block
  const bytes = Buffer.alloc(32);
  bytes.writeBigUInt64BE(BigInt(at));
  const parts = ['challenge', 'passkey.get', binding, bytes].map((part) => Buffer.from(part)).flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return Buffer.concat([bytes, hmac(key, Buffer.concat(parts)).subarray(0, 16)]).toString('base64url');
}

async function asked(page, text) {
  await page.locator('form[data-passkey]').evaluate((form, value) => {
    form.dataset.challenge = value;
    form.elements.challenge.value = value;
  }, text);
}

// ── what is sent ──

// Whatever form this page sends next goes through `change` (its fields); null: it is not sent.
async function onTheWay(page, change) {
  await page.route('**/*', (route) => {
    const request = route.request();
    if (request.method() !== 'POST') return route.continue();
    const fields = new URLSearchParams(request.postData());
    const body = change(fields);
    return body ? route.continue({ postData: body.toString() }) : route.abort('aborted');
  });
}

const put = (fields, from) => {
  for (const name of SIGNED) fields.set(name, from.get(name));
  return fields;
};
const spoiled = (name) => (fields) => {
  fields.set(name, changed(fields.get(name), 30));
  return fields;
};

// On the page `where`, in both languages: the authenticator signs, the fields are changed.
async function refused(t, where, key, change, before = () => {}) {
  const { page } = t.visitor;
  for (const lang of t.langs ?? LANGS) {
    await page.goto(inLang(pages(t.stage, 'buyer', where), lang));
    await before(page);
    await onTheWay(page, change);
    await send(page, BUTTON);
    await page.unroute('**/*');
    await judge(t.visitor, lang, key, t.emails);
  }
}

// What an authenticator signs on a page, without its being sent.
async function signed({ page }, stage, where) {
  let kept = null;
  await page.goto(pages(stage, 'buyer', where));
  const taken = new Promise((done) => {
    onTheWay(page, (fields) => {
      kept = fields;
      done();
      return null;
    });
  });
  await press(page, BUTTON);
  await taken;
  await page.unroute('**/*');
  return kept;
}

// ── who has one ──

async function withPasskey(stage, email) {
  const visitor = await stage.visitor();
  stage.person('buyer', 'shop', email);
  await authenticator(visitor);
  await signIn(visitor, stage, 'buyer', email, PASSWORD);
  await visitor.page.goto(pages(stage, 'buyer', 'factors/passkey'));
  await press(visitor.page);
  await visitor.page.waitForURL(/factors\/codes/);
  return visitor;
}

const out = ({ context }) => context.clearCookies({ name: '__Host-sekisho-buyer' });

async function prepare(stage, emails) {
  const t = { stage, emails, visitor: await withPasskey(stage, emails[0]), other: await withPasskey(stage, emails[1]) };
  await out(t.visitor);
  await out(t.other);
  return t;
}

// Signs in, and keeps what was sent.
async function used(t, where) {
  let kept = null;
  await t.visitor.page.goto(pages(t.stage, 'buyer', where));
  await onTheWay(t.visitor.page, (fields) => {
    kept = fields;
    return fields;
  });
  await press(t.visitor.page, BUTTON);
  await t.visitor.page.waitForURL(/\/account/);
  await t.visitor.page.unroute('**/*');
  await out(t.visitor);
  return kept;
}

const tokenOf = (page) => page.inputValue('form[data-passkey] [name=token]');
const old = (t, binding) => async (page) => asked(page, challenge(t.stage, await binding(page), Date.now() - 301000));

const CASES_ALONE = [
  ['tampered', 'with one character of its signature changed', (t) => refused(t, 'passkey', ALONE, spoiled('signature'))],
  ['tampered', 'with another challenge than was signed', (t) => refused(t, 'passkey', ALONE, spoiled('challenge'))],
  ['foreign', 'that signed in another browser', async (t) => {
    const others = await signed(t.other, t.stage, 'passkey');
    await refused(t, 'passkey', ALONE, (fields) => put(fields, others));
  }],
  ['foreign', "at another tenant's site", async (t) => {
    const { page } = t.visitor;
    const fields = Object.fromEntries(await signed(t.visitor, t.stage, 'passkey'));
    for (const lang of t.langs ?? LANGS) {
      await page.goto(inLang(pages({ base: t.stage.rival }, 'buyer', 'passkey'), lang));
      await Promise.all([page.waitForEvent('domcontentloaded'), page.locator('form[data-passkey]').evaluate((form, [names, values]) => {
        for (const name of names) form.elements[name].value = values[name];
        form.submit();
      }, [SIGNED, fields])]);
      await judge(t.visitor, lang, ALONE, t.emails);
    }
  }],
  ['expired', 'that was asked for five minutes ago', (t) => refused(t, 'passkey', ALONE, (fields) => fields, old(t, tokenOf))],
  ['reused', 'whose answer was sent before', async (t) => {
    const sentBefore = await used(t, 'passkey');
    await t.stage.unchanged(() => refused(t, 'passkey', ALONE, () => sentBefore));
  }, { acts: true }],
];

// ── after a password ──

// The password of the one, in the browser `who`.
async function half(t, who) {
  await out(who);
  await signIn(who, t.stage, 'buyer', t.emails[0], PASSWORD);
  await who.page.waitForURL(/\/second/);
}

async function prepareSecond(stage, emails) {
  const t = await prepare(stage, emails);
  await half(t, t.visitor);
  return t;
}

// The session that waits, which the challenge is bound to.
const waiting = (t) => async () => (await t.stage.rows(
  "SELECT id FROM session WHERE wait = 'factor' ORDER BY made DESC LIMIT 1"))[0][0];

const CASES_SECOND = [
  ['tampered', 'with one character of its signature changed', (t) => refused(t, 'second', SECOND, spoiled('signature'))],
  ['expired', 'that was asked for five minutes ago', (t) => refused(t, 'second', SECOND, (fields) => fields, old(t, waiting(t)))],
  ['foreign', 'that is of another account', async (t) => {
    const thief = { ...t, visitor: t.other };
    await half(t, t.other);
    await t.stage.unchanged(() => refused(thief, 'second', SECOND, (fields) => fields,
      (page) => page.locator('form[data-passkey]').evaluate((form) => { form.dataset.ids = ''; })));
  }, { acts: true }],
  ['reused', 'whose answer was sent before', async (t) => {
    const sentBefore = await used(t, 'second');
    await half(t, t.visitor);
    await t.stage.unchanged(() => refused(t, 'second', SECOND, (fields) => put(fields, sentBefore)));
  }, { acts: true }],
];

export const PASSKEYS = [
  { what: 'passkey', name: 'a passkey alone', cases: CASES_ALONE,
    prepare: (stage) => prepare(stage, ['tsuru@example.jp', 'kame@example.jp']) },
  { what: 'passkey', name: 'a passkey after the password', cases: CASES_SECOND,
    prepare: (stage) => prepareSecond(stage, ['hato@example.jp', 'suzume@example.jp']) },
];
