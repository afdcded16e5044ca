// The published servers, and what each is asked: the same calls, in the same order, directly and through the gateway.
// `uris` tells the server's own resources from those of others behind the same endpoint.
// A call is [METHOD, PARAMS, OPTIONS]. Options: progress (ask for it), abortAfter (milliseconds), until (a
// notification that has to come), legacy (not in 2026-07-28), full (left out by --quick).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tool = (name, args = {}, options = {}) => ['tools/call', { name, arguments: args }, options];
const prompt = (name, args) => ['prompts/get', { name, ...(args && { arguments: args }) }, {}];
const read = uri => ['resources/read', { uri }, {}];
const completed = (ref, name, value, context) => [
    'completion/complete',
    { ref, argument: { name, value }, ...(context && { context }) },
    {}
];
const DYNAMIC = 'demo://resource/dynamic/text/';
const TEXT = `${DYNAMIC}7`;
const GZIPPED = 'data:text/plain,hello%20hello%20hello';

export const everything = {
    package: '@modelcontextprotocol/server-everything@2026.8.31',
    uris: /^demo:/,
    arguments: () => [],
    calls: [
        ['ping', {}, { legacy: true }],
        ['tools/list', {}, {}],
        ['prompts/list', {}, {}],
        ['resources/list', {}, {}],
        ['resources/templates/list', {}, {}],
        tool('echo', { message: 'grüß Gott \u2028 \u{1F600}' }),
        tool('echo', { message: 'x'.repeat(200_000) }),
        tool('echo', {}),
        tool('echo', { message: 7 }),
        tool('no-such-tool', {}),
        tool('get-annotated-message', { messageType: 'error', includeImage: true }),
        tool('get-annotated-message', { messageType: 'debug' }),
        tool('get-annotated-message', { messageType: 'none' }),
        tool('get-env'),
        tool('get-resource-links', { count: 4 }),
        tool('get-resource-reference', { resourceType: 'Text', resourceId: 3 }),
        tool('get-resource-reference', { resourceType: 'Blob', resourceId: 4 }),
        tool('get-structured-content', { location: 'Chicago' }),
        tool('get-sum', { a: 0.1, b: 0.2 }),
        tool('get-sum', { a: 9007199254740991, b: -1e-7 }),
        tool('get-tiny-image'),
        tool('gzip-file-as-resource', { name: 'a.gz', data: GZIPPED, outputType: 'resource' }),
        tool('gzip-file-as-resource', { name: 'b.gz', data: GZIPPED, outputType: 'resourceLink' }),
        ['resources/list', {}, {}],
        read('demo://resource/session/b.gz'),
        tool('trigger-long-running-operation', { duration: 1, steps: 4 }, { progress: true }),
        tool('trigger-long-running-operation', { duration: 20, steps: 20 }, { abortAfter: 500 }),
        tool('echo', { message: 'after a cancelled call' }),
        tool('get-roots-list'),
        tool('trigger-elicitation-request'),
        tool('trigger-url-elicitation', { url: 'https://example.org/', elicitationId: 'one' }),
        tool('trigger-url-elicitation', { url: 'https://example.org/', elicitationId: 'two', errorPath: true }),
        tool('trigger-sampling-request', { prompt: 'say something', maxTokens: 7 }),
        tool('simulate-research-query', { topic: 'weather' }),
        prompt('simple-prompt'),
        prompt('args-prompt', { city: 'Oslo', state: 'none' }),
        prompt('args-prompt', {}),
        prompt('completable-prompt', { department: 'Sales', name: 'David' }),
        prompt('resource-prompt', { resourceType: 'Text', resourceId: '5' }),
        prompt('no-such-prompt'),
        read('demo://resource/static/document/features.md'),
        read(TEXT),
        read('demo://resource/dynamic/blob/8'),
        read('demo://resource/dynamic/text/none'),
        read('demo://no-such-resource'),
        completed({ type: 'ref/prompt', name: 'completable-prompt' }, 'department', 'S'),
        completed({ type: 'ref/prompt', name: 'completable-prompt' }, 'name', '', { arguments: { department: 'Sales' } }),
        completed({ type: 'ref/resource', uri: `${DYNAMIC}{resourceId}` }, 'resourceId', '1'),
        completed({ type: 'ref/prompt', name: 'no-such-prompt' }, 'department', 'S'),
        ['resources/subscribe', { uri: TEXT }, { legacy: true }],
        tool('toggle-subscriber-updates', {}, { legacy: true, until: 'notifications/resources/updated' }),
        tool('toggle-subscriber-updates', {}, { legacy: true }),
        ['resources/unsubscribe', { uri: TEXT }, { legacy: true }],
        ['logging/setLevel', { level: 'debug' }, { legacy: true }],
        tool('toggle-simulated-logging', {}, { legacy: true, full: true, until: 'notifications/message' }),
        tool('toggle-simulated-logging', {}, { legacy: true, full: true }),
        ['no/such/method', {}, {}]
    ]
};

const entity = (name, ...observations) => ({ name, entityType: 'station', observations });
const relation = { from: 'north', to: 'south', relationType: 'upwind of' };

export const memory = {
    package: '@modelcontextprotocol/server-memory@2026.8.31',
    uris: /^memory:/,
    arguments: () => [],
    environment: folder => ({ MEMORY_FILE_PATH: join(folder, 'memory.jsonl') }),
    calls: [
        ['tools/list', {}, {}],
        ['resources/list', {}, {}],
        ['prompts/list', {}, {}],
        tool('create_entities', { entities: [entity('north', 'cold'), entity('south', 'warm', 'dry')] }),
        tool('create_relations', { relations: [relation] }),
        tool('add_observations', { observations: [{ entityName: 'north', contents: ['wind 7'] }] }),
        tool('add_observations', { observations: [{ entityName: 'nowhere', contents: ['wind 7'] }] }),
        tool('create_entities', { entities: 'none' }),
        tool('read_graph'),
        read('memory://knowledge-graph'),
        tool('search_nodes', { query: 'wind' }),
        tool('open_nodes', { names: ['south'] }),
        tool('delete_observations', { deletions: [{ entityName: 'south', observations: ['dry'] }] }),
        tool('delete_relations', { relations: [relation] }),
        tool('delete_entities', { entityNames: ['north'] }),
        tool('read_graph')
    ]
};

export const filesystem = {
    package: '@modelcontextprotocol/server-filesystem@2026.8.31',
    uris: /^file:/,
    arguments: folder => [folder],
    keepsRoots: false, // a client with roots would replace the folder
    prepare(folder) {
        writeFileSync(join(folder, 'one.txt'), 'line 1\nline 2\nline 3\n');
        writeFileSync(join(folder, 'two.png'), Buffer.from('89504e470d0a1a0a', 'hex'));
    },
    calls: [
        ['tools/list', {}, {}],
        ['resources/list', {}, {}],
        tool('list_allowed_directories'),
        tool('read_text_file', { path: 'FOLDER/one.txt', head: 2 }),
        tool('read_file', { path: 'FOLDER/one.txt' }),
        tool('read_media_file', { path: 'FOLDER/two.png' }),
        tool('read_multiple_files', { paths: ['FOLDER/one.txt', 'FOLDER/none.txt'] }),
        tool('read_text_file', { path: '/etc/passwd' }),
        tool('read_text_file', { path: 'FOLDER/none.txt' }),
        tool('read_text_file', {}),
        tool('write_file', { path: 'FOLDER/three.txt', content: 'drei\n' }),
        tool('edit_file', { path: 'FOLDER/three.txt', edits: [{ oldText: 'drei', newText: 'three' }] }),
        tool('create_directory', { path: 'FOLDER/deep/er' }),
        tool('move_file', { source: 'FOLDER/three.txt', destination: 'FOLDER/deep/four.txt' }),
        tool('list_directory', { path: 'FOLDER' }),
        tool('list_directory_with_sizes', { path: 'FOLDER', sortBy: 'size' }),
        tool('directory_tree', { path: 'FOLDER' }),
        tool('search_files', { path: 'FOLDER', pattern: '**/*.txt' }),
        tool('get_file_info', { path: 'FOLDER/one.txt' })
    ]
};
