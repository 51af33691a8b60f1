// What an operator does about the vault, and what takes two of them.
import assert from 'node:assert/strict';
import { sekisho } from '../flow/instance.mjs';
import { judge, open, openOperator, plant, press } from './browser.mjs';

function exposure(house) {
  const done = sekisho(house, 'vault', 'exposure', '--json');
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout);
}

export async function stakeSays({ page: p, lang, view }, house) {
  const shown = await p.textContent('.stake strong');
  assert.equal(shown, String(exposure(house).people), 'the page and the command line say the same');
  const text = await p.textContent('main');
  assert.ok(text.includes(house.vault.erased) && text.includes(house.vault.held), 'erased or held is missing');
  assert.match(await p.textContent('#alarms + *'), lang === 'ja' ? /おとり/ : /honey/);
  assert.equal(await p.locator('a[href="/vault/thaw?purpose=few"]').count(), 1, 'few is not frozen');
  assert.ok(await p.locator('svg.bar').count() > 8, 'no picture');
  if (view === 'desktop' && lang === 'ja') await house.picture('vault', 1420);
}

// Counting has its own page and its own time: until the answer is there.
async function counted({ page: p }, house) {
  await press({ page: p }, p.locator('form[action="/vault/scope"] button'));
  for (let turn = 0; turn < 300 && !(await p.locator('#report').count()); turn++) {
    await p.waitForTimeout(50);
    await p.goto(`${house.console}/vault/scope`, { waitUntil: 'networkidle' });
  }
  assert.equal(await p.locator('#report').count(), 1, 'no report');
}

export async function scopeSays(visitor, house) {
  const { page: p } = visitor;
  assert.equal(await p.inputValue('[name=purpose]'), 'orders', 'the link fills the form');
  await counted(visitor, house);
  await judge(visitor);
  const answer = await visitor.context.request.get(`${house.console}/vault/scope/people.tsv`, { ignoreHTTPSErrors: true });
  const people = (await answer.text()).trim().split('\n').slice(1).map((line) => line.split('\t')[1]).sort();
  assert.deepEqual(people, house.vault.read, 'the list has exactly those who were read');
  const cli = sekisho(house, 'vault', 'scope', '--purpose', 'orders', '--json');
  const tables = await visitor.context.request.get(`${house.console}/vault/scope/tables.json`, { ignoreHTTPSErrors: true });
  assert.equal(await tables.text(), cli.stdout, 'the command line says the same');
  await p.emulateMedia({ media: 'print' });
  assert.equal(await p.locator('form.sieve').isVisible(), false, 'the form is printed');
  assert.equal(await p.locator('main table').first().isVisible(), true, 'the table is not printed');
  await house.picture(`console-scope-print-${visitor.view}-${visitor.lang}`);
  await p.emulateMedia({ media: 'screen' });
}

// --- by keyboard alone ---

async function tabTo(p, wanted) {
  for (let turn = 0; turn < 120; turn++) {
    await p.keyboard.press('Tab');
    if (await p.evaluate(wanted)) return;
  }
  throw new Error('not reached by keyboard');
}

async function enter(p) {
  const left = p.waitForEvent('framenavigated', (frame) => frame === p.mainFrame());
  await Promise.all([left, p.keyboard.press('Enter')]);
  await p.waitForLoadState('networkidle');
}

export const VAULT_KEYBOARD = [
  ['a purpose is frozen and thawed by keyboard', async (visitor, house) => {
    const { page: p } = visitor;
    await open(visitor, `${house.console}/vault`);
    await tabTo(p, () => document.activeElement.matches('form[action="/vault/freeze"] button')
      && document.activeElement.textContent.includes('shipping'));
    await enter(p);
    assert.match(await p.textContent('main'), /凍結しました/);
    assert.ok(exposure(house).purposes.filter((r) => r.purpose === 'shipping').every((r) => r.frozen));
    await tabTo(p, () => document.activeElement.getAttribute('href') === '/vault/thaw?purpose=shipping');
    await enter(p);
    await judge(visitor);
    await tabTo(p, () => document.activeElement.matches('.confirm button'));
    await enter(p);
    assert.match(await p.textContent('main'), /凍結を解除しました/);
    assert.ok(exposure(house).purposes.filter((r) => r.purpose === 'shipping').every((r) => !r.frozen));
  }],
];

// --- two operators ---

async function two(house, browser, name, work) {
  const people = ['first', 'second'].map((nth) => plant(house, 'operator', `${nth}-${name}@example.jp`));
  const first = await openOperator(browser, house, people[0], 'desktop', 'en', 'light', { javaScriptEnabled: false });
  const second = await openOperator(browser, house, people[1], 'desktop', 'en', 'light', { javaScriptEnabled: false });
  try {
    await work(first, second, people);
    assert.deepEqual([...first.faults, ...second.faults], []);
  } finally {
    await first.context.close();
    await second.context.close();
  }
}

async function recorded(visitor, house, action, parts) {
  await open(visitor, `${house.console}/events?action=${action}`);
  const text = await visitor.page.textContent('main tbody');
  for (const part of parts) assert.ok(text.includes(part), `${part} is not in ${text}`);
}

export const TWO = [
  ['a reserve is asked for by one operator and opened by another', (house, browser) =>
    two(house, browser, 'reserve', async (first, second, people) => {
      const before = exposure(house).people;
      await open(first, `${house.console}/vault/reserves`);
      await first.page.selectOption('[name=purpose]', 'few');
      await first.page.fill('[name=people]', '3');
      await first.page.fill('[name=reason]', 'a parcel came back');
      await press(first, first.page.locator('form[action="/vault/reserves"] button'));
      assert.match(await first.page.textContent('main'), /waits for another operator/);
      const form = 'form[action="/vault/reserves/open"]';
      assert.equal(await first.page.locator(form).count(), 0, 'the one who asked may open it');
      await open(second, `${house.console}/vault/reserves`);
      assert.match(await second.page.textContent('main'), /a parcel came back/);
      const id = await second.page.inputValue(`${form} [name=reserve]`);
      const token = await first.page.inputValue('[name=token] >> nth=0');
      const own = await first.context.request.post(`${house.console}/vault/reserves/open`,
        { form: { token, reserve: id }, ignoreHTTPSErrors: true, headers: { Origin: house.console } });
      assert.equal(own.status(), 403, 'the one who asked opened it all the same');
      await press(second, second.page.locator(`${form} button`));
      assert.match(await second.page.textContent('main'), /It ends by itself/);
      await recorded(second, house, 'vault.reserve_opened', [id, people[0].account, people[1].account]);
      const tried = second.page.locator('tbody tr', { hasText: id }); // newest first: opened, and refused to the first
      assert.deepEqual(await tried.locator('.chip').allTextContents(), ['ok', 'denied']);
      await press(second, second.page.locator('a[href="/vault"]').first());
      assert.ok(exposure(house).people >= before);
    })],
  ['lost second factors are reset by two operators, and the person is signed out', (house, browser) =>
    two(house, browser, 'factors', async (first, second, people) => {
      const lost = plant(house, 'merchant', 'lost@example.jp', 2, 'shop', 'factor');
      await open(first, `${house.console}/accounts/${lost.account}`);
      await press(first, first.page.locator(`a[href="/accounts/${lost.account}/factors"]`));
      await first.page.fill('[name=reason]', 'called back on the number we know');
      await press(first, first.page.locator('main form button[type=submit]'));
      assert.match(await first.page.textContent('main'), /Asked for/);
      await open(first, `${house.console}/accounts/rights`);
      const row = (visitor) => visitor.page.locator('tr', { hasText: lost.account });
      assert.equal(await row(first).locator('button[value=approve]').count(), 0, 'the one who asked may approve');
      await open(second, `${house.console}/accounts/rights`);
      await press(second, row(second).locator('button[value=approve]'));
      await recorded(second, house, 'accounts.factor_reset', [lost.account, people[1].account]);
      await open(second, `${house.console}/accounts/${lost.account}`);
      assert.ok(!(await second.page.textContent('main')).includes(lost.session), 'the session goes on');
    })],
];
