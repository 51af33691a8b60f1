// Chromium of Debian, driven by playwright-core. Every page that is opened is watched: a console
// error, an uncaught exception, a broken content security policy or a refused answer is a fault of
// the step in which it happened.
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const VIEWS = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 860 } },
};

export async function openBrowser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
}

// A visitor with own cookies. `faults` fills while pages are looked at; `allow` names statuses that
// are expected just now.
export async function openVisitor(browser, view, lang, scheme = 'light', options = {}) {
  const context = await browser.newContext({
    ...VIEWS[view], locale: lang === 'ja' ? 'ja-JP' : 'en-GB', colorScheme: scheme,
    timezoneId: 'Asia/Tokyo', ignoreHTTPSErrors: true, ...options,
  });
  context.setDefaultTimeout(10000);
  const page = await context.newPage();
  const visitor = { context, page, lang, view, faults: [], allow: [] };
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // Chromium says each refused answer here as well; `response` below has it with its address.
    if (message.text().startsWith('Failed to load resource')) return;
    visitor.faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => visitor.faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    if (why !== 'net::ERR_ABORTED') visitor.faults.push(`${request.url()}: ${why}`);
  });
  page.on('response', (response) => {
    const status = response.status();
    if (status >= 400 && !visitor.allow.includes(status)) {
      visitor.faults.push(`${response.request().method()} ${response.url()}: ${status}`);
    }
  });
  return visitor;
}
