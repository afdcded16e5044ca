// MCP Inspector's command line, one run of it for each step: inspector.mjs legacy|modern URL, or ... stdio COMMAND ...
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
    COLLECT, finish, GET_FLAG, includesAll, isToolError, OWN_TOOLS, PROMPT, RESOURCE, step, text, UNKNOWN_FLAG,
    WORKERS_TOOL
} from './steps.mjs';
import { progressIn, recorded } from './wire.mjs';

const [era, target, ...command] = process.argv.slice(2);
const server = await recorded(target, command);
const home = mkdtempSync(join(tmpdir(), 'interop-inspector-'));
const address = server.url ? ['--server-url', server.url] : ['--', ...server.command];

/** What the Inspector prints for a method; it ends with a code of its own for a tool's error. */
function inspect(method, ...options) {
    const args = ['--cli', '--protocol-era', era, '--format', 'json', '--method', method, ...options, ...address];
    return new Promise((resolve, reject) => {
        execFile('mcp-inspector', args, { env: { ...process.env, HOME: home } }, (error, stdout, stderr) => {
            const result = stdout.startsWith('{') ? JSON.parse(stdout).result : undefined;
            if (result && (!error || result.isError)) {
                resolve(result);
            } else {
                reject(new Error(`exit code ${error?.code}: ${stderr || stdout}`));
            }
        });
    });
}

const call = ({ name, arguments: args }, ...more) =>
    inspect('tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args), ...more);

await step('tools/list', async () => {
    const { tools } = await inspect('tools/list', '--strict');
    includesAll(tools.map(tool => tool.name), OWN_TOOLS, 'tools/list');
    return `${tools.length} tools, no schema problem`;
});
await step('resources/list', async () => {
    const { resources } = await inspect('resources/list');
    includesAll(resources.map(resource => resource.uri), [RESOURCE], 'resources/list');
    const { resourceTemplates } = await inspect('resources/templates/list');
    assert.ok(resourceTemplates.length > 0, 'no resource template');
    return `${resources.length} resources, ${resourceTemplates.length} templates`;
});
await step('resources/read', async () => {
    const { contents } = await inspect('resources/read', '--uri', RESOURCE);
    assert.match(contents[0]?.text ?? '', /PROMPT_MODE/);
});
await step('prompts/list', async () => {
    const { prompts } = await inspect('prompts/list');
    includesAll(prompts.map(prompt => prompt.name), [PROMPT], 'prompts/list');
    return `${prompts.length} prompts`;
});
await step('prompts/get', async () => {
    const { messages } = await inspect('prompts/get', '--prompt-name', PROMPT);
    assert.ok(messages.length > 0, 'an empty prompt');
});
await step('tools/call', async () => assert.match(text(await call(GET_FLAG)), /PROMPT_MODE = /));
await step('tool error', async () => isToolError(await call(UNKNOWN_FLAG)));
await step('progress', async () => {
    const before = progressIn(server.sent());
    const result = await call(COLLECT, '--tool-metadata', 'progressToken=interop');
    assert.ok(!result.isError, text(result));
    if (!server.sent().includes('"resultType":"task"')) {
        const count = progressIn(server.sent()) - before;
        assert.ok(count > 1, `${count} progress notifications on the wire`);
        return `${count} notifications on the wire; the Inspector prints none`;
    }
    // It declares the tasks extension, so that call is a task, whose end it asks for: no progress is sent for one. A
    // worker's tool never is, and echo tells once how far it is.
    assert.match(server.sent(), /"status":"completed"/);
    const echo = { name: WORKERS_TOOL, arguments: { text: 'interop' } };
    assert.match(text(await call(echo, '--tool-metadata', 'progressToken=interop')), /interop/);
    const count = progressIn(server.sent()) - before;
    assert.ok(count > 0, 'no progress notification of the worker on the wire');
    return `${WORKERS_TOOL}: ${count} on the wire; ${COLLECT.name} as a task, asked for until it was completed`;
});
server.close();
rmSync(home, { recursive: true });
finish();
