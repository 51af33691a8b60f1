// The pages of the console, and what an operator does on them.
import assert from 'node:assert/strict';
import { request as httpsRequest } from 'node:https';
import { judge, open, plant, press } from './browser.mjs';
import { scopeSays, stakeSays } from './vault.mjs';

const WORDS = {
  ja: { well: /すべて正常です|確認が必要/, refused: '拒否', japan: '日本時間' },
  en: { well: /Everything is well|look/, refused: 'refused', japan: "Japan's" },
};

function ask(port, path) {
  return new Promise((done, fail) => {
    const call = httpsRequest({ host: '127.0.0.1', port, path, rejectUnauthorized: false,
      headers: { Host: `localhost:${port}` } }, (answer) => {
      answer.resume();
      answer.on('end', () => done(answer));
    });
    call.on('error', fail);
    call.end();
  });
}

// Something to show: a person who is signed in, and an attack that was refused.
export async function prepare(house) {
  house.merchant = plant(house, 'merchant', 'hanako@example.jp', 2, 'shop');
  house.sub = plant(house, 'merchant.sub', 'sub@example.jp', 2, 'shop');
  const attack = await ask(house.port, `/?q=${encodeURIComponent('<script>alert(1)</script>')}`);
  assert.equal(attack.statusCode, 403);
  house.attack = attack.headers['x-request-id'];
}

const page = (name, path, more) => [name, async (visitor, house) => {
  await open(visitor, house.console + (typeof path === 'function' ? path(house) : path));
  await judge(visitor);
  if (more) await more(visitor, house);
  await house.picture(`console-${name.replaceAll(' ', '-')}-${visitor.view}-${visitor.lang}`);
}];

async function overviewSays({ page: p, lang, view }, house) {
  assert.match(await p.textContent('#verdict'), WORDS[lang].well);
  assert.ok(await p.locator('.figure').count() >= 7, 'a card is missing');
  if (view === 'desktop' && lang === 'ja') await house.picture('console');
}

async function firstVisitIsSmall(visitor, house) {
  let bytes = 0;
  const sizes = [];
  const note = (answer) => sizes.push(answer.body().then((body) => body.length, () => 0));
  visitor.page.on('response', note);
  await open(visitor, `${house.console}/`);
  visitor.page.off('response', note);
  for (const size of await Promise.all(sizes)) bytes += size;
  assert.ok(bytes > 0 && bytes < 100 * 1000, `${bytes} bytes`);
}

// Before anything is wrong.
export const FIRST = [
  page('overview', '/', overviewSays),
  ['the first page is below 100 KB', firstVisitIsSmall],
];

export const PAGES = [
  ['the overview names an alarm of the vault', async (visitor, house) => {
    await open(visitor, `${house.console}/`);
    await judge(visitor);
    assert.match(await visitor.page.locator('.figure', { has: visitor.page.locator('a[href="/vault"]') })
      .textContent(), visitor.lang === 'ja' ? /24時間以内に警報/ : /an alarm within 24 hours/);
  }],
  page('accounts', '/accounts'),
  page('account', (house) => `/accounts/${house.merchant.account}`, async ({ page: p }) => {
    assert.ok((await p.textContent('main')).includes('127.0.0.0/24'), 'no session is shown');
  }),
  page('a sub-administrator', (house) => `/accounts/${house.sub.account}`, async ({ page: p }) => {
    assert.ok(await p.locator('[name=screen]').count() > 3, 'no screens to give');
  }),
  page('invite', '/accounts/invite'),
  page('remove', (house) => `/accounts/${house.merchant.account}/remove`),
  page('privileges', '/accounts/rights'),
  page('reset', '/accounts/reset'),
  page('signed in', '/sessions', async ({ page: p }, house) => {
    assert.ok((await p.textContent('main')).includes(house.merchant.account), 'somebody is missing');
  }),
  page('shut out', '/shut'),
  page('vault', '/vault', stakeSays),
  page('reserves', '/vault/reserves', async ({ page: p }) => {
    const purposes = await p.locator('select[name=purpose] option').allTextContents();
    for (const one of ['orders', 'shipping', 'pages', 'few']) assert.ok(purposes.includes(one), `${one} is missing`);
  }),
  page('thaw', '/vault/thaw?purpose=few'),
  page('who was seen', '/vault/scope?purpose=orders', scopeSays),
  page('events', '/events', async ({ page: p }) => {
    assert.ok(await p.locator('tbody tr').count() > 0, 'no record is shown');
  }),
  page('refused', '/events/refused', async ({ page: p, lang }, house) => {
    const text = await p.textContent('main');
    assert.ok(text.includes(house.attack), 'the attack is not in the list');
    assert.ok(text.includes(WORDS[lang].refused) && text.includes(WORDS[lang].japan));
  }),
  page('request', (house) => `/events/request?id=${house.attack}`, async ({ page: p }) => {
    assert.match(await p.textContent('main'), /SecRule REQUEST_FILENAME/, 'no advice');
  }),
  page('outbox', '/outbox', async ({ page: p }) => {
    assert.match(await p.textContent('main'), /hanako@example\.jp/, 'the invitation is not shown');
  }),
  ['a page that is not there says so kindly', async (visitor, house) => {
    visitor.allow = [404];
    await open(visitor, `${house.console}/nosuchpage`, 404);
    visitor.allow = [];
    await judge(visitor);
  }],
  ['a form shows what is wrong beside the field and on top', async (visitor, house) => {
    await open(visitor, `${house.console}/accounts/invite`);
    await visitor.page.fill('[name=email]', 'nobody');
    visitor.allow = [422];
    await press(visitor, visitor.page.locator('main form button[type=submit]').first());
    visitor.allow = [];
    await judge(visitor);
    assert.equal(await visitor.page.inputValue('[name=email]'), 'nobody');
    assert.equal(await visitor.page.evaluate(() => document.activeElement.id), 'faults');
    await visitor.page.locator('#faults a').first().click();
    assert.equal(await visitor.page.evaluate(() => document.activeElement.name ?? ''), 'email');
  }],
  ['the other language is one press away', async (visitor, house) => {
    const other = visitor.lang === 'ja' ? 'en' : 'ja';
    await open(visitor, `${house.console}/events?tenant=shop`);
    await visitor.page.locator(`.tongue a[hreflang=${other}]`).click();
    await visitor.page.waitForSelector(`html[lang=${other}]`);
    assert.match(visitor.page.url(), /tenant=shop/);
    await visitor.page.locator(`.tongue a[hreflang=${visitor.lang}]`).click();
    await visitor.page.waitForSelector(`html[lang=${visitor.lang}]`);
  }],
];

// --- by keyboard alone ---

async function focused(p) {
  return p.evaluate(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    return { tag: e.tagName, id: e.id, name: e.getAttribute('name') ?? '', href: e.getAttribute('href') ?? '',
      text: e.textContent.trim(), outline: style.outlineStyle !== 'none' && style.outlineWidth !== '0px' };
  });
}

// A key has its effect in the browser's own time: following a link within the page is asynchronous.
async function focusedOn(p, wanted) {
  let here = await focused(p);
  for (let turn = 0; turn < 100 && !wanted(here); turn++) {
    await p.waitForTimeout(50);
    here = await focused(p);
  }
  assert.ok(wanted(here), `focus is on ${JSON.stringify(here)}`);
}

async function tabTo(p, wanted) {
  for (let turn = 0; turn < 80; turn++) {
    await p.keyboard.press('Tab');
    const here = await focused(p);
    assert.ok(here.tag === 'BODY' || here.outline, `focus cannot be seen on ${JSON.stringify(here)}`);
    if (wanted(here)) return here;
  }
  throw new Error('not reached by keyboard');
}

async function enter(visitor) {
  const left = visitor.page.waitForEvent('framenavigated', (frame) => frame === visitor.page.mainFrame());
  await Promise.all([left, visitor.page.keyboard.press('Enter')]);
  await visitor.page.waitForLoadState('networkidle');
}

export const KEYBOARD = [
  ['the first stop leads past the list', async (visitor, house) => {
    await open(visitor, `${house.console}/`);
    await visitor.page.bringToFront(); // a page behind another takes no keys
    assert.equal((await focused(visitor.page)).tag, 'BODY', 'the page has moved the focus by itself');
    await visitor.page.keyboard.press('Tab');
    await focusedOn(visitor.page, (e) => e.href === '#main');
    await visitor.page.keyboard.press('Enter');
    await focusedOn(visitor.page, (e) => e.id === 'main');
  }],
  ['events are filtered by keyboard', async (visitor, house) => {
    await open(visitor, `${house.console}/`);
    await tabTo(visitor.page, (e) => e.href === '/events');
    await enter(visitor);
    await tabTo(visitor.page, (e) => e.name === 'object');
    await visitor.page.keyboard.insertText(house.merchant.account);
    await tabTo(visitor.page, (e) => e.tag === 'BUTTON');
    await enter(visitor);
    assert.match(visitor.page.url(), new RegExp(`object=${house.merchant.account}`));
    assert.ok(await visitor.page.locator('tbody tr').count() > 0, 'the invitation is not in the ledger');
  }],
  ['a session is ended by keyboard', async (visitor, house) => {
    const someone = plant(house, 'merchant', 'keyboard@example.jp', 2, 'shop');
    await open(visitor, `${house.console}/accounts/${someone.account}`);
    await tabTo(visitor.page, (e) => e.tag === 'BUTTON' && e.text.startsWith('終了'));
    await enter(visitor);
    assert.match(await visitor.page.textContent('main'), /サインインを終了しました/);
    assert.equal(await visitor.page.locator('button', { hasText: '終了' }).count(), 0, 'it is still there');
  }],
];

// --- without JavaScript ---

export const PLAIN = [
  ['somebody is invited, and removed again by name', async (visitor, house) => {
    const { page: p } = visitor;
    await open(visitor, `${house.console}/accounts/invite`);
    await p.selectOption('[name=kind]', 'merchant.sub');
    await p.fill('[name=email]', 'plain@example.jp');
    await p.fill('[name=tenant]', 'shop');
    await p.check('[name=screen][value=orders]');
    await press(visitor, p.locator('main button[type=submit]'));
    assert.match(await p.textContent('main'), /The invitation was sent/);
    const id = (await p.textContent('.id')).trim();
    await press(visitor, p.locator('a', { hasText: 'Remove this account' }));
    visitor.allow = [422];
    await p.fill('[name=typed]', 'something else');
    await press(visitor, p.locator('button', { hasText: 'Remove' }));
    visitor.allow = [];
    assert.match(await p.textContent('main'), /type it just as it is shown/);
    await p.fill('[name=typed]', id);
    await press(visitor, p.locator('button', { hasText: 'Remove' }));
    assert.match(await p.textContent('main'), /None of its data is left/);
    visitor.allow = [404];
    await open(visitor, `${house.console}/accounts/${id}`, 404);
    visitor.allow = [];
  }],
  ['a source is shut out and released, and both are in the ledger', async (visitor, house) => {
    const { page: p } = visitor;
    await open(visitor, `${house.console}/shut`);
    await p.fill('[name=who]', '198.51.100.0/24');
    await press(visitor, p.locator('form[action="/shut"] button'));
    assert.match(await p.textContent('main'), /The source is shut out/);
    assert.match(await p.textContent('main'), /198\.51\.100\.0\/24/);
    await press(visitor, p.locator('form[action="/shut/release"] button').first());
    assert.match(await p.textContent('main'), /was released/);
    for (const action of ['console.shut_out', 'console.release']) {
      await open(visitor, `${house.console}/events?action=${action}`);
      const text = await p.textContent('main tbody');
      assert.ok(text.includes('198.51.100.0/24') && text.includes(house.operator.account), text);
    }
  }],
  ['a privilege is asked for; one cannot approve it oneself', async (visitor, house) => {
    const { page: p } = visitor;
    await open(visitor, `${house.console}/accounts/rights`);
    await p.selectOption('[name=name]', 'privilege.reset');
    await p.fill('[name=reason]', 'a leak was reported');
    await press(visitor, p.locator('form[action="/accounts/rights"] button'));
    assert.match(await p.textContent('main'), /waits for another operator/);
    assert.match(await p.textContent('main'), /Another operator decides/);
    assert.equal(await p.locator('button', { hasText: 'Approve' }).count(), 0);
  }],
  ['a reset without the privilege is refused in words', async (visitor, house) => {
    const { page: p } = visitor;
    await open(visitor, `${house.console}/accounts/reset`);
    await p.selectOption('[name=realm]', 'buyer');
    await p.fill('[name=reason]', 'a leak was reported');
    await p.fill('[name=typed]', 'buyer');
    visitor.allow = [403];
    await press(visitor, p.locator('main button[type=submit]'));
    visitor.allow = [];
    assert.match(await p.textContent('main'), /do not hold the privilege/);
  }],
  ['tables can be saved', async (visitor, house) => {
    for (const path of ['/events.csv', '/events/refused.csv']) {
      const answer = await visitor.context.request.get(house.console + path, { ignoreHTTPSErrors: true });
      assert.equal(answer.status(), 200);
      assert.match(answer.headers()['content-type'], /text\/csv/);
      assert.ok((await answer.text()).split('\r\n').length > 2, 'no row');
    }
  }],
];
