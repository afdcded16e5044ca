// Claude Code: claude-code.mjs URL, or claude-code.mjs stdio COMMAND ...
//
// `claude mcp add` and `claude mcp list` first. Then a whole session of `claude -p`: the model that it talks to is a
// small server here that asks for one tool after the other, so no account is needed and nothing leaves this machine.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
    COLLECT, finish, GET_FLAG, includesAll, OWN_TOOLS, PROMPT, RESOURCE, step, UNKNOWN_FLAG
} from './steps.mjs';
import { progressIn, recorded } from './wire.mjs';

const SERVER = 'weathervane';
const [target, ...command] = process.argv.slice(2);
const server = await recorded(target, command);
const home = mkdtempSync(join(tmpdir(), 'interop-claude-'));
const own = call => ({ name: `mcp__${SERVER}__${call.name}`, input: call.arguments });
const asked = [
    own(GET_FLAG),
    own(UNKNOWN_FLAG),
    own(COLLECT),
    { name: 'ListMcpResourcesTool', input: { server: SERVER } },
    { name: 'ReadMcpResourceTool', input: { server: SERVER, uri: RESOURCE } }
];

/** The model: asks for the next tool while there is one, then says that it is done. Streams as the real one does. */
const prompts = [];
const model = createServer((request, response) => {
    let body = '';
    request.on('data', bytes => (body += bytes));
    request.on('end', () => {
        const { messages = [], tools = [] } = body ? JSON.parse(body) : {};
        const parts = messages.flatMap(message => message.content);
        prompts.push(...parts.map(part => part.text ?? part).filter(part => typeof part === 'string'));
        const done = parts.filter(part => part.type === 'tool_result').length;
        const call = tools.length ? asked[done] : undefined;
        response.setHeader('content-type', 'text/event-stream');
        for (const event of events(call, `toolu_${done}`)) {
            response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
        }
        response.end();
    });
});

function events(call, id) {
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = { id: 'msg', type: 'message', role: 'assistant', model: 'none', content: [], usage };
    const block = call ? { type: 'tool_use', id, name: call.name, input: {} } : { type: 'text', text: '' };
    const delta = call
        ? { type: 'input_json_delta', partial_json: JSON.stringify(call.input) }
        : { type: 'text_delta', text: 'done' };
    return [
        { type: 'message_start', message },
        { type: 'content_block_start', index: 0, content_block: block },
        { type: 'content_block_delta', index: 0, delta },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: call ? 'tool_use' : 'end_turn' }, usage },
        { type: 'message_stop' }
    ];
}

/** Runs claude with a home of its own; what it prints. */
function claude(...args) {
    const env = {
        PATH: process.env.PATH,
        HOME: home,
        ANTHROPIC_BASE_URL: `http://127.0.0.1:${model.address().port}`,
        ANTHROPIC_API_KEY: 'none',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
        ENABLE_TOOL_SEARCH: 'false', // else the tools are not listed to the model before it searches for them
        MCP_CONNECTION_NONBLOCKING: 'false' // the first turn waits for the server
    };
    return new Promise((resolve, reject) => {
        const run = execFile('claude', args, { cwd: home, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
            error ? reject(new Error(`exit code ${error.code}: ${stderr || stdout}`)) : resolve(stdout)
        );
        run.stdin.end();
    });
}

/** One session, as the objects that `claude -p` prints. */
async function session(prompt) {
    const output = ['--output-format', 'stream-json', '--verbose'];
    const allowed = ['--allowedTools', `mcp__${SERVER},ListMcpResourcesTool,ReadMcpResourceTool`];
    const printed = await claude('-p', prompt, ...output, ...allowed);
    return printed.trim().split('\n').map(line => JSON.parse(line));
}

await new Promise(listening => model.listen(0, '127.0.0.1', listening));

await step('connect', async () => {
    const address = server.url ? ['--transport', 'http', SERVER, server.url] : [SERVER, '--', ...server.command];
    await claude('mcp', 'add', '--scope', 'user', ...address);
    const listed = await claude('mcp', 'list');
    assert.match(listed, /weathervane: .*✔ Connected/, listed);
    return (await claude('--version')).trim();
});

let init = {};
let results = [];
await step('tools/list', async () => {
    const said = await session('go');
    init = said.find(message => message.subtype === 'init');
    results = said.filter(message => message.type === 'user').flatMap(message => message.message.content);
    includesAll(init.tools, OWN_TOOLS.map(name => `mcp__${SERVER}__${name}`), 'tools');
});
const result = number => {
    assert.ok(results[number], 'the session did not come so far');
    return { failed: results[number].is_error === true, text: JSON.stringify(results[number].content) };
};
await step('resources/list', async () => assert.match(result(3).text, new RegExp(RESOURCE)));
await step('resources/read', async () => assert.match(result(4).text, /PROMPT_MODE/));
await step('prompts/list', async () => includesAll(init.slash_commands, [`mcp__${SERVER}__${PROMPT}`], 'commands'));
await step('prompts/get', async () => {
    asked.length = 0;
    prompts.length = 0;
    await session(`/mcp__${SERVER}__${PROMPT}`);
    const [, first] = server.sent().match(/"messages":\[.*?"text":"(\w[\w ]*)/) ?? [];
    assert.ok(first, 'the prompt was not asked for');
    assert.ok(prompts.some(prompt => prompt.includes(first)), 'the prompt did not reach the model');
});
await step('tools/call', async () => {
    assert.equal(result(0).failed, false, result(0).text);
    assert.match(result(0).text, /PROMPT_MODE/);
});
await step('tool error', async () => {
    assert.equal(result(1).failed, true, 'is_error is not true');
    assert.match(result(1).text, /NO_SUCH_FLAG/);
});
await step('progress', async () => {
    assert.equal(result(2).failed, false, result(2).text);
    const count = progressIn(server.sent());
    assert.ok(count > 1, `${count} progress notifications on the wire`);
    return `${count} notifications on the wire`;
});

model.closeAllConnections();
model.close();
server.close();
rmSync(home, { recursive: true, force: true });
finish();
