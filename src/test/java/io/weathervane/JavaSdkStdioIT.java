package io.weathervane;

import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.weathervane.testing.ServerProcess;
import java.nio.file.Path;
import java.util.List;

/** The official Java SDK's client with the server as its child, on stdin and stdout. */
class JavaSdkStdioIT extends JavaSdkSteps {
    @Override
    McpClientTransport transport(Path workspace) throws Exception {
        List<String> command = ServerProcess.weathervane("serve", "--stdio", "--workspace", workspace.toString());
        ServerParameters server = ServerParameters.builder(command.get(0))
                .args(command.subList(1, command.size()))
                .build();
        return new StdioClientTransport(server, McpJsonDefaults.getMapper());
    }
}
