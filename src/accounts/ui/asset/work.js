// Finds the number whose SHA-256 with the salt is the challenge, while the reader types; the form
// carries it then. Nothing of the reader's is looked at.
'use strict';

const form = document.querySelector('form[data-puzzle]');
const puzzle = JSON.parse(form.dataset.puzzle);
const says = form.querySelector('[data-work]');
const button = form.querySelector('button[type=submit]');
const encoder = new TextEncoder();
const AT_ONCE = 500;

const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, '0')).join('');

async function tried(number) {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(puzzle.salt + number));
  return hex(digest) === puzzle.challenge ? number : null;
}

async function find() {
  for (let from = 0; from <= puzzle.maxnumber; from += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, i) => from + i);
    const found = (await Promise.all(numbers.map(tried))).find((n) => n !== null);
    if (found !== undefined) return found;
  }
  return null;
}

button.disabled = true;
find().then((number) => {
  const { algorithm, challenge, salt, signature } = puzzle;
  form.elements.solution.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  says.textContent = says.dataset.work;
}).finally(() => { button.disabled = false; });
