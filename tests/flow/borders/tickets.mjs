// Tickets: what an application is shown of those who visit it, it may hand on for ten seconds. Here the
// application is the test's own: it keeps what a browser's visit brought, and tries to do more with it
// than it should, at the sockets of accounts and of the console (which no browser reaches).
import { createHmac } from 'node:crypto';
import { knock, must } from '../hands.mjs';
import { appSecret, changed, LANGS, twoFactors, word } from './stage.mjs';

const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// What reached the application when this browser visited it.
async function visit({ page }, url) {
  const answer = await page.goto(url);
  must(answer.status() === 200, `the area answered ${answer.status()}`);
  return answer.json();
}
const merchants = async (t) => (await visit(t.visitor, `${t.stage.rival}/desk`))['x-sekisho-ticket'];
const operators = async (t) => (await visit(t.operator, `${t.stage.rival}/office`))['x-sekisho-ticket'];

const ask = (t, ticket, verb, body = {}) => knock(t.stage.instance, 'accounts-api.sock', `/v1/${verb}`,
  { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Sekisho-Ticket': ticket }, body: JSON.stringify(body) });

async function refusedByAccounts(t, ticket, verb = 'rights/list', body = {}, statuses = [403]) {
  const answer = await ask(t, ticket, verb, body);
  must(statuses.includes(answer.status), `${verb} answered ${answer.status}`);
  must(!/@|acc_/.test(answer.text), `${verb} tells ${answer.text}`);
}

async function refusedByConsole(t, ticket, path = '/accounts') {
  for (const lang of t.langs ?? LANGS) {
    const answer = await knock(t.stage.instance, 'console.sock', path, { headers: { 'X-Sekisho-Ticket': ticket, 'Accept-Language': lang } });
    must(answer.status === 403, `the console answered ${answer.status}`);
    must(answer.text.includes(word(lang, 'error.403.title')), 'it does not say so');
    must(!/acc_|@example/.test(answer.text), 'it tells who is there');
  }
}

const refused = async (t, ticket) => {
  await refusedByAccounts(t, ticket);
  await refusedByConsole(t, ticket);
};

function rewritten(ticket, changes) {
  const [version, payload, seal] = ticket.split('.');
  const fields = { ...JSON.parse(Buffer.from(payload, 'base64url')), ...changes };
  return [version, Buffer.from(JSON.stringify(fields)).toString('base64url'), seal].join('.');
}

async function prepare(stage) {
  const [one, two] = [appSecret(), appSecret()];
  const t = { stage, visitor: await stage.visitor(), operator: await stage.visitor() };
  t.merchant = stage.person('merchant', 'rival', 'asagao@example.jp', one.hex);
  t.victim = stage.person('merchant', 'shop', 'hirugao@example.jp');
  stage.person('operator', '', 'yugao@example.jp', two.hex);
  await twoFactors(t.visitor, stage.rival, 'merchant', 'asagao@example.jp', one.text);
  await twoFactors(t.operator, stage.rival, 'operator', 'yugao@example.jp', two.text);
  t.old = await merchants(t);
  t.since = Date.now();
  const good = await ask(t, t.old, 'rights/list', { account: t.merchant });
  must(good.status === 200, `a good ticket is answered ${good.status}`); // else the refusals say nothing
  return t;
}

const OTHERS = [['accounts/get', {}], ['accounts/remove', {}], ['rights/list', {}], ['screens/set', { screens: [] }],
  ['sessions/list', {}], ['sessions/end', { all: true }]];

const CASES = [
  ['tampered', 'whose seal is changed', async (t) => {
    const ticket = await merchants(t);
    await refused(t, changed(ticket, ticket.length - 10));
  }],
  ['tampered', 'raised to an operator', async (t) => refused(t, rewritten(await merchants(t),
    { realm: 'operator', role: 'operator', site: 'console', level: 2 }))],
  ['tampered', 'for another person', async (t) => refused(t, rewritten(await merchants(t), { principal: t.victim }))],
  ['tampered', 'sealed by the application itself', async (t) => {
    const text = (await merchants(t)).split('.').slice(0, 2).join('.');
    await refused(t, `${text}.${createHmac('sha256', Buffer.alloc(32, 7)).update(text).digest('base64url')}`);
  }],
  ['foreign', "of an operator's visit to another site", async (t) => refused(t, await operators(t))],
  ['foreign', 'of a merchant at the console', async (t) => refusedByConsole(t, await merchants(t))],
  ['foreign', "of one tenant's owner, for another tenant's people", async (t) => {
    for (const [verb, more] of OTHERS) await refusedByAccounts(t, await merchants(t), verb, { account: t.victim, ...more }, [403, 404]);
  }],
  ['foreign', 'that a browser brings along', async (t) => {
    const stolen = await operators(t);
    await t.visitor.context.setExtraHTTPHeaders({ 'X-Sekisho-Ticket': stolen, 'X-Sekisho-Principal': 'acc_0', 'X-Sekisho-Role': 'operator' });
    const reached = await visit(t.visitor, `${t.stage.rival}/desk`);
    await t.visitor.page.goto(`${t.stage.console}/accounts`);
    await t.visitor.context.setExtraHTTPHeaders({});
    must(reached['x-sekisho-ticket'] !== stolen && reached['x-sekisho-principal'] === t.merchant
      && reached['x-sekisho-role'] === 'owner', `the application is told ${JSON.stringify(reached)}`);
    must(t.visitor.page.url().includes('/.sekisho/operator/sign-in'), `the console led to ${t.visitor.page.url()}`);
  }],
  ['expired', 'of eleven seconds ago', async (t) => {
    await pause(Math.max(0, t.since + 11000 - Date.now()));
    await refused(t, t.old);
  }],
  ['reused', 'after its session has ended', async (t) => {
    const ticket = await merchants(t);
    const ended = await knock(t.stage.instance, 'accounts-api.sock', '/v1/sessions/end', { method: 'POST',
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account: t.merchant, all: true }) });
    must(ended.status === 200, ended.text);
    await t.stage.unchanged(() => refusedByAccounts(t, ticket, 'rights/list', { account: t.merchant }));
  }, { acts: true }],
];

export const TICKETS = [{ what: 'ticket', name: "a visit's ticket", prepare, cases: CASES }];
