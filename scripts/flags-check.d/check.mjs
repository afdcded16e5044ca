// The published providers against our server: check.mjs LAUNCHER FOLDER [--quick] [node | web | java ...]
// FOLDER has node_modules, and java/ with the Java program. Prints a line for each step of each client.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as clients from './clients.mjs';
import { freePort, pause, Server, until } from './server.mjs';

const [launcher, folder, ...words] = process.argv.slice(2);
const quick = words.includes('--quick');
const named = words.filter(word => !word.startsWith('--'));
const only = named.length ? named : ['node', 'web', 'java'];

/** From the call that engages to the page's own values, the median of the rounds. */
const ENGAGE_MILLIS_MAX = 250;
const ENGAGE_ROUNDS = quick ? 5 : 20;
/** For a browser to come back after a restart or with another token: its own waits are 1, 2 and 4 s, and 3 s for a stream. */
const RETURN_MILLIS_MAX = 30_000;
/** A database that is unreadable for 5 s engages the kill switch (docs/operations.md). */
const LOST_MILLIS_MAX = 20_000;
const CHANGE_MILLIS_MAX = 5_000;
/** Before each round: a late event of the round before would make the page fetch, and hide that this round's is late. */
const QUIET_MILLIS = 1_000;

let held = 0;
let failed = 0;
function note(client, step, error, detail = '') {
    error ? failed++ : held++;
    console.log(`${client.padEnd(6)} ${step.padEnd(24)} ${error ? 'FAILED' : 'ok'}  ${error ?? detail}`.trimEnd());
}

function same(what, expected, actual) {
    for (const [key, value] of Object.entries(expected)) {
        if (actual[key] !== value) throw new Error(`${what}: ${key} is ${actual[key]}, not ${value} (${JSON.stringify(actual)})`);
    }
}

/** A code's own default that is never right, so that a value that fits came from the server. */
const fallbackFor = value => ({ boolean: !value, number: -1, string: 'of the code' })[typeof value];

const LIVE = { NEW_PLANNER: true, RESEARCH_TRIGGER_SENSITIVITY: 0.75, PROMPT_MODE: 'verbose' };
const SAFE = { NEW_PLANNER: false, RESEARCH_TRIGGER_SENSITIVITY: 0.5, PROMPT_MODE: 'compact' };

async function reads(client, values, reason) {
    for (const [key, value] of Object.entries(values)) {
        const answer = await client.read(typeof value, key, fallbackFor(value));
        same(key, { value, reason, errorCode: undefined }, answer);
        if (reason === 'DISABLED') same(key, { variant: 'safe-default' }, answer);
    }
}

/** Holds at once for a client that asks at each evaluation, and within the limit for one that keeps values. */
async function readsWithin(millis, client, values, reason) {
    if (!client.keepsValues) return reads(client, values, reason);
    let last;
    await until(`${client.name} reads ${reason}`, millis, () => reads(client, values, reason).then(() => true, error => void (last = error)))
        .catch(error => { throw new Error(`${error.message}; ${last?.message}`); });
}

async function each(step, body) {
    for (const client of all) {
        try {
            note(client.name, step, undefined, (await body(client)) ?? '');
        } catch (error) {
            note(client.name, step, error.message);
        }
    }
}

/** What is done to the server; when it fails, all that follows it means nothing. */
async function act(step, body) {
    try {
        return await body();
    } catch (error) {
        note('server', step, error.message);
        throw error;
    }
}

async function values() {
    await act('set', () => server.set({ NEW_PLANNER: '1', RESEARCH_TRIGGER_SENSITIVITY: '0.75', PROMPT_MODE: 'verbose' }));
    await each('typed values', client => readsWithin(CHANGE_MILLIS_MAX, client, LIVE, 'STATIC'));
    await each('unknown flag', async client =>
        same('NO_SUCH_FLAG', { value: true, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' }, await client.read('boolean', 'NO_SUCH_FLAG', true)));
    await each('another type', async client =>
        same('PROMPT_MODE as a boolean', { value: true, errorCode: 'TYPE_MISMATCH' }, await client.read('boolean', 'PROMPT_MODE', true)));
}

async function engageAndReset() {
    const answer = await act('engage', () => server.engage('5s'));
    await each('engage', client => readsWithin(CHANGE_MILLIS_MAX, client, SAFE, 'DISABLED'));
    for (const page of all.filter(client => client.keepsValues)) {
        const { readers, verified } = answer;
        note(page.name, 'engage acknowledged', verified ? undefined : JSON.stringify(answer), JSON.stringify(readers));
    }
    await act('reset', () => server.reset());
    await each('reset', client => readsWithin(CHANGE_MILLIS_MAX, client, LIVE, 'STATIC'));
}

async function latency() {
    for (const page of all.filter(client => client.keepsValues)) {
        const took = [];
        try {
            for (let round = 0; round < ENGAGE_ROUNDS; round++) {
                await pause(QUIET_MILLIS);
                const since = Date.now();
                await server.engage();
                const first = await until('the page has the safe default', CHANGE_MILLIS_MAX, async () =>
                    (await page.seen(since)).find(({ reason }) => reason === 'DISABLED'));
                took.push(first.at - since);
                await server.reset();
                await readsWithin(CHANGE_MILLIS_MAX, page, LIVE, 'STATIC');
            }
            took.sort((a, b) => a - b);
            const median = took[took.length >> 1];
            const detail = `median ${median} ms, most ${took.at(-1)} ms, of ${took.length}`;
            note(page.name, 'engage within 250 ms', median <= ENGAGE_MILLIS_MAX ? undefined : detail, detail);
        } catch (error) {
            note(page.name, 'engage within 250 ms', error.message);
        }
    }
}

async function restart() {
    await act('stop', () => server.stop('SIGKILL'));
    await each('server away', async client => {
        if (client.keepsValues) return reads(client, LIVE, 'STATIC');
        const answer = await client.read('boolean', 'NEW_PLANNER', true);
        same('NEW_PLANNER', { value: true, reason: 'ERROR' }, answer);
        if (!answer.errorCode) throw new Error(`there is no error code: ${JSON.stringify(answer)}`);
        return answer.errorCode;
    });
    await act('start', () => server.start());
    await each('same port again', client => readsWithin(RETURN_MILLIS_MAX, client, LIVE, 'STATIC'));
    // Before a browser's stream is back: what happened meanwhile must reach it all the same.
    await act('engage', () => server.engage());
    await each('engage after restart', client => readsWithin(RETURN_MILLIS_MAX, client, SAFE, 'DISABLED'));
    await act('reset', () => server.reset());
    await each('reset after restart', client => readsWithin(RETURN_MILLIS_MAX, client, LIVE, 'STATIC'));
}

async function rotation() {
    const next = await act('new token', () => server.createToken('reader-2', 'viewer'));
    await act('old token', () => server.revokeToken('reader'));
    await act('set', () => server.set({ PROMPT_MODE: 'compact' })); // a page fetches now, with the old token
    await each('old token', async client => {
        if (client.keepsValues) {
            await until('the page is told to come back (503)', CHANGE_MILLIS_MAX, () => client.statuses.includes(503));
            return reads(client, LIVE, 'STATIC');
        }
        const answer = await client.read('boolean', 'NEW_PLANNER', true);
        same('NEW_PLANNER', { value: true, reason: 'ERROR' }, answer);
        return answer.errorCode;
    });
    for (const client of all) await client.use(next);
    await each('new token', client => readsWithin(RETURN_MILLIS_MAX, client, { ...LIVE, PROMPT_MODE: 'compact' }, 'STATIC'));
    await act('engage', () => server.engage());
    await each('engage after rotation', client => readsWithin(RETURN_MILLIS_MAX, client, SAFE, 'DISABLED'));
    await act('reset', () => server.reset());
    await act('set', () => server.set({ PROMPT_MODE: 'verbose' }));
    await each('reset after rotation', client => readsWithin(RETURN_MILLIS_MAX, client, LIVE, 'STATIC'));
}

async function lostDatabase() {
    const putBack = await act('database lost', () => server.loseDatabase());
    await each('database lost', async client => {
        const { reason, value } = await client.read('boolean', 'NEW_PLANNER', true);
        if (reason === 'ERROR') throw new Error('no answer from memory');
        if (reason === 'DISABLED') same('NEW_PLANNER', { value: false }, { value });
        return reason;
    });
    await until('the kill switch is engaged', LOST_MILLIS_MAX, async () => (await server.health()).killSwitch === 'engaged')
        .catch(error => note('server', 'database lost', error.message));
    await each('engaged by the loss', client => readsWithin(CHANGE_MILLIS_MAX, client, SAFE, 'DISABLED'));
    putBack();
    await act('reset', () => until('a reset with the database back', LOST_MILLIS_MAX, () => server.reset().catch(() => pause(250))));
    await each('database back', client => readsWithin(CHANGE_MILLIS_MAX, client, LIVE, 'STATIC'));
}

const pagePort = await freePort();
const server = new Server(launcher, await freePort(), `http://127.0.0.1:${pagePort}`);
const all = [];
let closePages;
try {
    await server.prepare();
    const token = await server.createToken('reader', 'viewer');
    await server.start();
    if (only.includes('node')) all.push(await clients.node(server.url, token));
    if (only.includes('web')) {
        closePages = await clients.pages(folder, pagePort);
        all.push(await clients.web(`http://127.0.0.1:${pagePort}/`, server.url, token));
    }
    if (only.includes('java')) {
        const classpath = ['classes', 'lib/*'].map(part => join(folder, 'java', part)).join(':');
        const program = [process.env.JAVA ?? 'java', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classpath, 'FlagClient'];
        all.push(await clients.java(program, server.url, token));
    }
    for (const part of [values, engageAndReset, latency, restart, rotation, lostDatabase]) await part();
    for (const { name, errors, statuses } of all.filter(client => client.keepsValues)) {
        note(name, 'no error in the page', errors.length ? errors.join('; ') : undefined);
        // A provider stops for good at these.
        note(name, 'no 401, no 403', statuses.some(status => status === 401 || status === 403) ? statuses.join() : undefined);
    }
} catch (error) {
    note('check', 'to the end', String(error.stack));
} finally {
    for (const client of all) await client.close().catch(error => note(client.name, 'close', error.message));
    await closePages?.();
    await server.stop().catch(() => {});
    rmSync(server.workspace, { recursive: true, force: true });
}
console.log(`\n${held} passed, ${failed} failed`);
process.exit(failed || !held ? 1 : 0);
