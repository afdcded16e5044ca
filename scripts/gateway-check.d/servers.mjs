// Servers that are started beside their clients: a published one over Streamable HTTP, and ours.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const START_MILLIS_MAX = 120_000;

async function until(what, condition) {
    const end = Date.now() + START_MILLIS_MAX;
    for (;;) {
        const found = await condition();
        if (found) return found;
        if (Date.now() > end) throw new Error(`${what}: not within ${START_MILLIS_MAX / 1000} s`);
        await new Promise(resolve => setTimeout(resolve, 25));
    }
}

/** A process with the URL that it says on stderr that it serves, or is to serve. */
async function started(command, environment, address) {
    const child = spawn(command[0], command.slice(1), { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise(resolve => child.on('exit', resolve));
    process.on('exit', () => child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', text => (said += text));
    const url = await until('it serves', () => {
        if (child.exitCode !== null) throw new Error(`it ended: ${said}`);
        return address(said);
    });
    const end = async () => {
        child.kill('SIGTERM');
        await ended;
    };
    return { url: new URL(url), end };
}

async function freePort() {
    const taken = createServer();
    await new Promise(listening => taken.listen(0, listening));
    const { port } = taken.address();
    await new Promise(closed => taken.close(closed));
    return port;
}

/** server-everything, which takes its port from a variable. */
export async function everythingOverHttp(program) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/mcp`;
    return started([...program, 'streamableHttp'], { PORT: String(port) }, said => said.includes(`port ${port}`) && url);
}

/** Ours on a workspace, over HTTP. */
export const serveHttp = (launcher, workspace) =>
    started([launcher, 'serve', '--http', '--port', '0', '--workspace', workspace], {}, said => /http:\/\/\S+\/mcp/.exec(said)?.[0]);
