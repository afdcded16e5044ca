// The steps every client takes, and how they are reported: one line each on stdout, STEP <tab> ok|FAILED <tab> detail.
import assert from 'node:assert/strict';

const STEP_MILLIS_MAX = 30_000;
export const OWN_TOOLS = ['mcp_admin_flags', 'kill_switch_engage', 'monitor_status', 'audit_query', 'evidence_collect'];
export const WORKERS_TOOL = 'echo';
export const RESOURCE = 'weathervane://flags';
export const PROMPT = 'incident_response';
export const GET_FLAG = { name: 'mcp_admin_flags', arguments: { action: 'get', flag: 'PROMPT_MODE' } };
export const UNKNOWN_FLAG = { name: 'mcp_admin_flags', arguments: { action: 'set', flags: { NO_SUCH_FLAG: '1' } } };
export const ENGAGE = { name: 'kill_switch_engage', arguments: { reason: 'interop' } };
export const RESET = {
    name: 'kill_switch_reset',
    arguments: { reason: 'interop', fix_reference: 'interop', force: true }
};
export const COLLECT = { name: 'evidence_collect', arguments: { title: 'interop' } };

console.debug = console.error; // stdout is for the report
let failed = false;
let label = [];

/** Lines begin with this from here on. */
export function labelled(text) {
    label = [text];
}

/** Takes a step; a failure is reported and never keeps the next step from being taken. */
export async function step(name, take, millisMax = STEP_MILLIS_MAX) {
    let timer;
    const tooLong = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${millisMax / 1000} s`)), millisMax);
    });
    try {
        const detail = await Promise.race([take(), tooLong]);
        line(name, 'ok', detail ?? '');
    } catch (error) {
        failed = true;
        line(name, 'FAILED', error?.message ?? error);
    } finally {
        clearTimeout(timer);
    }
}

function line(name, outcome, detail) {
    console.log([...label, name, outcome, String(detail).replace(/\s+/g, ' ').slice(0, 300)].join('\t'));
}

export function finish() {
    process.exit(failed ? 1 : 0);
}

export const text = result => result.content?.map(part => part.text ?? '').join('\n') ?? '';

export function includesAll(actual, expected, what) {
    const missing = expected.filter(name => !actual.includes(name));
    assert.ok(!missing.length, `${what} without ${missing.join(', ')}; there are: ${actual.join(', ')}`);
}

/** Waits until the condition holds: what comes beside the answers has no call that returns with it. */
export async function until(what, condition, millisMax = STEP_MILLIS_MAX / 2) {
    const end = Date.now() + millisMax;
    while (!(await condition())) {
        assert.ok(Date.now() < end, `${what}: not within ${millisMax / 1000} s`);
        await new Promise(resolve => setTimeout(resolve, 20));
    }
}

export function isToolError(result) {
    assert.equal(result.isError, true, 'isError is not true');
    assert.match(text(result), /NO_SUCH_FLAG/, 'the error does not name the flag');
}

/**
 * The steps of an SDK's client.
 *
 * @param client of either major version
 * @param connect connects it
 * @param watchFlags runs what it is given, and ends when the client has been told of a change of RESOURCE
 */
export async function sdkSteps(client, connect, watchFlags) {
    let tools = [];
    await step('connect', connect);
    await step('tools/list', async () => {
        await until('the worker is up', async () => {
            tools = (await client.listTools()).tools;
            return tools.some(tool => tool.name === WORKERS_TOOL);
        });
        includesAll(tools.map(tool => tool.name), OWN_TOOLS, 'tools/list');
        return `${tools.length} tools`;
    });
    await step('resources/list', async () => {
        const { resources } = await client.listResources();
        includesAll(resources.map(resource => resource.uri), [RESOURCE], 'resources/list');
        const { resourceTemplates } = await client.listResourceTemplates();
        assert.ok(resourceTemplates.length > 0, 'no resource template');
        return `${resources.length} resources, ${resourceTemplates.length} templates`;
    });
    await step('resources/read', async () => {
        const { contents } = await client.readResource({ uri: RESOURCE });
        assert.match(contents[0]?.text ?? '', /PROMPT_MODE/);
    });
    await step('prompts/list', async () => {
        const { prompts } = await client.listPrompts();
        includesAll(prompts.map(prompt => prompt.name), [PROMPT], 'prompts/list');
        return `${prompts.length} prompts`;
    });
    await step('prompts/get', async () => {
        const { messages } = await client.getPrompt({ name: PROMPT, arguments: {} });
        assert.ok(messages.length > 0 && messages[0].content.text?.length > 0, 'an empty prompt');
    });
    await step('tools/call', async () => {
        assert.match(text(await client.callTool(GET_FLAG)), /PROMPT_MODE = /);
        return readOnlyTools(client, tools);
    });
    await step('worker tool', async () => {
        assert.match(text(await client.callTool({ name: WORKERS_TOOL, arguments: { text: 'hello' } })), /hello/);
    });
    await step('tool error', async () => isToolError(await client.callTool(UNKNOWN_FLAG)));
    await step('progress', () => progress(client));
    await step('change', () => watchFlags(() => changeFlag(client)));
    await step('question', () => question(client));
    await step('close', () => client.close());
}

/** The SDK holds each result against the tool's output schema, and throws when it does not fit. */
async function readOnlyTools(client, tools) {
    const callable = tools.filter(tool => tool.annotations?.readOnlyHint && !tool.inputSchema.required?.length);
    for (const tool of callable) {
        const result = await client.callTool({ name: tool.name, arguments: {} });
        assert.ok(result.content.length > 0, `${tool.name}: no content`);
    }
    return `and ${callable.map(tool => tool.name).join(', ')}`;
}

async function progress(client) {
    const seen = [];
    const result = await client.callTool(COLLECT, { onprogress: report => seen.push(report.progress) });
    assert.ok(!result.isError, text(result));
    assert.ok(seen.length > 1, `${seen.length} progress notifications`);
    assert.ok(seen.every((value, i) => i === 0 || value > seen[i - 1]), `progress does not grow: ${seen}`);
    return `${seen.length} notifications`;
}

const questions = [];

/** The client's user, who agrees to all: the answer to an elicitation. */
export function agree({ message, requestedSchema }) {
    questions.push(message);
    const answers = Object.entries(requestedSchema.properties).map(([key, { type, enum: values }]) => {
        return [key, values?.[0] ?? { boolean: true, integer: 1, number: 1 }[type] ?? 'interop'];
    });
    return { action: 'accept', content: Object.fromEntries(answers) };
}

/** What is risky asks the client's user first. */
async function question(client) {
    assert.ok(!(await client.callTool(ENGAGE)).isError);
    const result = await client.callTool(RESET);
    assert.ok(!result.isError, text(result));
    assert.equal(questions.length, 1, 'questions to the user');
    assert.equal(result.structuredContent.reset, true, text(result));
    return questions[0];
}

async function changeFlag(client) {
    for (const mode of ['verbose', 'compact']) {
        const set = { action: 'set', flags: { PROMPT_MODE: mode } };
        assert.ok(!(await client.callTool({ name: 'mcp_admin_flags', arguments: set })).isError);
    }
}
