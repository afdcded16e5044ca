package io.weathervane.worker.remote;

import static io.weathervane.worker.TestWorkers.answeredBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.testing.Await;
import io.weathervane.testing.ReservedPort;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerManager;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Commands and servers over HTTP in each other's roles. */
class RemoteRolesTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"command", "url"})
    void eachReplacesTheOtherAndIsGoneBackTo(String active) throws Exception {
        InterceptingProxy server = remote.echo();
        boolean command = active.equals("command");
        remote.workers.with(SampleReleases.quick(command ? "old" : "new"));
        remote.workers.with(RemoteFixture.release(command ? "new" : "old", server.uri()));
        WorkerManager manager = remote.workers.start("old");

        manager.startCanary("new");
        manager.canaryWeight(100);
        assertThat(answeredBy(manager)).isEqualTo("new");
        assertThat(manager.tally(Role.CANARY).requests()).isEqualTo(1);

        manager.promote(SameTransactionWriter.none());
        assertThat(answeredBy(manager)).isEqualTo("new");
        assertThat(manager.view().previous().orElseThrow().label()).isEqualTo("old");
        assertThat(manager.preflightPrevious().ok()).isTrue();

        manager.switchToActive(change -> List.of());
        assertThat(answeredBy(manager)).isEqualTo("old");
        assertThat(remote.workers.exits).isEmpty();
    }

    @Test
    void aPromotedUrlIsActiveAfterARestartAndIsInNoRoleOfTheChildren() throws Exception {
        InterceptingProxy server = remote.echo();
        remote.workers.with(SampleReleases.quick("old")).with(RemoteFixture.release("new", server.uri()));
        WorkerManager first = remote.workers.start("old");
        first.startCanary("new");
        first.promote(SameTransactionWriter.none());
        first.close();

        WorkerManager second = remote.workers.start("old");

        assertThat(second.view().active().orElseThrow().label()).isEqualTo("new");
        assertThat(second.view().active().orElseThrow().process().urls())
                .containsExactly(server.uri().toString());
        assertThat(answeredBy(second)).isEqualTo("new");
        second.close();
        JsonNode file = JsonRpcCodec.JSON.readTree(Files.readAllBytes(remote.workers.json()));
        assertThat(file.at("/active/pid").isNull()).isTrue();
        assertThat(file.at("/active/urls/0").asString(""))
                .isEqualTo(server.uri().toString());
    }

    @Test
    void aCallWhoseCanaryCannotBeReachedGoesToTheActiveWorker() throws Exception {
        InterceptingProxy server = remote.echo();
        remote.workers.with(SampleReleases.quick("old")).with(RemoteFixture.release("new", server.uri()));
        WorkerManager manager = remote.workers.start("old");
        manager.startCanary("new");
        manager.canaryWeight(100);

        server.close();

        assertThat(answeredBy(manager)).isEqualTo("old");
        assertThat(manager.tally(Role.CANARY).errors())
                .as("it counts against the canary")
                .isEqualTo(1);
        assertThatThrownBy(() -> manager.promote(SameTransactionWriter.none()))
                .isInstanceOf(WorkerActionRefusedException.class)
                .hasMessageContaining("is not healthy", "no connection to " + server.uri());
    }

    @Test
    void aServerThatComesLaterIsConnectedTo() throws Exception {
        ReservedPort port = remote.port();
        remote.workers.with(RemoteFixture.release("late", URI.create("http://127.0.0.1:" + port.number() + "/mcp")));
        WorkerManager manager = remote.workers.start("late", RemoteFixture.connectingAgain());
        assertThat(manager.view().active()).isEmpty();

        remote.modernOn(port);

        Await.until("it is connected to", () -> manager.view().active().isPresent());
    }
}
