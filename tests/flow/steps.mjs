// The steps of a visitor. Each gets the visitor (page, lang, view) and the shop (base address).
import assert from 'node:assert/strict';

const WORDS = {
  ja: { search: '茶', none: '存在しない品物', name: '山田 太郎', subject: '配送について',
    message: '不在の場合は宅配ボックスにお願いします。インターホンが鳴らないことがあります。\n「のし」は御歳暮でお願いいたします。' },
  en: { search: 'tea', none: 'nosuchthing', name: "Seán O'Brien", subject: 'Delivery & wrapping',
    message: 'Could you please select a gift box from the table on your page? 100% of our order (2 + 1) is a present -- thank you.' },
};

async function fits({ page }) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 1, `the page is ${wide} px wider than the screen`);
}

async function speaks({ page, lang }) {
  assert.equal(await page.getAttribute('html', 'lang'), lang, 'the page speaks another language');
}

async function open(visitor, url, status = 200) {
  const answer = await visitor.page.goto(url);
  assert.equal(answer.status(), status, `${url} answered ${answer.status()}`);
  await fits(visitor);
}

async function click(visitor, locator) {
  const left = visitor.page.waitForEvent('framenavigated', (frame) => frame === visitor.page.mainFrame());
  await Promise.all([left, locator.click()]);
  await visitor.page.waitForLoadState('networkidle');
  await fits(visitor);
  await speaks(visitor);
}

const links = (page, part) => page.locator(`main a[href*="${part}"]`);

// Bytes of everything that a page needs, and that nothing comes from elsewhere.
async function weigh(visitor, shop, url) {
  const seen = [];
  const note = (answer) => seen.push(answer);
  visitor.page.on('response', note);
  await visitor.page.goto(url, { waitUntil: 'networkidle' });
  visitor.page.off('response', note);
  let bytes = 0;
  for (const answer of seen) {
    assert.ok(answer.url().startsWith(shop.base), `${answer.url()} is not ours`);
    bytes += (await answer.body().catch(() => '')).length;
  }
  return bytes;
}

export const WALK = [
  ['the front page lists the shops', async (visitor, shop) => {
    await open(visitor, `${shop.base}/`);
    await speaks(visitor);
    const shops = await links(visitor.page, '/s/').evaluateAll(
      (all) => new Set(all.map((a) => new URL(a.href).pathname.split('/')[2])).size);
    assert.ok(shops >= 2, `${shops} shops`);
    await shop.picture(`front-${visitor.view}-${visitor.lang}`);
  }],
  ['the first page is below 100 KB and all of it is ours', async (visitor, shop) => {
    const bytes = await weigh(visitor, shop, `${shop.base}/`);
    assert.ok(bytes < 100 * 1024, `${bytes} bytes`);
  }],
  ['a shop opens', async (visitor, shop) => {
    await open(visitor, `${shop.base}/`);
    const name = await links(visitor.page, '/s/').first().evaluate((a) => a.pathname.split('/')[2]);
    visitor.shop = `${shop.base}/s/${name}/`;
    await open(visitor, visitor.shop);
    await speaks(visitor);
    await shop.picture(`shop-${visitor.view}-${visitor.lang}`);
  }],
  ['a category opens', async (visitor) => {
    await click(visitor, links(visitor.page, '/category/').first());
    assert.ok(await links(visitor.page, '/product/').count() > 0, 'no product in it');
  }],
  ['search finds', async (visitor, shop) => {
    await open(visitor, visitor.shop);
    await visitor.page.fill('input[name=q]', WORDS[visitor.lang].search);
    await Promise.all([visitor.page.waitForURL(/q=/), visitor.page.press('input[name=q]', 'Enter')]);
    assert.ok(await links(visitor.page, '/product/').count() > 0, 'nothing found');
    assert.equal(await visitor.page.inputValue('input[name=q]'), WORDS[visitor.lang].search);
    await fits(visitor);
    await shop.picture(`search-${visitor.view}-${visitor.lang}`);
    if (visitor.view === 'desktop' && visitor.lang === 'ja') await shop.picture('picture');
  }],
  ['search that finds nothing says so', async (visitor) => {
    await visitor.page.fill('input[name=q]', WORDS[visitor.lang].none);
    await Promise.all([visitor.page.waitForURL(/q=/), visitor.page.press('input[name=q]', 'Enter')]);
    await visitor.page.waitForLoadState('networkidle');
    assert.equal(await links(visitor.page, '/product/').count(), 0);
    assert.ok((await visitor.page.textContent('main')).includes(WORDS[visitor.lang].none));
  }],
  ['a product shows picture, price and stock', async (visitor, shop) => {
    await open(visitor, visitor.shop);
    await click(visitor, links(visitor.page, '/product/').first());
    const image = visitor.page.locator('main img').first();
    assert.ok(await image.evaluate((i) => i.complete && i.naturalWidth > 0), 'no picture');
    assert.ok(await image.getAttribute('alt') !== null, 'the picture has no alt');
    const text = await visitor.page.textContent('main');
    assert.match(text, /[¥￥円]|JPY/, 'no price');
    assert.match(text, visitor.lang === 'ja' ? /税込/ : /tax/i, 'tax is not mentioned');
    await shop.picture(`product-${visitor.view}-${visitor.lang}`);
  }],
  ['the legal notice opens', async (visitor) => {
    await open(visitor, visitor.shop);
    await click(visitor, visitor.page.locator('a[href*="/legal"]').first());
    if (visitor.lang === 'ja') assert.match(await visitor.page.textContent('body'), /特定商取引法/);
  }],
  ['a page that is not there says so kindly', async (visitor, shop) => {
    visitor.allow = [404];
    await open(visitor, `${visitor.shop}nosuchpage`, 404);
    await speaks(visitor);
    visitor.allow = [];
    await shop.picture(`missing-${visitor.view}-${visitor.lang}`);
  }],
  ['the other language is one click away, and back', async (visitor, shop) => {
    const other = visitor.lang === 'ja' ? 'en' : 'ja';
    await open(visitor, visitor.shop);
    await visitor.page.locator(`a[hreflang=${other}], a[href*="lang=${other}"]`).first().click();
    await visitor.page.waitForSelector(`html[lang=${other}]`);
    await visitor.page.locator(`a[hreflang=${visitor.lang}], a[href*="lang=${visitor.lang}"]`).first().click();
    await visitor.page.waitForSelector(`html[lang=${visitor.lang}]`);
    assert.ok(shop.base);
  }],
  ['the contact form shows what is wrong beside the field and keeps the rest', async (visitor, shop) => {
    await open(visitor, `${visitor.shop}contact`);
    await fill(visitor);
    await visitor.page.fill('[name=name]', '');
    await visitor.page.locator('form:has([name=message])').evaluate((form) => { form.noValidate = true; });
    visitor.allow = [400, 422];
    await click(visitor, submit(visitor));
    visitor.allow = [];
    assert.ok(await visitor.page.locator('[aria-invalid=true]').count() > 0, 'no field is marked');
    assert.equal(await visitor.page.inputValue('[name=subject]'), WORDS[visitor.lang].subject);
    await shop.picture(`contact-errors-${visitor.view}-${visitor.lang}`);
  }],
  ['a message is sent', async (visitor, shop) => {
    await open(visitor, `${visitor.shop}contact`);
    await fill(visitor);
    await shop.picture(`contact-${visitor.view}-${visitor.lang}`, { fullPage: true });
    await click(visitor, submit(visitor));
    await thanked(visitor);
    await shop.picture(`thanks-${visitor.view}-${visitor.lang}`);
  }],
];

const submit = ({ page }) => page.locator('form:has([name=message]) button[type=submit], form:has([name=message]) button:not([type])').first();

async function fill({ page, lang }) {
  const words = WORDS[lang];
  await page.fill('[name=name]', words.name);
  await page.fill('[name=email]', 'hanako.sato+shop@example.jp');
  const phone = page.locator('[name=phone]');
  if (await phone.count()) await phone.fill(lang === 'ja' ? '０７５−１２３−４５６７' : '075-123-4567');
  const subject = page.locator('[name=subject]');
  if (await subject.evaluate((e) => e.tagName) === 'SELECT') await subject.selectOption({ index: 1 });
  else await subject.fill(words.subject);
  await page.fill('[name=message]', words.message);
}

async function thanked({ page }) {
  assert.match(await page.textContent('main .number strong'), /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/, 'no number');
  assert.equal(await page.locator('[name=message]').count(), 0, 'the form is still there');
}

async function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    return { tag: e.tagName, name: e.getAttribute('name') ?? '', href: e.getAttribute('href') ?? '',
      outline: style.outlineStyle !== 'none' || style.boxShadow !== 'none' };
  });
}

async function tabTo(page, wanted) {
  for (let turn = 0; turn < 60; turn++) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    assert.ok(here.tag === 'BODY' || here.outline, `focus cannot be seen on ${JSON.stringify(here)}`);
    if (wanted(here)) return here;
  }
  throw new Error('not reached by keyboard');
}

export const KEYBOARD = [
  ['the first stop is a link past the menu', async (visitor, shop) => {
    await open(visitor, `${shop.base}/`);
    const name = await links(visitor.page, '/s/').first().evaluate((a) => a.pathname.split('/')[2]);
    visitor.shop = `${shop.base}/s/${name}/`;
    await open(visitor, `${visitor.shop}contact`);
    await visitor.page.keyboard.press('Tab');
    const here = await focused(visitor.page);
    assert.ok(here.href.startsWith('#'), `the first stop is ${JSON.stringify(here)}`);
    await visitor.page.keyboard.press('Enter');
  }],
  ['a message is sent by keyboard alone', async (visitor) => {
    const { page } = visitor;
    const words = WORDS[visitor.lang];
    await open(visitor, `${visitor.shop}contact`);
    for (const [name, text] of [['name', words.name], ['email', 'taro@example.jp'],
      ['subject', words.subject], ['message', words.message]]) {
      const here = await tabTo(page, (e) => e.name === name);
      if (here.tag === 'SELECT') await page.keyboard.press('ArrowDown');
      else await page.keyboard.insertText(text);
    }
    await tabTo(page, (e) => e.tag === 'BUTTON');
    await Promise.all([page.waitForEvent('framenavigated'), page.keyboard.press('Enter')]);
    await page.waitForLoadState('networkidle');
    await thanked(visitor);
  }],
];

// What comes before signing in for those who may be no person: proof of work, done by the page itself.
export const CHALLENGE = [
  ['a challenge is solved by the browser and leads back', async (visitor, shop) => {
    const { page } = visitor;
    const back = page.waitForURL(`${shop.base}/`);
    await page.goto(`${shop.base}/.sekisho/challenge?to=/`, { waitUntil: 'commit' });
    await back;
    await page.waitForLoadState('networkidle');
    await speaks(visitor);
    const pass = (await visitor.context.cookies()).find((cookie) => cookie.name === '__Host-sekisho-pass');
    assert.ok(pass && pass.secure && pass.httpOnly && pass.sameSite === 'Lax', JSON.stringify(pass));
    assert.match(pass.value, /^p1\.[\w-]+\.[\w-]+$/);
  }],
  ['the challenge says in words what happens, and its button waits', async (visitor, shop) => {
    const { page, lang } = visitor;
    await page.route('**/challenge.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await open(visitor, `${shop.base}/.sekisho/challenge?to=/`);
    await speaks(visitor);
    assert.match(await page.textContent('h1'), lang === 'ja' ? /サインインの前に/ : /before you sign in/);
    assert.equal(await page.getAttribute('#state', 'role'), 'status');
    assert.ok(await page.isDisabled('button'), 'the button can be pressed before it is solved');
    await page.unroute('**/challenge.js');
    await shop.picture(`challenge-${visitor.view}-${lang}`);
  }],
];

export const REFUSED = [
  ['an attack typed into the search is refused with a number', async (visitor, shop) => {
    const { page, lang } = visitor;
    await open(visitor, `${shop.base}/`);
    visitor.allow = [403];
    const answer = await page.goto(`${shop.base}/?q=${encodeURIComponent('<script>alert(1)</script>')}`);
    visitor.allow = [];
    assert.equal(answer.status(), 403);
    const id = answer.headers()['x-request-id'] ?? '';
    assert.match(id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    shop.wanted.push(id);
    await speaks(visitor);
    await fits(visitor);
    const text = await page.textContent('body');
    assert.ok(text.includes(id), 'the number is not on the page');
    assert.match(text, lang === 'ja' ? /受付番号/ : /Reference number/);
    await shop.picture(`refused-${visitor.view}-${lang}`);
  }],
];
