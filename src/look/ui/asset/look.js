// Pages work without this file. It moves the reader to what is wrong, and renews what changes by
// itself: an element with data-renew="SECONDS" is taken again from this very page.
'use strict';

document.getElementById('faults')?.focus();
document.querySelector('.rail [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });

async function freshPage() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
}

// Ends when the element is gone or no longer asks for it, or when the server refuses the page.
async function renew(id) {
  let element = document.getElementById(id);
  if (!document.hidden && !element.contains(document.activeElement)) {
    try {
      const page = await freshPage();
      const fresh = page?.getElementById(id);
      if (!fresh) return;
      element.replaceWith(fresh);
      element = fresh;
    } catch { /* no network: the next turn may find it again */ }
  }
  wait(element);
}

function wait(element) {
  if (element.dataset.renew) setTimeout(renew, element.dataset.renew * 1000, element.id);
}

document.querySelectorAll('[data-renew]').forEach(wait);
