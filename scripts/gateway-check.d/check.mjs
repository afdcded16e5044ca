// Plays the recorded calls to each published server, directly and through the gateway, and compares all that came back:
// check.mjs LAUNCHER FOLDER EXPECTED [--quick] [SERVER | everything-http | together ...]
//   everything-http: server-everything over Streamable HTTP, directly and as a release with a url
//   together: all of them as services behind one endpoint over HTTP, that one by its url
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as servers from './calls.mjs';
import { connect } from './clients.mjs';
import { everythingOverHttp, serveHttp } from './servers.mjs';

const [launcher, folder, expectedFile, ...words] = process.argv.slice(2);
const quick = words.includes('--quick');
const only = words.filter(word => !word.startsWith('--'));
const WAIT_MILLIS_MAX = 30_000;
const WORKER_MILLIS_MAX = 120_000;
console.debug = console.error;

/** Differences that are known, each `SERVER ERA STEP PATH REASON`; `*` for any server, era or step. */
const expected = readFileSync(expectedFile, 'utf8')
    .split('\n')
    .filter(line => line.trim() && !line.startsWith('#'))
    .map(line => /^(\S+) +(\S+) +(\S+) +(\S+) +(.+)$/.exec(line).slice(1));
const ours = {
    tools: new Set(JSON.parse(readFileSync(new URL('../../tools.json', import.meta.url))).tools.map(tool => tool.name)),
    prompts: new Set(['incident_response', 'post_promotion_check', 'kill_switch_reset', 'root_cause_analysis']),
    isOurs(key, item) {
        return (this[key]?.has(item.name) || (item.uri ?? item.uriTemplate ?? '').startsWith('weathervane://')) ?? false;
    }
};
/** Ours, or of another service behind the same endpoint. */
function isOthers(key, item, run) {
    if (ours.isOurs(key, item)) return true;
    if (!run.prefix) return false;
    if (key === 'tools' || key === 'prompts') return !item.name.startsWith(run.prefix);
    return key.startsWith('resource') && !run.uris.test(item.uri ?? item.uriTemplate);
}

const pause = millis => new Promise(resolve => setTimeout(resolve, millis));
async function until(what, millis, condition) {
    const end = Date.now() + millis;
    while (!(await condition())) {
        if (Date.now() > end) throw new Error(`${what}: not within ${millis / 1000} s`);
        await pause(25);
    }
}

/** What differs from one run to the next and means nothing, by name. */
const VOLATILE = [
    ['time', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g],
    ['time', /\b\d{1,2}:\d\d:\d\d [AP]M\b/g],
    ['date', /\w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[^"\\]*/g],
    ['uuid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g],
    ['folder', /FOLDER_OF_THIS_RUN/g]
];
/** Of the protocol's revision, or of this connection alone. */
const NOT_OF_THE_SERVER = new Set(['resultType', 'ttlMs', 'cacheScope', 'progressToken', 'task', 'execution']);
const PROTOCOL_KEY = /^io\.modelcontextprotocol\//;

function normal(value, run) {
    if (typeof value === 'string') {
        if (value.startsWith('{') && value.includes('"PATH"')) return environment(value);
        const text = (run.prefix ? value.replaceAll(run.prefix, '') : value).replaceAll(run.folder, 'FOLDER_OF_THIS_RUN');
        return VOLATILE.reduce((left, [name, pattern]) => left.replace(pattern, `<${name}>`), text);
    }
    if (Array.isArray(value)) return value.map(item => normal(item, run));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value)
        .filter(([key]) => !NOT_OF_THE_SERVER.has(key) && !PROTOCOL_KEY.test(key))
        .map(([key, item]) => [key, Array.isArray(item) ? item.filter(one => !isOthers(key, one ?? {}, run)) : item])
        .map(([key, item]) => [key, normal(key === 'blob' && typeof item === 'string' ? textIn(item) : item, run)])
        .filter(([key, item]) => !(key === '_meta' && Object.keys(item).length === 0))
        .sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
}

/** A text that is there as base64 has its times, too. */
function textIn(blob) {
    const text = Buffer.from(blob, 'base64').toString();
    return /^[\x20-\x7e\n]*$/.test(text) ? `text as base64: ${text}` : blob;
}

/** A worker has one variable more, which tells it its label; a launcher's shell has its own. */
function environment(text) {
    const shown = JSON.parse(text);
    ['WVO_WORKER_LABEL', '_', 'SHLVL', 'PWD', 'OLDPWD', 'WVO_QUICK_START', 'MEMORY_FILE_PATH'].forEach(name => delete shown[name]);
    return shown;
}

/** Ours come first, the worker's after them; of several each has a part of its own. */
function workersPart(text, run) {
    const title = run.prefix ? `begin with ${run.prefix}):\n` : '';
    const own = text?.split(`${title}The worker behind it says of its own tools:\n`)[1];
    return run.prefix ? own?.split(/\n\nService \w+ \(/)[0] : own;
}

const named = ([method, params], at) => {
    const what = params.name ?? params.uri ?? params.ref?.name ?? params.ref?.uri ?? params.level ?? '';
    return `${at}:${method}${what && '/' + what.replaceAll(/\s/g, '_')}`;
};

/** A call as it is made where several services are behind one endpoint. */
function prefixed(prefix, method, params) {
    if (method === 'tools/call' || method === 'prompts/get') return { ...params, name: prefix + params.name };
    if (params.ref?.name) return { ...params, ref: { ...params.ref, name: prefix + params.ref.name } };
    return params;
}

async function play(server, era, run, target) {
    const roots = run.roots ?? server.keepsRoots ?? true;
    const { client, seen, ask: asked } = await connect(era, target, server.environment?.(run.folder), roots);
    const ask = (method, params, options) => asked(method, prefixed(run.prefix ?? '', method, params), options);
    const record = new Map();
    try {
        await until('the worker is up', WORKER_MILLIS_MAX, async () => {
            const { tools } = await ask('tools/list', {}, {});
            return tools.some(tool => !isOthers('tools', tool, run));
        });
        record.set('initialize', {
            capabilities: client.getServerCapabilities(),
            serverInfo: client.getServerVersion(),
            instructions: run.way === 'direct' ? client.getInstructions() : workersPart(client.getInstructions(), run)
        });
        await pause(700); // server-everything looks at its client's roots a while after the start
        for (const [at, call] of server.calls.entries()) {
            const [method, params, options] = JSON.parse(JSON.stringify(call).replaceAll('FOLDER', run.folder));
            if ((options.full && quick) || (options.legacy && run.era !== 'legacy')) continue;
            seen.notifications.length = 0;
            seen.asked.length = 0;
            record.set(named(call, at), await outcome(ask, seen, method, params, options));
        }
    } finally {
        await client.close();
    }
    return new Map([...record].map(([step, what]) => [step, normal(what, run)]));
}

async function outcome(ask, seen, method, params, { progress, abortAfter, until: awaited }) {
    const reports = [];
    const options = { timeout: WAIT_MILLIS_MAX };
    if (progress) options.onprogress = report => reports.push(report);
    if (abortAfter) options.signal = AbortSignal.timeout(abortAfter);
    const what = {};
    try {
        what.result = await ask(method, params, options);
    } catch (error) {
        what.error = abortAfter ? 'aborted' : { code: error.code, message: error.message, data: error.data };
    }
    if (awaited) {
        const told = () => seen.notifications.find(notification => notification.method === awaited);
        await until(awaited, WAIT_MILLIS_MAX, told).catch(error => (what.error = error.message));
        what.told = told() && { method: awaited, params: awaited.endsWith('/message') ? Object.keys(told().params ?? {}).sort() : told().params };
    }
    // The last report comes with the answer, after which a client may drop it.
    if (progress) what.progress = reports.filter(report => report.progress !== report.total);
    what.asked = [...seen.asked];
    return what;
}

/** Where two values differ, each as a path and both sides. */
function differences(a, b, path = '') {
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    const bothObjects = [a, b].every(value => value !== null && typeof value === 'object');
    if (!bothObjects || Array.isArray(a) !== Array.isArray(b)) return [[path || '/', a, b]];
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap(key => differences(a[key], b[key], `${path}/${key}`));
}

const shown = value => (JSON.stringify(value) ?? 'nothing').slice(0, 160);
const rows = [];
let unexpected = 0;

/** The command line of a published server. */
const program = ({ package: name }) => ['node', join(folder, 'node_modules', name.slice(0, name.lastIndexOf('@')), 'dist', 'index.js')];
const clientOf = era => (era === 'legacy' ? 'legacy' : 'auto'); // of a server that speaks 2025-11-25 only

/** A run with files of its own. */
function runOf(name, era, way, server, more = {}) {
    const run = { era, way, base: join(folder, 'work', `${name}-${era}`, way), ...more };
    run.folder = join(run.base, 'files');
    mkdirSync(run.folder, { recursive: true });
    server.prepare?.(run.folder);
    return run;
}

/** The workspace of a gateway with this configuration. */
function workspace(base, yaml) {
    mkdirSync(base, { recursive: true });
    writeFileSync(join(base, 'weathervane.yaml'), JSON.stringify(yaml)); // which is YAML, too
    return base;
}

async function compare(name, era) {
    const server = servers[name];
    const played = {};
    for (const way of ['direct', 'gateway']) {
        const run = runOf(name, era, way, server);
        const command = [...program(server), ...server.arguments(run.folder)];
        const front = [launcher, 'run', '--workspace', run.base, '--', ...command];
        const [clientEra, line] = way === 'direct' ? [clientOf(era), command] : [era, front];
        played[way] = await play(server, clientEra, run, line);
    }
    judge(name, era, played.direct, played.gateway);
}

async function compareOverHttp(era) {
    const name = 'everything-http';
    const server = servers.everything;
    const remote = await everythingOverHttp(program(server));
    try {
        const run = runOf(name, era, 'gateway', server);
        workspace(run.base, { workers: { initial: 'remote', releases: { remote: { url: remote.url.href } } } });
        const front = [launcher, 'serve', '--stdio', '--workspace', run.base];
        const [direct, gateway] = await Promise.all([
            play(server, clientOf(era), runOf(name, era, 'direct', server), remote.url),
            play(server, era, run, front)
        ]);
        judge(name, era, direct, gateway);
    } finally {
        await remote.end();
    }
}

/** The clients come at the same time, as those of several users do. None of the gateway's has roots: all servers would get them. */
async function compareTogether(era) {
    const name = 'together';
    const names = Object.keys(servers);
    const remote = await everythingOverHttp(program(servers.everything));
    const runs = Object.fromEntries(
        names.map(one => [one, ['direct', 'gateway'].map(way => runOf(`${name}-${one}`, era, way, servers[one]))])
    );
    const services = Object.fromEntries(
        names.map(one => {
            const { folder: files } = runs[one][1];
            Object.assign(runs[one][1], { prefix: `${one}_`, uris: servers[one].uris, roots: false });
            const variables = Object.entries(servers[one].environment?.(files) ?? {}).map(([key, value]) => `${key}=${value}`);
            const command = [...(variables.length ? ['env', ...variables] : []), ...program(servers[one]), ...servers[one].arguments(files)];
            return [one, { releases: { first: one === 'everything' ? { url: remote.url.href } : { command } } }];
        })
    );
    const front = await serveHttp(launcher, workspace(join(folder, 'work', `${name}-${era}`), { services }));
    try {
        const plays = names.flatMap(one => [
            play(servers[one], clientOf(era), runs[one][0], one === 'everything' ? remote.url : [...program(servers[one]), ...servers[one].arguments(runs[one][0].folder)]),
            play(servers[one], era, runs[one][1], front.url)
        ]);
        const played = await Promise.all(plays);
        names.forEach((one, at) => judge(`${one}-together`, era, played[2 * at], played[2 * at + 1]));
    } finally {
        await front.end();
        await remote.end();
    }
}

function judge(name, era, direct, gateway) {
    const row = { server: name, era, steps: direct.size, same: 0, expected: 0, unexpected: 0 };
    for (const [step, what] of direct) {
        const found = differences(what, gateway.get(step));
        const surprises = found.filter(([path]) => !reason(name, era, step, path));
        row[!found.length ? 'same' : surprises.length ? 'unexpected' : 'expected']++;
        for (const [path, a, b] of found) {
            console.log(`${name} ${era} ${step} ${path}: ${reason(name, era, step, path) ?? 'NOT EXPECTED'}`);
            console.log(`    direct  ${shown(a)}\n    gateway ${shown(b)}`);
        }
    }
    unexpected += row.unexpected;
    rows.push(row);
}

/** Why this difference is meant; nothing when it is not. The number of a step is left out in the list. */
function reason(name, era, step, path) {
    const fits = (listed, actual) => listed === '*' || listed === actual;
    return expected.find(
        ([s, e, what, where]) =>
            (fits(s, name) || name.startsWith(`${s}-`)) && fits(e, era) && fits(what, step.replace(/^\d+:/, '')) && `${path}/`.startsWith(`${where}/`)
    )?.[4];
}

/** Plays that are chosen; those of --quick leave out what others show as well. */
const eras = ['legacy', '2026-07-28'];
const plays = [
    ...Object.keys(servers).flatMap(name =>
        eras.filter(era => !quick || era === 'legacy' || name === 'everything').map(era => [name, era, () => compare(name, era)])
    ),
    ...eras.filter(era => !quick || era === 'legacy').map(era => ['everything-http', era, () => compareOverHttp(era)]),
    ...eras.filter(era => !quick || era !== 'legacy').map(era => ['together', era, () => compareTogether(era)])
];
rmSync(join(folder, 'work'), { recursive: true, force: true });
for (const [name, era, run] of plays.filter(([name]) => !only.length || only.includes(name))) {
    const begun = Date.now();
    try {
        await run();
    } catch (error) {
        unexpected++;
        console.log(`${name} ${era}: could not be played to the end: ${error.stack}`);
    }
    console.log(`${name} ${era}: played in ${Math.round((Date.now() - begun) / 1000)} s`);
}
console.log();
console.table(rows);
console.log(unexpected ? `${unexpected} unexpected differences` : 'no unexpected difference');
process.exit(unexpected ? 1 : 0);
