// The command of the README with npx, which leaves the server itself to a grandchild: it answers, and none of its
// processes is left, neither after an end in order nor after the gateway was killed and started again:
// npx.mjs LAUNCHER FOLDER
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [launcher, folder] = process.argv.slice(2);
const MILLIS_MAX = 120_000;
const COMMAND = ['npx', '-y', '@modelcontextprotocol/server-everything'];

async function until(what, condition) {
    const end = Date.now() + MILLIS_MAX;
    for (;;) {
        const found = await condition();
        if (found) return found;
        if (Date.now() > end) throw new Error(`${what}: not within ${MILLIS_MAX / 1000} s`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

/** The processes below this one. */
function below(pid) {
    const all = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n').map(line => line.trim().split(/\s+/).map(Number));
    const children = of => all.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...children(child)]);
    return children(pid);
}

/** Not one that has ended and that nobody has asked for. */
function alive(pid) {
    try {
        return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)]).toString().startsWith('Z');
    } catch {
        return false;
    }
}

const gone = (what, pids) => until(`${what}: its processes end`, () => !pids.some(alive));

/** The gateway as a client's configuration would start it; in the folder where npx finds the pinned package. */
function start(workspace, ...options) {
    const server = spawn(launcher, ['run', '--workspace', workspace, ...options, '--', ...COMMAND], { cwd: folder });
    process.on('exit', () => server.kill());
    const ended = new Promise(resolve => server.on('exit', (code, signal) => resolve(code ?? signal)));
    const answers = new Map();
    createInterface({ input: server.stdout }).on('line', line => {
        if (!line.startsWith('{')) return; // without stdio it is the address
        const message = JSON.parse(line);
        if (!message.method) answers.set(message.id, message);
    });
    let said = '';
    server.stderr.on('data', text => (said += text));
    const address = () => until('it listens', () => /http:\/\/\S+\/mcp/.exec(said)?.[0]);
    return { server, ended, answers, address };
}

let lastId = 0;
async function ask({ server, answers }, method, params) {
    const id = ++lastId;
    server.stdin.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\n');
    return (await until(method, () => answers.get(id))).result;
}

async function post(uri, method, params) {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
    const answer = await fetch(uri, { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
    const text = await answer.text();
    return JSON.parse(text.startsWith('{') ? text : /^data: ?(\{.*)$/m.exec(text)[1]).result;
}

/** What a client does first. */
async function serves(way, call) {
    const opened = await call('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'npx', version: '1' } });
    if (!opened.instructions) throw new Error(`${way}: no instructions`);
    await until(`${way}: its tools are listed`, async () => (await call('tools/list', {})).tools.some(tool => tool.name === 'echo'));
    const { content } = await call('tools/call', { name: 'echo', arguments: { message: 'through npx' } });
    if (content?.[0]?.text !== 'Echo: through npx') throw new Error(`${way}: echo said ${JSON.stringify(content)}`);
}

/** Its worker is npx, which has a child at least. */
function tree(gateway) {
    const pids = below(gateway.server.pid);
    if (pids.length < 2) throw new Error(`npx and the server are expected below the gateway, there are ${pids.length} processes`);
    return pids;
}

async function onStdio(workspace) {
    const gateway = start(workspace);
    await serves('stdio', (method, params) => ask(gateway, method, params));
    const pids = tree(gateway);
    gateway.server.stdin.end();
    const code = await gateway.ended;
    if (code !== 0) throw new Error(`stdio: it ended with ${code}`);
    await gone('stdio', pids);
}

async function onHttp(workspace) {
    const options = ['--http', '--port', '0'];
    const killed = start(workspace, ...options);
    const first = await killed.address();
    await serves('HTTP', (method, params) => post(first, method, params));
    const left = tree(killed);
    killed.server.kill('SIGKILL');
    await killed.ended;

    const again = start(workspace, ...options);
    const second = await again.address();
    await serves('HTTP after SIGKILL', (method, params) => post(second, method, params));
    await gone('the one that was killed', left);
    const pids = tree(again);
    again.server.kill('SIGTERM');
    await again.ended;
    await gone('HTTP', pids);
}

const work = join(folder, 'npx');
rmSync(work, { recursive: true, force: true });
for (const [name, check] of [['stdio', onStdio], ['http', onHttp]]) {
    const workspace = join(work, name);
    mkdirSync(workspace, { recursive: true });
    await check(workspace);
    console.log(`${COMMAND.join(' ')} on ${name}: answers, and leaves no process`);
}
process.exit(0);
