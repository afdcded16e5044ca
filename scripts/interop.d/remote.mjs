// A server of an SDK over Streamable HTTP as a remote release behind `serve --stdio`, used by clients of both revisions:
// remote.mjs LAUNCHER WORKSPACE ERA COMMAND ..., where COMMAND gets `legacy` or `modern` (ERA) and the port to serve on.
// Lines begin with the revision of the client: CLIENT <tab> STEP <tab> ok|FAILED <tab> detail.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client as Client2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { finish, includesAll, labelled, step, text, until } from './steps.mjs';

const [launcher, workspace, era, ...command] = process.argv.slice(2);
const START_MILLIS_MAX = 60_000; // of a JVM on a machine that has much else to do
const TOOLS = ['say', 'session', 'cancelled', 'count', 'hang', 'elicit', 'sample'];
const capabilities = { elicitation: {}, sampling: {} };
const elicited = () => ({ action: 'accept', content: { place: 'Oslo' } });
const sampled = () => ({ role: 'assistant', model: 'none', content: { type: 'text', text: 'said so' } });
const port = await freePort();
const url = `http://127.0.0.1:${port}/mcp`;
let worker;
process.on('exit', () => worker?.kill('SIGKILL'));

async function freePort() {
    const taken = createServer();
    await new Promise(listening => taken.listen(0, '127.0.0.1', listening));
    const { port } = taken.address();
    await new Promise(closed => taken.close(closed));
    return port;
}

function isTaken() {
    return new Promise(resolve => {
        const connection = connect(port, '127.0.0.1', () => resolve(connection.destroy()));
        connection.on('error', () => resolve(false));
    });
}

async function startWorker() {
    worker = spawn(command[0], [...command.slice(1), era, String(port)], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until('the worker listens', isTaken, START_MILLIS_MAX);
}

async function stopWorker() {
    const ended = new Promise(exit => worker.on('exit', exit));
    worker.kill('SIGKILL');
    await ended;
}

/** Ours on a workspace of its own, as each client starts it. */
function front(name) {
    const folder = join(workspace, name);
    mkdirSync(folder, { recursive: true });
    const yaml = `workers: {initial: remote, releases: {remote: {url: "${url}"}}}\n`;
    writeFileSync(join(folder, 'weathervane.yaml'), yaml);
    return { command: launcher, args: ['serve', '--stdio', '--workspace', folder], env: process.env, stderr: 'ignore' };
}

async function connected(of) {
    let client;
    if (of === '2025-11-25') {
        client = new Client1({ name: 'interop-remote', version: '1' }, { capabilities });
        client.setRequestHandler(ElicitRequestSchema, elicited);
        client.setRequestHandler(CreateMessageRequestSchema, sampled);
        await client.connect(new Stdio1(front(of)));
    } else {
        client = new Client2({ name: 'interop-remote', version: '1' }, { versionNegotiation: { mode: { pin: of } }, capabilities });
        client.setRequestHandler('elicitation/create', elicited);
        client.setRequestHandler('sampling/createMessage', sampled);
        await client.connect(new Stdio2(front(of)));
    }
    const call = (name, args = {}, options) => {
        const params = { name, arguments: args };
        return of === '2025-11-25' ? client.callTool(params, undefined, options) : client.callTool(params, options);
    };
    const said = async (...words) => {
        const result = await call(...words);
        assert.ok(!result.isError, text(result));
        return text(result);
    };
    return { client, call, said };
}

async function steps(of) {
    const { client, call, said } = await connected(of);
    await step('list', async () => {
        let names;
        await until('the worker is up', async () => {
            names = (await client.listTools()).tools.map(tool => tool.name);
            return names.includes('say');
        }, START_MILLIS_MAX);
        includesAll(names, TOOLS, 'tools/list');
        return (await protocol()).text;
    }, 2 * START_MILLIS_MAX);
    await step('call', async () => assert.equal(await said('say', { words: 'grüß Gott' }), 'grüß Gott'));
    await step('progress', async () => {
        const seen = [];
        assert.equal(await said('count', { steps: 4 }, { onprogress: report => seen.push(report.progress) }), '4');
        assert.ok(seen.length > 1 && seen.every((value, i) => i === 0 || value > seen[i - 1]), `progress: ${seen}`);
        return `${seen.length} notifications`;
    });
    await step('cancellation', async () => {
        const before = await said('cancelled');
        await assert.rejects(call('hang', {}, { signal: AbortSignal.timeout(300) }));
        if (before === 'never told') return 'the SDK tells its tools of none';
        await until('the worker is told', async () => Number(await said('cancelled')) === Number(before) + 1);
    });
    await step('elicitation', async () => assert.equal(await said('elicit'), 'Oslo'));
    await step('sampling', async () => assert.equal(await said('sample'), 'said so'));
    if (era === 'legacy') {
        await step('expired session', async () => {
            const session = await said('session');
            const ended = await fetch(url, { method: 'DELETE', headers: { 'Mcp-Session-Id': session, 'MCP-Protocol-Version': '2025-11-25' } });
            assert.equal(ended.status, 200);
            assert.equal(await said('say', { words: 'in a new session' }), 'in a new session');
            assert.notEqual(await said('session'), session);
        });
    }
    await step('stopped', async () => {
        await stopWorker();
        const refused = await call('say', { words: 'lost' });
        assert.equal(refused.isError, true, text(refused));
        assert.match(text(refused), /no connection to|may have been executed/);
        assert.equal((await protocol()).status, 'degraded');
    });
    await step('started again', async () => {
        await startWorker();
        assert.equal(await said('say', { words: 'there again' }), 'there again');
        assert.equal((await protocol()).status, 'ok');
    }, 2 * START_MILLIS_MAX);
    await step('close', () => client.close());

    /** How ours sees the worker. */
    async function protocol() {
        const status = (await call('worker_status')).structuredContent;
        return { status: status.status, text: status.active?.protocol };
    }
}

await startWorker();
for (const of of ['2025-11-25', '2026-07-28']) {
    labelled(of);
    await steps(of);
}
await stopWorker();
finish();
