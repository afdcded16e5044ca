// Looks at what a server sends to a client that does not show all it gets.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server on stdio (a command) or HTTP (a URL), and what it has sent: `command` or `url` takes its place. */
export async function recorded(target, command) {
    return target === 'stdio' ? recordedStdio(command) : recordedHttp(new URL(target));
}

function recordedStdio(command) {
    const folder = mkdtempSync(join(tmpdir(), 'interop-wire-'));
    const copy = join(folder, 'sent');
    return {
        command: ['/bin/sh', '-c', `"$@" | tee -a "${copy}"`, 'sh', ...command],
        sent: () => readFileSync(copy, 'utf8'),
        close: () => rmSync(folder, { recursive: true })
    };
}

async function recordedHttp(server) {
    let sent = '';
    const forward = (incoming, outgoing) => {
        const options = { method: incoming.method, headers: { ...incoming.headers, host: server.host } };
        const onwards = request(new URL(incoming.url, server), options, answer => {
            outgoing.writeHead(answer.statusCode, answer.headers);
            answer.on('data', bytes => (sent += bytes));
            answer.pipe(outgoing);
        });
        onwards.on('error', () => outgoing.destroy());
        outgoing.on('close', () => onwards.destroy());
        incoming.pipe(onwards);
    };
    const proxy = createServer(forward);
    await new Promise(listening => proxy.listen(0, '127.0.0.1', listening));
    const url = new URL(server);
    url.port = proxy.address().port;
    return {
        url: url.href,
        sent: () => sent,
        close: () => {
            proxy.closeAllConnections();
            proxy.close();
        }
    };
}

/** How many progress notifications are among what was sent. */
export const progressIn = sent => sent.split('"notifications/progress"').length - 1;
