// A Sekisho of our own: ./run with its own state folder and port, stopped at the end.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync, chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TOP = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

function listen(port) {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => done(server));
  });
}

// The first of three free ports in a row (HTTPS, the redirect to it, the console), below those that
// the system gives to clients: else a connection of another test may take one before its server does.
async function freePorts() {
  for (let turn = 0; turn < 200; turn++) {
    const port = 10000 + Math.floor(Math.random() * 22000);
    const held = await Promise.all([0, 1, 2].map((i) => listen(port + i).catch(() => null)));
    await Promise.all(held.filter(Boolean).map((s) => new Promise((done) => s.close(done))));
    if (held.every(Boolean)) return port;
  }
  throw new Error('no three free ports in a row');
}

function run(words, state) {
  return spawnSync('./run', [...words, '--state', state],
    { cwd: TOP, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

// `conf`: its sekisho.conf; left out: that of a first run.
export async function startInstance(conf) {
  const state = mkdtempSync(join(tmpdir(), 'sekisho-flow-'));
  chmodSync(state, 0o755); // the gate's workers are another user
  if (conf) writeFileSync(join(state, 'sekisho.conf'), conf);
  const port = await freePorts();
  const stop = () => {
    if (existsSync(join(state, 'run'))) run(['--stop'], state);
    rmSync(state, { recursive: true, force: true });
  };
  process.on('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  const done = run(['--detach', '--port', String(port)], state);
  if (done.status !== 0) throw new Error(`the instance did not start:\n${done.stdout}${done.stderr}`);
  return { state, port, base: `https://localhost:${port}` };
}

// The audit lines with a refusal, for what a step was refused by.
export function refusals(instance) {
  const path = join(instance.state, 'log', 'gate-audit.json');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))
    .filter((event) => event.action && event.action !== 'pass');
}

export function sekisho(instance, ...words) {
  return spawnSync(join(TOP, 'build/release/sekisho'), [...words, '--state', instance.state],
    { encoding: 'utf8', env: { ...process.env, LANG: 'C.UTF-8' } });
}
