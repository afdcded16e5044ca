// The published providers, each as a client with the same three methods: `read(type, key, fallback)` answers
// {value, reason, variant, errorCode} as the SDK gives it, `use(token)` hands over another token, `close()` ends it.
// A client that keeps values has `keepsValues`; `seen(since)`: when it had which reason since then; `statuses`: of the
// answers to its evaluations.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { createInterface } from 'node:readline';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { chromium } from 'playwright-core';

const READY_MILLIS_MAX = 60_000;
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @openfeature/server-sdk with @openfeature/ofrep-provider, in this process. */
export async function node(url, token) {
    let current = token;
    const headersFactory = () => [['Authorization', `Bearer ${current}`]];
    await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: url, headersFactory }));
    const client = OpenFeature.getClient();
    const details = {
        boolean: (key, fallback) => client.getBooleanDetails(key, fallback),
        number: (key, fallback) => client.getNumberDetails(key, fallback),
        string: (key, fallback) => client.getStringDetails(key, fallback)
    };
    return {
        name: 'node',
        read: (type, key, fallback) => details[type](key, fallback),
        use: async next => (current = next),
        close: () => OpenFeature.close()
    };
}

/** dev.openfeature:sdk with its OFREP provider: a program that reads requests from stdin. */
export async function java(command, url, token) {
    const child = spawn(command[0], [...command.slice(1), url, token], { stdio: ['pipe', 'pipe', 'inherit'] });
    process.on('exit', () => child.kill('SIGKILL'));
    const ended = new Promise(resolve => child.on('exit', resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (...words) => {
        child.stdin.write(`${words.join('\t')}\n`);
        const { value: line, done } = await lines.next();
        if (done) throw new Error('the Java program ended');
        const [value, reason, variant, errorCode] = line.split('\t');
        return { value, reason, variant, errorCode: errorCode || undefined };
    };
    const typed = { boolean: value => value === 'true', number: Number, string: value => value };
    return {
        name: 'java',
        read: async (type, key, fallback) => {
            const answer = await ask(type, key, fallback);
            return { ...answer, value: typed[type](answer.value) };
        },
        use: next => ask('token', next),
        close: async () => {
            child.stdin.end();
            await ended;
        }
    };
}

/** Serves the modules as npm has them, and a page that names them in an import map. */
export async function pages(folder, port) {
    const modules = '/node_modules/@openfeature';
    const imports = {
        '@openfeature/core': `${modules}/core/dist/esm/index.js`,
        '@openfeature/web-sdk': `${modules}/web-sdk/dist/esm/index.js`,
        '@openfeature/ofrep-web-provider': `${modules}/ofrep-web-provider/index.esm.js`,
        '@openfeature/ofrep-core': `${modules}/ofrep-web-provider/node_modules/@openfeature/ofrep-core/index.esm.js`
    };
    const page = `<!doctype html><title>flags</title><link rel="icon" href="data:,">
        <script type="importmap">${JSON.stringify({ imports })}</script>`;
    const server = createServer((request, response) => {
        const path = normalize(new URL(request.url, 'http://page').pathname);
        const file = join(folder, path);
        if (path === '/') {
            response.setHeader('Content-Type', 'text/html').end(page);
        } else if (path.startsWith('/node_modules/') && existsSync(file)) {
            response.setHeader('Content-Type', 'text/javascript').end(readFileSync(file));
        } else {
            response.writeHead(404).end();
        }
    });
    await new Promise(listening => server.listen(port, '127.0.0.1', listening));
    return () => new Promise(closed => server.close(closed).closeAllConnections());
}

/** Runs in the page. */
async function follow({ url, token }) {
    const { OpenFeature, ProviderEvents } = await import('@openfeature/web-sdk');
    const { OFREPWebProvider } = await import('@openfeature/ofrep-web-provider');
    globalThis.token = token;
    globalThis.seen = [];
    const headersFactory = () => [['Authorization', `Bearer ${globalThis.token}`]];
    const client = OpenFeature.getClient();
    globalThis.details = {
        boolean: (key, fallback) => client.getBooleanDetails(key, fallback),
        number: (key, fallback) => client.getNumberDetails(key, fallback),
        string: (key, fallback) => client.getStringDetails(key, fallback)
    };
    client.addHandler(ProviderEvents.ConfigurationChanged, () =>
        globalThis.seen.push({ at: Date.now(), reason: client.getBooleanDetails('NEW_PLANNER', true).reason }));
    await OpenFeature.setProviderAndWait(new OFREPWebProvider({ baseUrl: url, headersFactory }));
}

/** @openfeature/web-sdk with @openfeature/ofrep-web-provider, in a page of a real Chromium. */
export async function web(pageUrl, url, token) {
    const executablePath = process.env.CHROMIUM ?? BROWSERS.find(existsSync);
    if (!executablePath) throw new Error('there is no Chromium: install Debian\'s package chromium, or name one in CHROMIUM');
    const browser = await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage'], timeout: READY_MILLIS_MAX });
    const page = await browser.newPage();
    const errors = [];
    const statuses = [];
    page.on('pageerror', error => errors.push(String(error)));
    page.on('response', response => response.url().startsWith(`${url}/ofrep/v1/evaluate`) && statuses.push(response.status()));
    await page.goto(pageUrl);
    await page.evaluate(follow, { url, token });
    return {
        name: 'web',
        keepsValues: true,
        errors,
        statuses,
        read: (type, key, fallback) =>
            page.evaluate(([type, key, fallback]) => {
                const { value, reason, variant, errorCode } = globalThis.details[type](key, fallback);
                return { value, reason, variant, errorCode };
            }, [type, key, fallback]),
        seen: since => page.evaluate(since => globalThis.seen.filter(({ at }) => at >= since), since),
        use: next => page.evaluate(next => void (globalThis.token = next), next),
        close: () => browser.close()
    };
}
