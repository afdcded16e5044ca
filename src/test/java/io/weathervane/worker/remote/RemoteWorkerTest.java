package io.weathervane.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.Await;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerView;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers over HTTP as workers. */
class RemoteWorkerTest {
    @TempDir
    Path folder;

    private RemoteFixture remote;

    @BeforeEach
    void setUp() {
        remote = new RemoteFixture(folder);
    }

    @AfterEach
    void tearDown() {
        remote.close();
    }

    @Test
    void aModernServerIsTheActiveWorker() throws Exception {
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(proxy.uri());

        WorkerView active = manager.view().active().orElseThrow();
        assertThat(active.program().protocol()).isEqualTo("mcp 2026-07-28");
        assertThat(active.pid()).isEmpty();
        assertThat(active.process().urls()).containsExactly(proxy.uri().toString());
        assertThat(manager.tools()).isNotEmpty();
        assertThat(RemoteFixture.text(RemoteFixture.call(manager, "test_simple_text", "{}")))
                .contains("simple text response");
        assertThat(manager.usage(Role.ACTIVE)).isEmpty();
        assertThat(manager.probeActive().ok()).isTrue();
        assertThat(proxy.seen)
                .filteredOn(request -> request.has("\"tools/call\""))
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.header("MCP-Protocol-Version")).contains("2026-07-28");
                    assertThat(call.header("Mcp-Method")).contains("tools/call");
                    assertThat(call.header("Mcp-Name")).contains("test_simple_text");
                    assertThat(call.header("Mcp-Session-Id")).isEmpty();
                });
    }

    @Test
    void aLegacyServerIsTheActiveWorkerAndItsSessionIsEnded() throws Exception {
        InterceptingProxy proxy = remote.legacy();
        WorkerManager manager = remote.start(proxy.uri());

        assertThat(manager.view().active().orElseThrow().program().protocol()).isEqualTo("mcp 2025-11-25");
        assertThat(RemoteFixture.text(RemoteFixture.call(manager, "test_simple_text", "{}")))
                .contains("simple text response");
        assertThat(manager.probeActive().ok()).isTrue();
        assertThat(proxy.seen)
                .filteredOn(request -> request.has("\"tools/call\""))
                .singleElement()
                .satisfies(call -> {
                    assertThat(call.header("MCP-Protocol-Version")).contains("2025-11-25");
                    assertThat(call.header("Mcp-Session-Id")).isPresent();
                });
        Await.until(
                "the stream for what belongs to no call is open",
                () -> proxy.seen.stream().anyMatch(request -> request.method().equals("GET")));

        manager.close();

        assertThat(proxy.seen).anyMatch(request -> request.method().equals("DELETE"));
    }

    @Test
    void aServerThatIsNotThereDoesNotStart() throws Exception {
        InterceptingProxy gone = remote.modern();
        gone.close();
        WorkerManager manager = remote.start(gone.uri());

        assertThat(manager.view().active()).isEmpty();
        assertThat(manager.view().notes()).anyMatch(note -> note.contains("no connection to " + gone.uri()));
        assertThatThrownBy(() -> manager.call(
                        "test_simple_text", io.weathervane.worker.SampleReleases.object(), WorkerCallContext.none()))
                .hasMessageContaining("is down");
    }
}
