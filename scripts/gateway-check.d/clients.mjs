// The official clients in one form: connect, ask by method, what was noticed and what was asked back.
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';

const ROOTS = { roots: [{ uri: 'file:///weather', name: 'weather' }] };
const SAMPLED = { role: 'assistant', model: 'none', stopReason: 'endTurn', content: { type: 'text', text: 'something' } };
const capabilities = roots => ({ elicitation: { form: {}, url: {} }, sampling: {}, ...(roots && { roots: {} }) });

/** What the client's user says to a form: the same each time. */
function filled(params) {
    if (params.mode === 'url') return { action: 'accept' };
    const content = {};
    for (const [key, schema] of Object.entries(params.requestedSchema?.properties ?? {})) {
        content[key] = schema.default ?? SAMPLE[schema.format] ?? SAMPLE[schema.type] ?? choices(schema);
        if (schema.enum || schema.oneOf) content[key] = choices(schema)[0];
        if (schema.type === 'array') content[key] = choices(schema.items).slice(0, Math.max(1, schema.minItems ?? 1));
    }
    return { action: 'accept', content };
}
const SAMPLE = { string: 'weather', integer: 42, number: 4.5, boolean: true, email: 'a@example.org', uri: 'https://example.org/', date: '2026-07-28', 'date-time': '2026-07-28T12:00:00Z' };
const choices = schema => schema?.enum ?? (schema?.oneOf ?? schema?.anyOf)?.map(choice => choice.const) ?? ['weather'];

/**
 * @param era legacy: the SDK of major version 1; 2026-07-28 or auto: that of 2
 * @param target a command, or the URL of a server that runs
 */
export async function connect(era, target, environment, roots) {
    const seen = { notifications: [], asked: [] };
    const answer = (method, reply) => ({ params }) => {
        seen.asked.push({ method, params });
        return reply(params);
    };
    const replies = {
        'elicitation/create': filled,
        'sampling/createMessage': () => SAMPLED,
        ...(roots && { 'roots/list': () => ROOTS })
    };
    const name = { name: 'gateway-check', version: '1' };
    let client;
    if (era === 'legacy') {
        client = new Client1(name, { capabilities: capabilities(roots) });
        const schemas = {
            'elicitation/create': types.ElicitRequestSchema,
            'sampling/createMessage': types.CreateMessageRequestSchema,
            'roots/list': types.ListRootsRequestSchema
        };
        for (const [method, reply] of Object.entries(replies)) client.setRequestHandler(schemas[method], answer(method, reply));
    } else {
        const mode = era === 'auto' ? 'legacy' : { pin: era };
        client = new Client2(name, { versionNegotiation: { mode }, capabilities: capabilities(roots) });
        for (const [method, reply] of Object.entries(replies)) client.setRequestHandler(method, answer(method, reply));
    }
    client.fallbackNotificationHandler = async ({ method, params }) => void seen.notifications.push({ method, params });
    await client.connect(transport(era === 'legacy', target, environment));
    return { client, seen, ask: (method, params, options) => ask(client, era === 'legacy', method, params, options) };
}

function transport(first, target, environment) {
    if (target instanceof URL) {
        return new (first ? Http1 : Http2)(target);
    }
    const [command, ...args] = target;
    return new (first ? Stdio1 : Stdio2)({ command, args, env: { ...process.env, ...environment }, stderr: 'ignore' });
}

const METHODS = {
    'tools/list': 'listTools',
    'tools/call': 'callTool',
    'prompts/list': 'listPrompts',
    'prompts/get': 'getPrompt',
    'resources/list': 'listResources',
    'resources/templates/list': 'listResourceTemplates',
    'resources/read': 'readResource',
    'completion/complete': 'complete'
};

function ask(client, first, method, params, options) {
    if (method === 'tools/call') {
        return first ? client.request({ method, params }, types.ResultSchema, options) : client.callTool(params, options);
    }
    if (!first && METHODS[method]) {
        return client[METHODS[method]](params, options);
    }
    return first
        ? client.request({ method, params }, types.ResultSchema, options)
        : client.request({ method, params }, { '~standard': { version: 1, vendor: 'any', validate: value => ({ value }) } }, options);
}
