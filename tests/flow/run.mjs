// A visitor's way through the built-in shop, behind the gate, in a real browser: on a phone and on
// a desktop, in Japanese and in English. Nothing may be refused, no page may raise a console or
// content security policy error, nothing may come from elsewhere. Then one attack, to see the page
// that refuses.
//
//     node run.mjs [--pictures DIR]    with pictures of the pages; DIR/picture.png is the README's
import { mkdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { openBrowser, openVisitor } from './browser.mjs';
import { borders } from './borders.mjs';
import { factors } from './factors.mjs';
import { human } from './human.mjs';
import { people } from './people.mjs';
import { refusals, sekisho, startInstance, TOP } from './instance.mjs';
import { WALK, CHALLENGE, KEYBOARD, REFUSED } from './steps.mjs';

const at = process.argv.indexOf('--pictures');
const pictures = at < 0 ? null : (process.argv[at + 1] ?? join(TOP, 'docs'));
const counts = { passed: 0, failed: 0 };

function say(name, faults) {
  counts[faults.length ? 'failed' : 'passed'] += 1;
  console.log(faults.length ? `FAILED ${name}\n       ${faults.join('\n       ')}` : `ok     ${name}`);
}

// A step fails by what it throws and by what its pages complained of.
async function step(name, visitor, work) {
  visitor.faults.length = 0;
  let faults = [];
  try {
    await work();
  } catch (error) {
    faults = [error.message.split('\n').slice(0, 3).join(' ')];
  }
  say(name, faults.concat(visitor.faults));
}

async function picture(visitor, name, options = {}) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await visitor.page.screenshot({ path: join(pictures, `${name}.png`), ...options });
}

async function walk(browser, instance, steps, view, lang, scheme) {
  const visitor = await openVisitor(browser, view, lang, scheme);
  const shop = { ...instance, picture: (name, options) => picture(visitor, name, options) };
  for (const [name, work] of steps) {
    await step(`${view}, ${lang}: ${name}`, visitor, () => work(visitor, shop));
  }
  await visitor.context.close();
}

// Plain HTTP only redirects.
function redirected(instance) {
  return new Promise((done) => {
    const call = httpRequest({ port: instance.port + 1, host: '127.0.0.1', path: '/s/x?q=1',
      headers: { Host: `localhost:${instance.port + 1}` } }, (answer) => {
      answer.resume();
      const to = answer.headers.location ?? '';
      const good = [301, 308].includes(answer.statusCode) && to.startsWith('https://localhost');
      done(good ? [] : [`answered ${answer.statusCode}, Location: ${to}`]);
    });
    call.on('error', (error) => done([error.message]));
    call.end();
  });
}

// Every refusal in the log is one that a step asked for, and can be explained.
function explained(instance, wanted) {
  const events = refusals(instance);
  const faults = events.filter((event) => !wanted.includes(event.id))
    .map((event) => `refused without being asked to: ${event.method} ${event.uri} by rule ${event.rule}`);
  for (const id of wanted) {
    const said = sekisho(instance, 'log', '--id', id);
    if (said.status !== 0 || !said.stdout.includes(id)) faults.push(`sekisho log --id ${id}: ${said.stdout}${said.stderr}`);
  }
  return faults;
}

async function main() {
  const instance = await startInstance();
  instance.wanted = [];
  const browser = await openBrowser();
  for (const [view, lang, scheme] of [['desktop', 'ja', 'light'], ['phone', 'ja', 'light'],
    ['desktop', 'en', 'dark'], ['phone', 'en', 'light']]) {
    await walk(browser, instance, WALK, view, lang, scheme);
  }
  await walk(browser, instance, KEYBOARD, 'desktop', 'ja', 'light');
  await walk(browser, instance, CHALLENGE, 'desktop', 'ja', 'light');
  await walk(browser, instance, CHALLENGE, 'phone', 'en', 'dark');
  await factors(browser, instance, step);
  say('nobody was refused', explained(instance, []));
  await walk(browser, instance, REFUSED, 'desktop', 'ja', 'light');
  await walk(browser, instance, REFUSED, 'phone', 'en', 'dark');
  say('each refusal is explained by its number', explained(instance, instance.wanted));
  say('plain HTTP only redirects', await redirected(instance));
  await people(browser, instance, step); // these three last: they change the configuration
  await borders(browser, instance, step);
  await human(browser, instance, step, picture);
  await browser.close();
}

try {
  await main();
} catch (error) {
  say('the walk itself', [String(error.stack ?? error)]);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`);
process.exit(counts.failed ? 1 : 0);
