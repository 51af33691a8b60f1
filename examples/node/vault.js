// Asking the vault from Node: node examples/node/vault.js, with SEKISHO_VAULT and SEKISHO_TICKET set.
// In an application the ticket is the header x-sekisho-ticket of the request at hand.
'use strict';
const http = require('node:http');

function ask(verb, question, ticket, socketPath = process.env.SEKISHO_VAULT) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify(question);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body),
      'X-Sekisho-Ticket': ticket };
    const request = http.request({ socketPath, path: `/v1/${verb}`, method: 'POST', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => {
        const read = JSON.parse(text);
        if (answer.statusCode === 200) resolve(read);
        else reject(Object.assign(new Error(read.why), { word: read.error }));
      });
    });
    request.setTimeout(10000, () => request.destroy(new Error('the vault does not answer')));
    request.on('error', reject).end(body);
  });
}

async function main() {
  const ticket = process.env.SEKISHO_TICKET;
  const kept = await ask('put', { values: [{ kind: 'address', text: '〒150-8512 東京都渋谷区桜丘町26-1' }] }, ticket);
  const shown = await ask('read', { purpose: process.env.SEKISHO_PURPOSE, tokens: kept.tokens }, ticket);
  console.log(kept.tokens[0], shown.values[kept.tokens[0]].text);
}

module.exports = { ask };
if (require.main === module) main().catch((e) => { console.error(e.word || e.message); process.exit(1); });
