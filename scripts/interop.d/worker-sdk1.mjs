// A server of @modelcontextprotocol/sdk 1.x with sessions, for remote.mjs: worker-sdk1.mjs legacy PORT
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

const port = Number(process.argv[3]);
const text = value => ({ content: [{ type: 'text', text: String(value) }] });
const pause = () => new Promise(resolve => setTimeout(resolve, 100)); // reports that come at once are thinned out
let cancelled = 0;

function makeServer() {
    const mcp = new McpServer({ name: 'worker-sdk1', version: '1' }, { capabilities: { tools: {} } });
    mcp.registerTool('say', { inputSchema: { words: z.string() } }, ({ words }) => text(words));
    mcp.registerTool('session', {}, extra => text(extra.sessionId));
    mcp.registerTool('cancelled', {}, () => text(cancelled));
    mcp.registerTool('count', { inputSchema: { steps: z.number() } }, async ({ steps }, extra) => {
        for (let progress = 1; progress <= steps; progress++) {
            const params = { progressToken: extra._meta.progressToken, progress, total: steps };
            await extra.sendNotification({ method: 'notifications/progress', params });
            await pause();
        }
        return text(steps);
    });
    mcp.registerTool('hang', {}, extra => {
        return new Promise(resolve => extra.signal.addEventListener('abort', () => resolve(text(++cancelled))));
    });
    mcp.registerTool('elicit', {}, async () => {
        const requestedSchema = { type: 'object', properties: { place: { type: 'string' } }, required: ['place'] };
        const { content } = await mcp.server.elicitInput({ message: 'Where?', requestedSchema });
        return text(content.place);
    });
    mcp.registerTool('sample', {}, async () => {
        const messages = [{ role: 'user', content: { type: 'text', text: 'Say it.' } }];
        const { content } = await mcp.server.createMessage({ messages, maxTokens: 9 });
        return text(content.text);
    });
    return mcp;
}

const sessions = new Map();
createServer(async (request, response) => {
    let transport = sessions.get(request.headers['mcp-session-id']);
    if (!transport) {
        transport = new StreamableHTTPServerTransport({
            sessionIdGenerator: randomUUID,
            onsessioninitialized: id => void sessions.set(id, transport),
            onsessionclosed: id => void sessions.delete(id)
        });
        await makeServer().connect(transport);
    }
    await transport.handleRequest(request, response);
}).listen(port, '127.0.0.1');
