package io.weathervane.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three assistants on one workspace, each with a packaged server of its own. */
class StdioTakeoverIT {
    private static final String HELLO =
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";

    @TempDir
    private Path workspace;

    private final List<StdioClient> clients = new ArrayList<>();

    @AfterEach
    void endAll() {
        clients.forEach(StdioClient::close);
    }

    @Test
    void whatOneHasSetTheOthersReadAlsoAfterItsServerIsKilled() throws Exception {
        ServerProcess.configure(workspace, "", "stable");
        StdioClient owner = initialized();
        initialized();
        initialized();
        int set = owner.send(
                "tools/call",
                "{\"name\":\"mcp_admin_flags\",\"arguments\":{\"action\":\"set\",\"flags\":{\"PROMPT_MODE\":\"verbose\"}}}");
        assertThat(owner.text(set)).contains("PROMPT_MODE: compact -> verbose");
        // A flag is set without waiting for the worker.
        Await.until("the worker has begun", () -> owner.handle().children().count() == 1);
        Set<ProcessHandle> workers = owner.handle().children().collect(Collectors.toSet());

        owner.kill();

        for (StdioClient client : clients.subList(1, 3)) {
            int get = client.send(
                    "tools/call",
                    "{\"name\":\"mcp_admin_flags\",\"arguments\":{\"action\":\"get\",\"flag\":\"PROMPT_MODE\"}}");
            assertThat(client.text(get)).contains("verbose");
            Await.until(
                    "the worker's tools are listed", () -> client.toolNames().contains("get_forecast"));
            assertThat(client.text(client.call("get_forecast", "{\"city\":\"Oslo\"}")))
                    .contains("Oslo");
            assertThat(client.notJson()).isEmpty();
        }
        Await.until("the killed owner's worker is gone", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(WorkspaceLock.ownerOf(workspace.resolve("state")).map(WorkspaceOwnerInfo::pid))
                .get()
                .isIn(clients.get(1).pid(), clients.get(2).pid());
    }

    private StdioClient initialized() throws Exception {
        StdioClient client = StdioClient.packaged(workspace);
        clients.add(client);
        assertThat(client.answer(client.send("initialize", HELLO)).has("result"))
                .isTrue();
        return client;
    }
}
