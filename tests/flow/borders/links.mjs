// Mailed links: each that there is, tried in each way in which it must not work.
import { link, must, pages, send, sent, signIn, worked } from '../hands.mjs';
import { sekisho } from '../instance.mjs';
import { changed, inLang, judge, LANGS, OTHER, PASSWORD } from './stage.mjs';

const OVER = 'link.over link.over.cure';

// ── the links ──

const choose = async (page) => {
  await page.fill('#new', OTHER);
  await send(page);
};
const agree = (page) => send(page);

async function asked(stage, visitor, path, email, purpose) {
  await visitor.page.goto(pages(stage, 'buyer', path));
  await visitor.page.fill('#email', email);
  await worked(visitor.page);
  await send(visitor.page);
  return link(await sent(stage.instance, email, purpose));
}

async function lockedOut(stage, visitor, email) {
  for (let turn = 0; turn < 6; turn++) {
    await signIn(visitor, stage, 'buyer', email, `wrong ${turn}`);
    await stage.rows("DELETE FROM tally WHERE kind <> 'account'"); // else each has to work
  }
  return link(await sent(stage.instance, email, 'accounts.locked'));
}

async function signedIn(stage, visitor, email) {
  await signIn(visitor, stage, 'buyer', email, PASSWORD);
  return link(await sent(stage.instance, email, 'accounts.sign_in_new'));
}

function invited(stage, visitor, email) {
  const said = sekisho(stage.instance, 'accounts', 'invite', '--realm', 'worker', '--tenant', 'shop', email);
  must(said.status === 0, said.stderr);
  return link(said.stdout);
}

// name, purpose of its row, page, realm, another realm, another page, how one gets it, how it is used
const THINGS = [
  ['an invitation', 'invite', 'invite', 'worker', 'merchant', 'reset', invited, choose],
  ['a link of a sign-up', 'sign_up', 'join', 'buyer', 'merchant', 'reset',
    (stage, visitor, email) => asked(stage, visitor, 'sign-up', email, 'accounts.sign_up'), choose],
  ['a link for a new password', 'reset', 'reset', 'buyer', 'operator', 'invite',
    (stage, visitor, email) => asked(stage, visitor, 'forgot', email, 'accounts.reset'), choose],
  ['a link that unlocks', 'unlock', 'unlock', 'buyer', 'operator', 'stop', lockedOut, agree],
  ['a link that stops everything', 'stop', 'stop', 'buyer', 'merchant', 'unlock', signedIn, agree],
];

// ── the ways ──

// Opening it, in both languages.
async function dead(t, url) {
  for (const lang of t.langs ?? LANGS) {
    const answer = await t.visitor.page.goto(inLang(url, lang));
    must(answer.status() === 410, `answered ${answer.status()}`);
    await judge(t.visitor, lang, OVER, [t.email]);
  }
}

// Opened while it was good, changed by `spoil`, and then its button is pressed.
async function deadWhenPressed(t, spoil) {
  const { page } = t.visitor;
  await page.goto(inLang(t.url, 'ja'));
  await spoil(page);
  await t.use(page);
  await judge(t.visitor, 'ja', OVER, [t.email]);
}

const aged = (t, work) => t.stage.aged('link', 'ends = 1', 'id = ?', [t.id], work);

const WAYS = [
  ['tampered', 'with one character changed', (t) => dead(t, changed(t.url, t.url.length - 20))],
  ['tampered', 'changed in its form', (t) => deadWhenPressed(t, (page) => page.locator('[name=link_token]').evaluate(
    (e) => { e.value = e.value.slice(0, 20) + (e.value[20] === 'A' ? 'B' : 'A') + e.value.slice(21); }))],
  ['tampered', 'cut short', (t) => dead(t, t.url.slice(0, -5))],
  ['foreign', 'in another realm', (t) => dead(t, t.url.replace(`/${t.realm}/`, `/${t.otherRealm}/`))],
  ['foreign', "at another tenant's site", (t) => dead(t, t.url.replace(t.stage.base, t.stage.rival))],
  ['foreign', 'for another purpose', (t) => dead(t, t.url.replace(`/${t.page}?`, `/${t.otherPage}?`))],
  ['expired', 'whose time is over', (t) => aged(t, async (age) => {
    await age();
    await dead(t, t.url);
  })],
  ['expired', 'whose time ends while its page is open', (t) => aged(t, (age) => deadWhenPressed(t, age))],
];

// Used as it is meant to be, it is nothing a second time: neither opened nor by a page that is open.
async function twice(t) {
  const tab = await t.visitor.context.newPage();
  await tab.goto(inLang(t.url, 'en'));
  await t.visitor.page.goto(inLang(t.url, 'en'));
  await t.use(t.visitor.page);
  must(!(await t.visitor.page.textContent('main')).includes('does not work any more'), 'a good link does not work');
  await t.stage.unchanged(async () => {
    await t.use(tab);
    await judge({ page: tab }, 'en', OVER, [t.email]);
    await dead(t, t.url);
  });
  await tab.close();
}

async function prepare(stage, [, purpose, page, realm, otherRealm, otherPage, get, use], email) {
  const t = { stage, page, realm, otherRealm, otherPage, use, email, visitor: await stage.visitor() };
  if (realm === 'buyer' && purpose !== 'sign_up') stage.person('buyer', 'shop', email);
  t.url = await get(stage, t.visitor, email);
  [[t.id]] = await stage.rows('SELECT id FROM link WHERE purpose = ? ORDER BY made DESC LIMIT 1', purpose);
  await t.visitor.context.clearCookies();
  return t;
}

export const LINKS = THINGS.map((thing, i) => ({
  what: 'link',
  name: thing[0],
  prepare: (stage) => prepare(stage, thing, `kakehashi${i}@example.jp`),
  cases: [...WAYS, ['reused', 'that was used', twice, { acts: true }]],
}));
