// What must not work: links, codes, passkeys, cookies, tickets and requests that are expired, used
// before, somebody else's (another account's, realm's, purpose's, site's), or changed. In Chromium, as
// whoever holds them would try; each time the page must say so in words, in Japanese and in English,
// tell nothing about anybody, and leave the store as it was.
//
// What is not here: a pass, which a solved challenge gives, and the puzzle itself are tried at the gate
// (tests/gate/cases_login.py), tickets of the future and of no second factor at the console and by its
// API (tests/console/refused.mjs, tests/accounts/life.py). By design a recovery code does not expire but
// is void once the list is made anew, a form may be sent again within twelve hours, and a ticket may be
// handed on within its ten seconds.
//
// A row is a case: how it is not right, what is tried (a sentence), the trial. The folder borders/
// has them by what is tried. `acts` marks those in which something right is done first.
import { LINKS } from './borders/links.mjs';
import { CODES } from './borders/codes.mjs';
import { PASSKEYS } from './borders/passkeys.mjs';
import { COOKIES } from './borders/cookies.mjs';
import { TICKETS } from './borders/tickets.mjs';
import { REQUESTS } from './borders/requests.mjs';
import { LANGS, Stage } from './borders/stage.mjs';

const GROUPS = [...LINKS, ...CODES, ...PASSKEYS, ...COOKIES, ...TICKETS, ...REQUESTS];
const WAYS = ['expired', 'reused', 'foreign', 'tampered'];

// How many cases there are of each, so that a gap is seen.
export function matrix(groups = GROUPS) {
  const rows = [...new Set(groups.map((group) => group.what))].map((what) => {
    const cases = groups.filter((group) => group.what === what).flatMap((group) => group.cases);
    return [what, ...WAYS.map((way) => String(cases.filter(([how]) => how === way).length))];
  });
  return [['', ...WAYS], ...rows].map((row) => row.map((cell) => cell.padEnd(10)).join('').trimEnd()).join('\n');
}

const nobody = () => ({ faults: [], allow: [] });

async function group(stage, { what, name, prepare, cases }, step) {
  let t = null;
  await step(`borders: ${name}, to begin with`, nobody(), async () => { t = await prepare(stage); });
  if (!t) return;
  for (const [i, [how, sentence, work, { acts = false } = {}]] of cases.entries()) {
    t.langs = i ? [LANGS[i % 2]] : LANGS; // the first in both languages, the others by turns
    await stage.forget();
    await step(`borders: ${what}, ${how}: ${name} ${sentence}`, t.visitor ?? nobody(),
      () => (acts ? work(t) : stage.unchanged(() => work(t))));
  }
  await t.visitor?.context.close();
}

export async function borders(browser, instance, step, only = '') {
  const stage = new Stage(browser, instance);
  try {
    await stage.open();
    for (const each of GROUPS.filter((g) => `${g.what} ${g.name}`.includes(only))) await group(stage, each, step);
  } finally {
    stage.close();
  }
  console.log(matrix());
}
