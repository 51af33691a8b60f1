// Whom the console must refuse.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { openOperator, plant, open } from './browser.mjs';

// Straight to the console's socket, past the gate: as a program beside it would.
function knock(house, headers, method = 'GET', path = '/', body = '') {
  return new Promise((done, fail) => {
    const call = request({ socketPath: join(house.state, 'run/console.sock'), path, method, headers },
      (answer) => {
        let text = '';
        answer.on('data', (piece) => { text += piece; });
        answer.on('end', () => done({ status: answer.statusCode, text, headers: answer.headers }));
      });
    call.on('error', fail);
    call.end(body);
  });
}

function ticket(house, changes = {}, key = readFileSync(join(house.state, 'keys/ticket.key'))) {
  const payload = Buffer.from(JSON.stringify({ id: '01TEST', site: 'console', realm: 'operator',
    principal: house.operator.account, role: 'operator', session: house.operator.session, route: '/',
    level: 2, at: Date.now(), ...changes })).toString('base64url');
  const mac = createHmac('sha256', key).update(`v1.${payload}`).digest('base64url');
  return `v1.${payload}.${mac}`;
}

async function refusedTicket(house, text) {
  const answer = await knock(house, text ? { 'X-Sekisho-Ticket': text } : {});
  assert.equal(answer.status, 403, `answered ${answer.status}`);
  assert.ok(!answer.text.includes('acc_'), 'an id is told');
}

const forged = (text) => text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.at(-1);

// What the gate answers to a cookie.
async function atTheGate(house, browser, cookie, path = '/') {
  const visitor = await openOperator(browser, house, { cookie: cookie || 'none' }, 'desktop', 'en');
  visitor.allow = [401, 403];
  const answer = await visitor.context.request.get(house.console + path,
    { ignoreHTTPSErrors: true, maxRedirects: 0 });
  const seen = { status: answer.status(), location: answer.headers().location ?? '', text: await answer.text() };
  await visitor.context.close();
  return seen;
}

export const REFUSED = [
  ['a right ticket opens (else the refusals below would say nothing)', async (house) => {
    const answer = await knock(house, { 'X-Sekisho-Ticket': ticket(house) });
    assert.equal(answer.status, 200);
  }],
  ['no ticket', (house) => refusedTicket(house, '')],
  ['a forged ticket', (house) => refusedTicket(house, forged(ticket(house)))],
  ['a ticket of another key', (house) => refusedTicket(house, ticket(house, {}, Buffer.alloc(32, 1)))],
  ['an old ticket', (house) => refusedTicket(house, ticket(house, { at: Date.now() - 15000 }))],
  ['a ticket from the future', (house) => refusedTicket(house, ticket(house, { at: Date.now() + 60000 }))],
  ['a ticket for another site', (house) => refusedTicket(house, ticket(house, { site: 'shop' }))],
  ['a ticket of one factor', (house) => refusedTicket(house, ticket(house, { level: 1 }))],
  ['a ticket of a merchant', (house) => refusedTicket(house, ticket(house, { realm: 'merchant' }))],
  ['a right ticket whose session has ended opens nothing of accounts', async (house) => {
    const gone = ticket(house, { session: 'ses_00000000000000000000' });
    const answer = await knock(house, { 'X-Sekisho-Ticket': gone }, 'GET', '/accounts');
    assert.equal(answer.status, 403);
  }],
  ['a form without its token changes nothing', async (house) => {
    const someone = plant(house, 'merchant', 'token@example.jp', 2, 'shop');
    const path = `/accounts/${someone.account}/end`;
    for (const body of ['', 'token=', 'token=1.00', 'session=' + someone.session]) {
      const answer = await knock(house, { 'X-Sekisho-Ticket': ticket(house),
        'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length },
      'POST', path, body);
      assert.equal(answer.status, 403, `'${body}' answered ${answer.status}`);
    }
    const page = await knock(house, { 'X-Sekisho-Ticket': ticket(house) }, 'GET', `/accounts/${someone.account}`);
    assert.ok(page.text.includes(someone.session), 'the session was ended');
  }],
  ['a form of one session is nothing in another', async (house) => {
    const shown = await knock(house, { 'X-Sekisho-Ticket': ticket(house) }, 'GET', '/shut');
    const token = /name="token" value="([^"]+)"/.exec(shown.text)[1];
    const cookie = shown.headers['set-cookie'].join(';').match(/__Host-form=[^;]+/)[0];
    const other = plant(house, 'operator', 'other@example.jp');
    const body = `token=${encodeURIComponent(token)}&who=198.51.100.9&span=hour`;
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length,
      Cookie: cookie };
    const stolen = ticket(house, { session: other.session, principal: other.account });
    assert.equal((await knock(house, { ...headers, 'X-Sekisho-Ticket': stolen }, 'POST', '/shut', body)).status, 403);
    assert.equal((await knock(house, { ...headers, 'X-Sekisho-Ticket': ticket(house) }, 'POST', '/shut', body)).status, 303);
  }],
  ['nobody is led to the sign-in', async (house, browser) => {
    const answer = await atTheGate(house, browser, '');
    assert.equal(answer.status, 303);
    assert.match(answer.location, /\/\.sekisho\/operator\/sign-in\?to=/);
  }],
  ['an operator with one factor is not let in', async (house, browser) => {
    const half = plant(house, 'operator', 'half@example.jp', 1);
    const answer = await atTheGate(house, browser, half.cookie);
    assert.ok([303, 403].includes(answer.status), `answered ${answer.status}`);
    assert.ok(!answer.text.includes('acc_'));
  }],
  ["a merchant's session is nobody's here", async (house, browser) => {
    const answer = await atTheGate(house, browser, house.merchant.cookie);
    assert.equal(answer.status, 303);
  }],
  ["an operator's session of another site is nobody's here", async (house, browser) => {
    const elsewhere = plant(house, 'operator', 'elsewhere@example.jp', 2, 'shop');
    assert.equal((await atTheGate(house, browser, elsewhere.cookie)).status, 303);
  }],
  ['headers that only the gate may set are not taken from a client', async (house, browser) => {
    const visitor = await openOperator(browser, house, { cookie: 'none' }, 'desktop', 'en');
    const answer = await visitor.context.request.get(`${house.console}/`, { ignoreHTTPSErrors: true,
      maxRedirects: 0, headers: { 'X-Sekisho-Ticket': ticket(house), 'X-Sekisho-Principal': 'acc_1' } });
    assert.equal(answer.status(), 303);
    await visitor.context.close();
  }],
  ['whoever ends all sessions of an operator ends them for the next request', async (house, browser) => {
    const fired = plant(house, 'operator', 'fired@example.jp');
    const visitor = await openOperator(browser, house, house.operator, 'desktop', 'en');
    assert.equal((await atTheGate(house, browser, fired.cookie)).status, 200);
    await open(visitor, `${house.console}/accounts/${fired.account}`);
    await visitor.page.locator('button', { hasText: 'End all sessions' }).click();
    await visitor.page.waitForURL(/done=sessions_end/);
    assert.equal((await atTheGate(house, browser, fired.cookie)).status, 303);
    await visitor.context.close();
  }],
];
