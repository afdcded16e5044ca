// A server of @modelcontextprotocol/server 2.x for remote.mjs: worker-sdk2.mjs modern|legacy PORT
//   modern: 2026-07-28 by createMcpHandler, and nothing older; legacy: 2025-11-25 with sessions
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { acceptedContent, createMcpHandler, inputRequired, inputResponse, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const [era, port] = process.argv.slice(2);
const text = value => ({ content: [{ type: 'text', text: String(value) }] });
const place = z.object({ place: z.string() });
const pause = () => new Promise(resolve => setTimeout(resolve, 100)); // reports that come at once are thinned out
let cancelled = 0;

/** Asks by the result: what a client of 2025-11-25 cannot read, the SDK turns into a request of its own. */
function makeServer() {
    const mcp = new McpServer({ name: 'worker-sdk2', version: '1' }, { capabilities: { tools: {} } });
    const none = z.object({});
    mcp.registerTool('say', { inputSchema: z.object({ words: z.string() }) }, ({ words }) => text(words));
    mcp.registerTool('session', { inputSchema: none }, (_, context) => text(context.sessionId));
    mcp.registerTool('cancelled', { inputSchema: none }, () => text(cancelled));
    mcp.registerTool('count', { inputSchema: z.object({ steps: z.number() }) }, async ({ steps }, context) => {
        for (let progress = 1; progress <= steps; progress++) {
            const params = { progressToken: context.mcpReq._meta.progressToken, progress, total: steps };
            await context.mcpReq.notify({ method: 'notifications/progress', params });
            await pause();
        }
        return text(steps);
    });
    mcp.registerTool('hang', { inputSchema: none }, (_, { mcpReq }) => {
        return new Promise(resolve => mcpReq.signal.addEventListener('abort', () => resolve(text(++cancelled))));
    });
    mcp.registerTool('elicit', { inputSchema: none }, (_, { mcpReq }) => {
        const said = acceptedContent(mcpReq.inputResponses, 'where', place);
        const where = () => inputRequired.elicit({ message: 'Where?', requestedSchema: place });
        return said ? text(said.place) : inputRequired({ inputRequests: { where: where() } });
    });
    mcp.registerTool('sample', { inputSchema: none }, (_, { mcpReq }) => {
        const said = inputResponse(mcpReq.inputResponses, 'it');
        const messages = [{ role: 'user', content: { type: 'text', text: 'Say it.' } }];
        const it = () => inputRequired.createMessage({ messages, maxTokens: 9 });
        return said.kind === 'sampling' ? text(said.result.content.text) : inputRequired({ inputRequests: { it: it() } });
    });
    return mcp;
}

const sessions = new Map();

async function inSession(request, response) {
    let transport = sessions.get(request.headers['mcp-session-id']);
    if (!transport) {
        transport = new NodeStreamableHTTPServerTransport({
            sessionIdGenerator: randomUUID,
            onsessioninitialized: id => void sessions.set(id, transport),
            onsessionclosed: id => void sessions.delete(id)
        });
        await makeServer().connect(transport);
    }
    await transport.handleRequest(request, response);
}

const serve = era === 'modern' ? toNodeHandler(createMcpHandler(makeServer, { legacy: 'reject' })) : inSession;
createServer(serve).listen(Number(port), '127.0.0.1');
