// @modelcontextprotocol/sdk 1.x: sdk1.mjs URL, or sdk1.mjs stdio COMMAND ...
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { agree, finish, RESOURCE, sdkSteps, until } from './steps.mjs';

const [target, command, ...args] = process.argv.slice(2);

/** With the arguments of the other major version. */
class Client1 extends Client {
    callTool(params, options) {
        return super.callTool(params, undefined, options);
    }
}

const client = new Client1({ name: 'interop-sdk1', version: '1' }, { capabilities: { elicitation: {} } });
client.setRequestHandler(ElicitRequestSchema, ({ params }) => agree(params));

async function connect() {
    await client.connect(
        target === 'stdio'
            ? new StdioClientTransport({ command, args, env: process.env, stderr: 'inherit' })
            : new StreamableHTTPClientTransport(new URL(target))
    );
    return `${client.getServerVersion().name} ${client.getServerVersion().version}`;
}

async function watchFlags(change) {
    let updates = 0;
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
        updates += params.uri === RESOURCE ? 1 : 0;
    });
    await client.subscribeResource({ uri: RESOURCE });
    await change();
    await until('resources/updated', () => updates > 0);
    await client.unsubscribeResource({ uri: RESOURCE });
}

await sdkSteps(client, connect, watchFlags);
finish();
