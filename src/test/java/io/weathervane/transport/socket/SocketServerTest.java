package io.weathervane.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.Await;
import io.weathervane.testing.FakeTicker;
import io.weathervane.testing.RecordingSocketProxy;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class SocketServerTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final ScriptedTools tools = new ScriptedTools();
    private final McpDispatcher dispatcher =
            TestDispatchers.of(new ServerInfo("test", "Test", "1", "none"), tools.registry());
    private final List<RecordingSocketProxy> watches = new ArrayList<>();
    private Path state;
    private WorkspaceLock lock;

    @BeforeEach
    void lockWorkspace() throws IOException {
        state = Files.createDirectory(folder.resolve("state"));
        lock = WorkspaceLock.tryAcquire(state, SmallServer.owner()).orElseThrow();
    }

    @AfterEach
    void release() throws IOException {
        lock.close();
        dispatcher.close();
        for (RecordingSocketProxy watch : watches) {
            watch.close();
        }
    }

    @Test
    void refusesAProcessThatItStartedItself() throws Exception {
        try (SocketServer server = SocketServer.start(lock, TestDispatchers.lines(dispatcher), Ticker.system());
                SocketClient person = SocketClient.connect(state)) {
            // Who it is, is found before a child starts, which holds this process's end of the connection for a moment.
            assertServed(person);
            for (String way : List.of("named", "unnamed")) {
                assertThat(output(UnixCaller.class, server.path().toString(), way))
                        .contains("a process that this server started");
            }
            assertServed(person);
        }
    }

    private static void assertServed(SocketClient person) throws Exception {
        assertThat(person.request("ping", JsonRpcCodec.JSON.createObjectNode(), LONG, message -> {}))
                .as("a caller that is no child")
                .isInstanceOf(JsonRpcMessage.Success.class);
    }

    private static String output(Class<?> program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of(program.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString(),
                program.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(child.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** A connection that writes late found the socket closed, and lost the sentence with it. */
    @Test
    void tellsARefusedConnectionThatWritesLateWhyItIsRefused() throws Exception {
        List<SocketClient> clients = new ArrayList<>();
        try (SocketServer server = SocketServer.start(lock, TestDispatchers.lines(dispatcher), Ticker.system())) {
            for (int i = 0; i < SocketServer.CONNECTIONS_MAX; i++) {
                clients.add(SocketClient.connect(state));
                assertThat(list(clients.get(i))).isInstanceOf(JsonRpcMessage.Success.class);
            }
            try (SocketChannel late = SocketChannel.open(UnixDomainSocketAddress.of(server.path()))) {
                String refusal = new String(ChannelStreams.in(late).readNBytes(1), StandardCharsets.UTF_8);
                ChannelStreams.out(late).write("{\"jsonrpc\":\"2.0\",\"id\":1}\n".getBytes(StandardCharsets.UTF_8));
                refusal += new String(ChannelStreams.in(late).readAllBytes(), StandardCharsets.UTF_8);

                assertThat(refusal).contains("32 connections").endsWith("\n");
            }
        } finally {
            clients.forEach(SocketClient::close);
        }
    }

    @Test
    void saysHowToStartAServerWhenThereIsNone() {
        assertThatThrownBy(() -> SocketClient.connect(state))
                .isInstanceOf(ServerUnreachableException.class)
                .hasMessageContaining("weathervane.sock")
                .hasMessageContaining("scripts/weathervane serve");
    }

    @Test
    void giveUpWhenTheAnswerDoesNotComeInTimeAndCancelsTheCall() throws Exception {
        try (SocketServer server = watched();
                SocketClient client = SocketClient.connect(state)) {
            assertThatThrownBy(() -> call(client, "wait", "{}", Duration.ofSeconds(1)))
                    .isInstanceOf(ServerUnreachableException.class)
                    .hasMessageContaining("1000 ms")
                    .hasMessageContaining("unknown");
            assertThat(server.path()).exists();
            assertThat(tools.stopped.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void tellsItsClientWhenTheServerGoesAwayBeforeTheAnswer() throws Exception {
        SocketServer server = watched();
        try (SocketClient client = SocketClient.connect(state)) {
            Thread closer = new Thread(() -> {
                tools.waiting.acquireUninterruptibly();
                server.close();
            });
            closer.start();

            assertThatThrownBy(() -> call(client, "wait", "{}", LONG))
                    .isInstanceOf(ServerUnreachableException.class)
                    .hasMessageContaining("went away");
            closer.join();
        }
        assertThat(server.path()).doesNotExist();
    }

    @Test
    void refusesOneConnectionTooManyWithASentenceAndServesTheOthers() throws Exception {
        List<SocketClient> clients = new ArrayList<>();
        try (SocketServer server = watched()) {
            for (int i = 0; i < SocketServer.CONNECTIONS_MAX; i++) {
                clients.add(SocketClient.connect(state));
            }
            assertThat(list(clients.get(31))).isInstanceOf(JsonRpcMessage.Success.class);
            try (SocketClient surplus = SocketClient.connect(state)) {
                Await.until("a refusal", () -> refusalOf(surplus).contains("32 connections"));
            }

            clients.remove(0).close();

            Await.until("room again", () -> {
                try (SocketClient next = SocketClient.connect(state)) {
                    return list(next) instanceof JsonRpcMessage.Success;
                } catch (ServerUnreachableException e) {
                    return false;
                }
            });
            assertThat(server.path()).exists();
        } finally {
            clients.forEach(SocketClient::close);
        }
    }

    @Test
    void takesThePlaceOfAStaleSocketAndOnlyItsUserMayConnect() throws Exception {
        Path socket = SocketPath.of(state);
        try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();

        try (SocketServer server = SocketServer.start(lock, TestDispatchers.lines(dispatcher), Ticker.system());
                SocketClient client = SocketClient.connect(state)) {
            assertThat(list(client)).isInstanceOf(JsonRpcMessage.Success.class);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())))
                    .isEqualTo("rw-------");
        }
        assertThat(state.resolve(".sock")).doesNotExist();
    }

    @Test
    void theCallerIsTheUserWhomTheOperatingSystemNames() throws Exception {
        try (SocketServer server = watched();
                SocketClient client = SocketClient.connect(state)) {
            JsonRpcMessage.Success said = (JsonRpcMessage.Success) call(client, "say", "{\"text\":\"hello\"}", LONG);

            assertThat(said.result().path("structuredContent").path("said").asString())
                    .isEqualTo("hello (" + Files.getOwner(server.path()).getName() + ")");
        }
    }

    @Test
    void progressIsHeardBeforeTheAnswer() throws Exception {
        List<String> heard = new ArrayList<>();
        try (SocketServer server = watched();
                SocketClient client = SocketClient.connect(state)) {
            ObjectNode params = ScriptedTools.json("{\"name\":\"steps\",\"_meta\":{\"progressToken\":\"t\"}}");
            client.request(
                    "tools/call",
                    params,
                    LONG,
                    told -> heard.add(told.params().path("message").asString()));

            assertThat(server.path()).exists();
        }
        assertThat(heard).containsExactly("one", "two", "three");
    }

    @Test
    void progressGivesTheCallTheWholeLimitAgain() throws Exception {
        FakeTicker ticker = new FakeTicker();
        CountDownLatch late = new CountDownLatch(1);
        Thread releaser = new Thread(() -> {
            tools.waiting.acquireUninterruptibly();
            Await.until("the limit is over but for the progress", () -> late.getCount() == 0);
            tools.release.release();
        });
        releaser.start();
        ObjectNode params = ScriptedTools.json("{\"name\":\"wait\",\"_meta\":{\"progressToken\":\"t\"}}");
        try (SocketServer server = watched();
                SocketClient client = SocketClient.connect(state, ticker)) {
            JsonRpcMessage.Response answer = client.request("tools/call", params, LONG, told -> {
                ticker.advance(LONG.multipliedBy(2));
                late.countDown();
            });

            assertThat(answer).isInstanceOf(JsonRpcMessage.Success.class);
            assertThat(server.path()).exists();
        }
        releaser.join();
    }

    @Test
    void aClientThatLeavesInTheMiddleOfALineHarmsNobody() throws Exception {
        try (SocketServer server = watched();
                SocketClient client = SocketClient.connect(state)) {
            try (SocketChannel rude = SocketChannel.open(UnixDomainSocketAddress.of(server.path()))) {
                ChannelStreams.out(rude).write("{\"jsonrpc\":\"2.0\",\"id\":1,\"meth".getBytes(StandardCharsets.UTF_8));
            }

            assertThat(list(client)).isInstanceOf(JsonRpcMessage.Success.class);
        }
    }

    @Test
    void servesAWorkspaceWhosePathIsTooLongForASocket() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("deep".repeat(30)));
        try (WorkspaceLock deepLock =
                        WorkspaceLock.tryAcquire(deep, SmallServer.owner()).orElseThrow();
                SocketServer server = SocketServer.start(deepLock, TestDispatchers.lines(dispatcher), Ticker.system());
                SocketClient client = SocketClient.connect(deep)) {
            assertThat(list(client)).isInstanceOf(JsonRpcMessage.Success.class);
            Files.delete(server.path());
            Files.delete(server.path().getParent());
        }
    }

    /** A server whose every message is checked against its generation's schema on the way to its client. */
    private SocketServer watched() throws IOException {
        SocketServer server = SocketServer.start(lock, TestDispatchers.lines(dispatcher), Ticker.system());
        watches.add(RecordingSocketProxy.before(server.path()));
        return server;
    }

    private static JsonRpcMessage.Response list(SocketClient client) {
        return client.request("tools/list", JsonRpcCodec.JSON.createObjectNode(), LONG, told -> {});
    }

    private static String refusalOf(SocketClient client) {
        return list(client) instanceof JsonRpcMessage.Failure failure ? failure.message() : "";
    }

    private static JsonRpcMessage.Response call(SocketClient client, String tool, String arguments, Duration limit) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("name", tool);
        params.set("arguments", ScriptedTools.json(arguments));
        return client.request("tools/call", params, limit, told -> {});
    }
}
