// Ours over HTTP, in a workspace of its own, as an operator has it: with tokens, flags and allowed pages.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const START_MILLIS_MAX = 120_000;
const STOP_MILLIS_MAX = 30_000;

export const pause = millis => new Promise(resolve => setTimeout(resolve, millis));

/** Waits until the condition gives something true, and answers it. */
export async function until(what, millis, condition) {
    const end = Date.now() + millis;
    for (;;) {
        const found = await condition();
        if (found) return found;
        if (Date.now() > end) throw new Error(`${what}: not within ${millis / 1000} s`);
        await pause(25);
    }
}

export async function freePort() {
    const taken = createServer();
    await new Promise(listening => taken.listen(0, '127.0.0.1', listening));
    const { port } = taken.address();
    await new Promise(closed => taken.close(closed));
    return port;
}

export class Server {
    #launcher;
    #process;
    #ended;
    #said = '';
    #operator;

    constructor(launcher, port, pageOrigin) {
        this.#launcher = launcher;
        this.port = port;
        this.workspace = mkdtempSync(join(tmpdir(), 'flags-check-'));
        this.url = `http://127.0.0.1:${port}`;
        writeFileSync(
            join(this.workspace, 'weathervane.yaml'),
            `server:
  auth: {tokens: {file: tokens.json}}
  allowedOrigins: ["${pageOrigin}"]
flags:
  - {key: NEW_PLANNER, type: boolean, default: "0", description: Plans in the new way.}
`);
        process.on('exit', () => this.#process?.kill('SIGKILL'));
    }

    async createToken(name, roles) {
        const { stdout } = await this.#run('token', 'create', '--name', name, '--role', roles);
        return stdout.trim().split('\n').at(-1);
    }

    async revokeToken(name) {
        await this.#run('token', 'revoke', '--name', name);
    }

    async #run(...words) {
        return promisify(execFile)(this.#launcher, [...words, '--workspace', this.workspace]);
    }

    async prepare() {
        this.#operator = await this.createToken('operator', 'viewer,operator');
    }

    async start() {
        this.#said = '';
        this.#process = spawn(
            this.#launcher,
            ['serve', '--http', '--port', String(this.port), '--workspace', this.workspace],
            { stdio: ['ignore', 'ignore', 'pipe'] });
        const child = this.#process;
        this.#ended = new Promise(resolve => child.on('exit', resolve));
        child.stderr.on('data', text => (this.#said += text));
        await until('the server serves', START_MILLIS_MAX, () => {
            if (child.exitCode !== null) throw new Error(`the server ended: ${this.#said}`);
            return this.#said.includes(`:${this.port}/mcp`);
        });
    }

    /** As after a crash, or in order. */
    async stop(signal = 'SIGTERM') {
        const child = this.#process;
        child.kill(signal);
        const late = setTimeout(() => child.kill('SIGKILL'), STOP_MILLIS_MAX);
        await this.#ended;
        clearTimeout(late);
    }

    /** Calls a tool as an operator and answers what it answers. */
    async call(name, parameters) {
        const answer = await fetch(`${this.url}/mcp`, {
            method: 'POST',
            headers: { Authorization: `Bearer ${this.#operator}`, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
            body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: parameters } })
        });
        const text = await answer.text();
        const { result, error } = JSON.parse(/^data: (.*"(?:result|error)".*)$/m.exec(text)?.[1] ?? text);
        if (error || result.isError) throw new Error(`${name}: ${JSON.stringify(error ?? result.content)}`);
        return result.structuredContent;
    }

    set(flags) {
        return this.call('mcp_admin_flags', { action: 'set', flags });
    }

    engage(wait) {
        return this.call('kill_switch_engage', { reason: 'flags-check', ...(wait && { wait }) });
    }

    /** Forced: a server that was killed does not know which calls failed before. */
    reset() {
        return this.call('kill_switch_reset', { reason: 'flags-check', approver: 'flags-check', fix_reference: 'none', force: true });
    }

    async health() {
        return (await fetch(`${this.url}/health`, { headers: { Authorization: `Bearer ${this.#operator}` } })).json();
    }

    /** Takes the database away and answers how to put it back. */
    loseDatabase() {
        const state = join(this.workspace, 'state');
        const away = join(this.workspace, 'away');
        mkdirSync(away, { recursive: true });
        const files = readdirSync(state).filter(name => name.startsWith('orchestrator.db'));
        if (!files.includes('orchestrator.db')) throw new Error(`there is no database in ${state}`);
        files.forEach(name => renameSync(join(state, name), join(away, name)));
        return () => files.forEach(name => renameSync(join(away, name), join(state, name)));
    }
}
