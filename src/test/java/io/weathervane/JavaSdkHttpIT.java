package io.weathervane;

import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.weathervane.testing.ServerProcess;
import java.nio.file.Path;

/** The official Java SDK's client over Streamable HTTP. */
class JavaSdkHttpIT extends JavaSdkSteps {
    private ServerProcess server;

    @Override
    McpClientTransport transport(Path workspace) throws Exception {
        server = ServerProcess.serve(workspace);
        return HttpClientStreamableHttpTransport.builder(
                        server.uri().resolve("/").toString())
                .endpoint("/mcp")
                .build();
    }

    @Override
    void stopServer() {
        server.close();
    }
}
