// People's lives in a real browser, on a telephone and at a desk: a shop is opened with a code by
// SMS, an operator and a sub-administrator come by invitation, buyers sign up with a password and
// without one, a lock stops a guesser and not the owner, sessions are ended from elsewhere, a screen
// is closed to whom it was not given, and everybody's password is reset from the console.
//
// Mail and SMS are read where the console shows them, in the demo's outbox.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openVisitor } from './browser.mjs';
import { code as appCode } from './factors.mjs';
import { digits, link, must, pages, press, sent, signIn, worked } from './hands.mjs';
import { sekisho } from './instance.mjs';

const PASSWORD = '九頭の鹿 under a paper lantern';
const OTHER = '三枚の皿 and a wooden bucket';
const DESK = `
    admin "/desk/orders" { networks = ["127.0.0.0/8", "::1"]; realm = merchant; screens = ["orders"]; }
    admin "/desk/products" { networks = ["127.0.0.0/8", "::1"]; realm = merchant; screens = ["products"]; }`;

const isAt = (page, part) => page.url().includes(part);
const isIn = async ({ page }, instance, realm) => {
  await page.goto(pages(instance, realm, 'account'));
  return isAt(page, '/account');
};

async function choose({ page }, password) {
  await page.fill('#new', password);
  await press(page);
  await page.waitForLoadState('networkidle');
}

async function addApp({ page }, instance, realm) {
  must(isAt(page, '/factors'), `the second factor is not asked for: ${page.url()}`);
  await page.goto(pages(instance, realm, 'factors/app'));
  const secret = await page.locator('.sheet code.id').textContent();
  await page.fill('#code', appCode(secret, Date.now()));
  await press(page);
  await page.waitForLoadState('networkidle');
  return secret;
}

// ── the walk ──

export async function people(browser, instance, step) {
  const open = (view, lang) => openVisitor(browser, view, lang);
  const walk = (name, visitor, work) => step(`people: ${name}`, visitor, work);
  const shop = `tea-${Date.now().toString(36)}`;

  const file = join(instance.state, 'sekisho.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^site shop \{$/m, `$&${DESK}`));
  const reload = sekisho(instance, 'reload');
  must(reload.status === 0, `reload: ${reload.stderr}`);

  const merchant = await open('phone', 'ja');
  await walk('a merchant opens a shop with a code by SMS', merchant, async () => {
    const { page } = merchant;
    merchant.allow = [422];
    await page.goto(pages(instance, 'merchant', 'sign-up'));
    await page.fill('#phone', '０９０−１２３４−５６７８');
    await worked(page);
    await press(page, 'button[value=sms]');
    await page.waitForURL(/sign-up\/code/);
    const right = digits(await sent(instance, '+819012345678', 'accounts.phone'));
    await page.fill('#code', String((Number(right) + 1) % 10 ** right.length).padStart(right.length, '0'));
    await press(page);
    await page.locator('.notice').first().waitFor();
    await page.fill('#code', right);
    await press(page);
    await page.waitForURL(/sign-up\?p=/);
    await page.fill('#id', shop);
    await page.fill('#email', 'tencho@example.jp');
    await worked(page);
    await press(page);
    await page.goto(link(await sent(instance, 'tencho@example.jp', 'accounts.sign_up')));
    await choose(merchant, PASSWORD);
    await addApp(merchant, instance, 'merchant');
    must(await isIn(merchant, instance, 'merchant'), 'not signed in');
    merchant.allow = [404]; // the shop has no such page
    await page.goto(`${instance.base}/desk/orders`).then((answer) => must(answer.status() !== 403, 'an owner has every screen'));
  });

  const sub = await open('desktop', 'ja');
  await walk('a sub-administrator comes by invitation and has the screens that were named', sub, async () => {
    const { page } = sub;
    const said = sekisho(instance, 'accounts', 'invite', '--realm', 'merchant', '--tenant', shop, '--role', 'sub',
      '--screens', 'orders', 'tetsudai@example.jp');
    must(said.status === 0, said.stderr);
    const path = link(said.stdout);
    sub.allow = [410];
    const changed = await page.goto(`${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`);
    must(changed.status() === 410, `a changed link was answered ${changed.status()}`);
    await page.goto(path);
    await choose(sub, PASSWORD);
    await addApp(sub, instance, 'merchant');
    const used = await page.goto(path);
    must(used.status() === 410, `a used link was answered ${used.status()}`);
    sub.allow = [403, 404];
    const may = await page.goto(`${instance.base}/desk/orders`);
    must(may.status() === 404, `the screen that was named: ${may.status()}`); // the shop has no such page
    const not = await page.goto(`${instance.base}/desk/products`);
    must(not.status() === 403, `another screen: ${not.status()}`);
    must((await page.locator('main, body').first().textContent()).length > 20, 'nothing says why');
  });

  const buyer = await open('phone', 'en');
  await walk('a buyer signs up and keeps no password; a code by mail signs in', buyer, async () => {
    const { page } = buyer;
    buyer.allow = [422];
    await page.goto(`${pages(instance, 'buyer', 'sign-up')}?shop=${shop}`);
    await page.fill('#email', 'hanako@example.jp');
    await worked(page);
    await press(page);
    await page.goto(link(await sent(instance, 'hanako@example.jp', 'accounts.sign_up')));
    await press(page, 'button[value=code]');
    await page.waitForLoadState('networkidle');
    await buyer.context.clearCookies();
    await page.goto(`${pages(instance, 'buyer', 'code')}?shop=${shop}`);
    await page.fill('#email', 'hanako@example.jp');
    await worked(page);
    await press(page);
    const right = digits(await sent(instance, 'hanako@example.jp', 'accounts.code'));
    await page.fill('#code', right);
    await press(page);
    await page.waitForLoadState('networkidle');
    must(await isIn(buyer, instance, 'buyer'), 'not signed in');
  });

  const owner = await open('desktop', 'ja');
  const thief = await open('desktop', 'en');
  const away = await open('phone', 'ja');
  owner.allow = thief.allow = away.allow = [422, 429];
  await walk('sessions are listed and ended from elsewhere', owner, async () => {
    await owner.page.goto(`${pages(instance, 'buyer', 'sign-up')}?shop=${shop}`);
    await owner.page.fill('#email', 'jiro@example.jp');
    await worked(owner.page);
    await press(owner.page);
    await owner.page.goto(link(await sent(instance, 'jiro@example.jp', 'accounts.sign_up')));
    await choose(owner, PASSWORD);
    await signIn(away, instance, 'buyer', 'jiro@example.jp', PASSWORD, `sign-in?shop=${shop}`);
    must(await isIn(away, instance, 'buyer'), 'the telephone is not signed in');
    must(await isIn(owner, instance, 'buyer'), 'the desk is not signed in');
    const rows = owner.page.locator('section[aria-labelledby=sessions] .sheet');
    must(await rows.count() === 2, `${await rows.count()} sessions are listed`);
    await owner.page.locator('section[aria-labelledby=sessions] .sheet button').first().click();
    await owner.page.waitForLoadState('networkidle');
    must(!await isIn(away, instance, 'buyer'), 'the telephone is still signed in');
    must(await isIn(owner, instance, 'buyer'), 'the desk was signed out, too');
  });

  await walk('a lock stops a guesser, a mailed link lets the owner in', thief, async () => {
    for (let turn = 0; turn < 6; turn++) {
      await signIn(thief, instance, 'buyer', 'jiro@example.jp', `wrong ${turn} password`, `sign-in?shop=${shop}`);
      await worked(thief.page);
    }
    await signIn(thief, instance, 'buyer', 'jiro@example.jp', PASSWORD, `sign-in?shop=${shop}`);
    must(!await isIn(thief, instance, 'buyer'), 'the right password opens a locked account');
    const fresh = await open('desktop', 'ja');
    fresh.allow = [422, 429];
    const way = link(await sent(instance, 'jiro@example.jp', 'accounts.locked'));
    await fresh.page.goto(way);
    await press(fresh.page);
    await fresh.page.waitForLoadState('networkidle');
    await signIn(fresh, instance, 'buyer', 'jiro@example.jp', PASSWORD, `sign-in?shop=${shop}`);
    must(await isIn(fresh, instance, 'buyer'), 'the owner is still locked out');
    fresh.allow = [410];
    const again = await fresh.page.goto(way);
    must(again.status() === 410, `the link was answered ${again.status()} a second time`);
    await signIn(thief, instance, 'buyer', 'jiro@example.jp', PASSWORD, `sign-in?shop=${shop}`);
    must(!await isIn(thief, instance, 'buyer'), 'the lock is lifted for the guesser, too');
    await fresh.context.close();
  });

  const operator = await open('desktop', 'ja');
  const console_ = `https://localhost:${instance.port + 2}`;
  await walk('an operator comes by invitation, to the console by two factors', operator, async () => {
    const { page } = operator;
    const said = sekisho(instance, 'accounts', 'invite', '--realm', 'operator', 'unei@example.jp');
    must(said.status === 0, said.stderr);
    await page.goto(link(said.stdout));
    await choose(operator, PASSWORD);
    const before = await page.goto(`${console_}/`);
    must(before.status() === 200 && isAt(page, '/.sekisho/operator/'), 'the console opens with one factor');
    await page.goto(`${console_}/.sekisho/operator/factors/app`);
    const secret = await page.locator('.sheet code.id').textContent();
    await page.fill('#code', appCode(secret, Date.now()));
    await press(page);
    await page.waitForLoadState('networkidle');
    await page.goto(`${console_}/`);
    must(await page.locator('.rail').count() === 1, 'the console does not open');
  });

  await walk('everybody is reset from the console, once somebody else has approved', operator, async () => {
    const { page } = operator;
    const fill = async () => {
      await page.goto(`${console_}/accounts/reset`);
      await page.selectOption('#realm', 'buyer');
      await page.fill('#reason', '試験');
      await page.fill('#typed', await page.locator('#realm option:checked').textContent());
      await press(page, 'button.danger');
      await page.waitForLoadState('networkidle');
    };
    operator.allow = [403, 422];
    await fill();
    must(await isIn(owner, instance, 'buyer'), 'it went without the right');
    await page.goto(`${console_}/accounts/rights`);
    await page.selectOption('#name', { value: 'privilege.reset' });
    await page.fill('#reason', '訓練のため');
    await press(page);
    await page.waitForLoadState('networkidle');
    const asked = /req_\w{20}/.exec(sekisho(instance, 'accounts', 'rights', '--json').stdout);
    must(asked, 'the request is not listed');
    must(sekisho(instance, 'accounts', 'rights', 'approve', asked[0]).status === 0, 'it could not be approved');
    operator.allow = [];
    await fill();
    await sent(instance, 'jiro@example.jp', 'accounts.mass_reset');
    must(!await isIn(owner, instance, 'buyer'), 'a session survived');
    await signIn(owner, instance, 'buyer', 'jiro@example.jp', PASSWORD, `sign-in?shop=${shop}`);
    must(!await isIn(owner, instance, 'buyer'), 'the old password still works');
    await page.goto(`${console_}/accounts/reset`);
    must(await page.locator('tbody tr').count() >= 1, 'the console does not list it');
  });

  await walk('a forgotten password is set anew by a mailed link', owner, async () => {
    const { page } = owner;
    await page.goto(`${pages(instance, 'buyer', 'forgot')}?shop=${shop}`);
    await page.fill('#email', 'jiro@example.jp');
    await worked(page);
    await press(page);
    await page.goto(link(await sent(instance, 'jiro@example.jp', 'accounts.reset')));
    await choose(owner, OTHER);
    await signIn(owner, instance, 'buyer', 'jiro@example.jp', OTHER, `sign-in?shop=${shop}`);
    must(await isIn(owner, instance, 'buyer'), 'the new password does not sign in');
  });

  for (const visitor of [merchant, sub, buyer, owner, thief, away, operator]) await visitor.context.close();
}
