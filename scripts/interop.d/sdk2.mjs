// @modelcontextprotocol/client 2.x: sdk2.mjs legacy|auto|2026-07-28 URL, or ... stdio COMMAND ...
import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { agree, finish, RESOURCE, sdkSteps, until } from './steps.mjs';

const [era, target, command, ...args] = process.argv.slice(2);
const legacy = era === 'legacy';
const mode = legacy || era === 'auto' ? era : { pin: era };
const options = { versionNegotiation: { mode }, capabilities: { elicitation: {} } };
const client = new Client({ name: 'interop-sdk2', version: '1' }, options);
client.setRequestHandler('elicitation/create', ({ params }) => agree(params));

async function connect() {
    await client.connect(
        target === 'stdio'
            ? new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' })
            : new StreamableHTTPClientTransport(new URL(target))
    );
    assert.equal(client.getNegotiatedProtocolVersion(), legacy ? '2025-11-25' : '2026-07-28');
    return client.getNegotiatedProtocolVersion();
}

async function watchFlags(change) {
    let updates = 0;
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        updates += params.uri === RESOURCE ? 1 : 0;
    });
    const end = await (legacy ? subscribe() : listen());
    await change();
    await until('resources/updated', () => updates > 0);
    await end();
}

async function subscribe() {
    await client.subscribeResource({ uri: RESOURCE });
    return () => client.unsubscribeResource({ uri: RESOURCE });
}

async function listen() {
    const subscription = await client.listen({ resourceSubscriptions: [RESOURCE] });
    assert.deepEqual(subscription.honoredFilter.resourceSubscriptions, [RESOURCE]);
    return () => subscription.close();
}

await sdkSteps(client, connect, watchFlags);
finish();
