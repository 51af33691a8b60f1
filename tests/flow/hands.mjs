// What several walks do: read what was sent in the demo's outbox, press, sign in.
import { request } from 'node:http';
import { join } from 'node:path';

export const must = (holds, what) => { if (!holds) throw new Error(what); };
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// One question to a part's socket: { status, text, headers }.
export function knock(instance, socket, path, { method = 'GET', headers = {}, body = '' } = {}) {
  return new Promise((done, fail) => {
    const call = request({ socketPath: join(instance.state, 'run', socket), path, method, headers }, (answer) => {
      let text = '';
      answer.on('data', (piece) => { text += piece; });
      answer.on('end', () => done({ status: answer.statusCode, text, headers: answer.headers }));
    });
    call.on('error', fail);
    call.end(body);
  });
}

// ── what was sent ──

const seen = new Set();

// The newest text to somebody about something, once.
export async function sent(instance, to, purpose) {
  for (let turn = 0; turn < 150; turn++) {
    const { messages } = JSON.parse((await knock(instance, 'post.sock', '/v1/outbox?limit=200')).text);
    const found = messages.find((m) => m.to === to && m.purpose === purpose && !seen.has(m.id));
    if (found) {
      seen.add(found.id);
      return found.text;
    }
    await pause(100);
  }
  throw new Error(`nothing was sent about ${purpose}`);
}

export const link = (text) => /https:\/\/\S+\?link_token=\S+/.exec(text)[0];
export const digits = (text) => /(?<!\d)\d{6,8}(?!\d)/.exec(text)[0];

// ── pages ──

export const pages = (instance, realm, path) => `${instance.base}/.sekisho/${realm}/${path}`;

export async function press(page, selector = 'main form button[type=submit]') {
  await page.locator(selector).first().click();
}

// Presses and waits for the page behind.
export async function send(page, selector) {
  await Promise.all([page.waitForEvent('domcontentloaded'), press(page, selector)]);
}

// A challenge solves itself; only then may the form be sent.
export async function worked(page) {
  const work = page.locator('form[data-puzzle]');
  if (await work.count()) await page.waitForFunction(() => document.querySelector('input[name=solution]').value !== '');
}

export async function signIn({ page }, instance, realm, email, password, path = 'sign-in') {
  await page.goto(pages(instance, realm, path));
  await page.fill('#email', email);
  await page.fill('#password', password);
  await worked(page);
  await send(page);
}
