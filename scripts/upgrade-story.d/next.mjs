// The next version of a published server, with a mistake that no test before the promotion can see: some seconds after
// its first real call it begins to answer two of three tool calls with an error. Everything else is the server's own.
// Usage: node next.mjs SECONDS SERVER_SCRIPT
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const goodFor = Number(process.argv[2]) * 1000;
const dry = process.env.WVO_DRY_RUN === '1';
const server = spawn(process.execPath, process.argv.slice(3), { stdio: ['pipe', 'pipe', 'inherit'] });
let firstCall;
let calls = 0;

function failsNow(message) {
  if (dry || message.method !== 'tools/call') return false;
  firstCall ??= Date.now();
  calls++;
  return Date.now() - firstCall > goodFor && calls % 3 !== 0;
}

function refusal(id) {
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: 'connection pool exhausted' } });
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    if (failsNow(message)) process.stdout.write(refusal(message.id) + '\n');
    else server.stdin.write(line + '\n');
  })
  .on('close', () => server.stdin.end());
server.stdout.pipe(process.stdout);
server.on('exit', (code) => process.exit(code ?? 1));
