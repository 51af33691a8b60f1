// What one operator asks for and another decides, and what is done with it, on the console's pages.
import { knock, must, send } from '../hands.mjs';
import { appSecret, changed, inLang, judge, LANGS, twoFactors } from './stage.mjs';

const DAY = 24 * 3600 * 1000;
const GONE = 'error.404';
const DENIED = 'error.403';

async function api(stage, verb, body) {
  const answer = await knock(stage.instance, 'accounts-api.sock', `/v1/${verb}`, { method: 'POST',
    headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  must(answer.status === 200, `${verb}: ${answer.text}`);
  return JSON.parse(answer.text);
}

async function operator(stage, email) {
  const secret = appSecret();
  const person = { visitor: await stage.visitor(), account: stage.person('operator', '', email, secret.hex) };
  await twoFactors(person.visitor, stage.console, 'operator', email, secret.text);
  return person;
}

async function prepare(stage) {
  const asker = await operator(stage, 'sakura@example.jp');
  const decider = await operator(stage, 'ume@example.jp');
  return { stage, asker, visitor: decider.visitor, page: decider.visitor.page };
}

const asked = async (t, name = 'privilege.personal') => (await api(t.stage, 'rights/ask',
  { account: t.asker.account, name, hours: 1, reason: '試験' })).request;

// ── a request for a privilege ──

const rights = (t, lang) => inLang(`${t.stage.console}/accounts/rights`, lang);

// The form in which `request` is approved, changed by `spoil`, says `key`.
async function notApproved(t, key, request, spoil) {
  const { page } = t;
  for (const lang of t.langs ?? LANGS) {
    await page.goto(rights(t, lang));
    const form = page.locator(`form:has([value=${request}])`);
    const button = await form.locator('button[value=approve]').elementHandle();
    await spoil(form);
    await Promise.all([page.waitForEvent('domcontentloaded'), button.click()]);
    await judge({ page }, lang, key, null);
  }
}

const field = (name, change) => (form) => form.locator(`[name=${name}]`).evaluate(
  (e, value) => { e.value = value; }, change);

async function tokenOf(visitor, t) {
  await visitor.page.goto(rights(t, 'ja'));
  return visitor.page.inputValue('section form [name=token]');
}

// Each case has a request of its own, which is withdrawn from the list when it is over.
const withRequest = (work) => async (t) => {
  const request = await asked(t);
  await t.stage.unchanged(() => work(t, request));
  await t.stage.rows("UPDATE right_request SET state = 'expired' WHERE id = ? AND state = 'asked'", request);
};

const REQUESTS_CASES = [
  ['tampered', 'with another id', withRequest((t, request) => notApproved(t, GONE, request, field('request', changed(request, 10)))),
    { acts: true }],
  ['tampered', 'whose form is changed', withRequest(async (t, request) => {
    const token = await tokenOf(t.visitor, t);
    await notApproved(t, DENIED, request, field('token', token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')));
  }), { acts: true }],
  ['foreign', 'with the form of another operator', withRequest(async (t, request) => {
    const token = await tokenOf(t.asker.visitor, t);
    await notApproved(t, DENIED, request, field('token', token));
  }), { acts: true }],
  ['foreign', 'approved by whoever asked', withRequest(async (t, request) => {
    const { page } = t.asker.visitor;
    for (const lang of LANGS) {
      await page.goto(rights(t, lang));
      must(await page.locator(`form:has([value=${request}]) button[value=approve]`).count() === 0, 'there is a button for it');
      await page.locator('section form').last().evaluate((form, id) => {
        form.action = '/accounts/rights/decide';
        form.innerHTML += `<input name="request" value="${id}"><input name="decide" value="approve">`;
      }, request);
      await Promise.all([page.waitForEvent('domcontentloaded'), page.locator('section form').last().evaluate((form) => form.submit())]);
      await judge({ page }, lang, DENIED, null);
    }
  }), { acts: true }],
  ['expired', 'that a day has gone by over', withRequest(async (t, request) => {
    for (const lang of LANGS) {
      await t.stage.aged('right_request', `asked = asked - ${DAY + 1}`, 'id = ?', [request],
        (age) => notApproved({ ...t, langs: [lang] }, GONE, request, age));
    }
  }), { acts: true }],
  ['reused', 'that was decided before', async (t) => {
    const request = await asked(t);
    const tab = await t.visitor.context.newPage();
    await tab.goto(rights(t, 'en'));
    await t.page.goto(rights(t, 'en'));
    await send(t.page, `form:has([value=${request}]) button[value=approve]`);
    must(t.page.url().includes('done=right_approve'), 'a good request is not approved');
    await t.stage.unchanged(async () => {
      await send(tab, `form:has([value=${request}]) button[value=approve]`);
      await judge({ page: tab }, 'en', GONE, null);
    });
    await tab.close();
  }, { acts: true }],
];

// ── a reset of all, with the privilege for it ──

const REALM = 'worker';

async function prepareReset(stage) {
  const t = { stage, ...await operator(stage, 'fuji@example.jp') };
  t.asker = t;
  const request = await asked(t, 'privilege.reset');
  await api(stage, 'rights/decide', { request, approve: true });
  return t;
}

async function notReset(t, key, spoil, typed = null) {
  const { page } = t.visitor;
  for (const lang of t.langs ?? LANGS) {
    await page.goto(inLang(`${t.stage.console}/accounts/reset`, lang));
    await page.selectOption('#realm', REALM);
    await page.fill('#reason', '試験');
    await page.fill('#typed', typed ?? await page.locator('#realm option:checked').textContent());
    await spoil(page.locator('form:has(#typed)'));
    await send(page, 'button.danger');
    await judge(t.visitor, lang, key, null);
  }
}

const RESET_CASES = [
  ['tampered', 'with another realm typed than chosen', (t) => notReset(t, 'reset.other', () => {}, '買')],
  ['foreign', 'with the form of another operator', async (t) => {
    const other = await operator(t.stage, 'botan@example.jp');
    const token = await tokenOf(other.visitor, t);
    await other.visitor.context.close();
    await t.stage.unchanged(() => notReset(t, DENIED, field('token', token)));
  }, { acts: true }],
  ['expired', 'with a privilege that ended while the page was open', (t) => t.stage.aged('held_right', 'ends = 1',
    'account = ?', [t.account], (age) => notReset(t, 'reset.denied', age))],
  ['reused', 'with a privilege that was taken away', async (t) => {
    await api(t.stage, 'rights/take', { account: t.account, name: 'privilege.reset' });
    await t.stage.unchanged(() => notReset(t, 'reset.denied', () => {}));
  }, { acts: true }],
];

export const REQUESTS = [
  { what: 'request', name: 'a request for a privilege', prepare, cases: REQUESTS_CASES },
  { what: 'request', name: 'a reset of all', prepare: prepareReset, cases: RESET_CASES },
];
