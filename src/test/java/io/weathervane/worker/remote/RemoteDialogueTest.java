package io.weathervane.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.WorkerInputReply;
import io.weathervane.worker.WorkerInputRequest;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What servers over HTTP say beside their answers. */
class RemoteDialogueTest {
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

    private InterceptingProxy server(boolean modern) throws Exception {
        return modern ? remote.modern() : remote.legacy();
    }

    /** A client that listens, and answers what it is asked. */
    private static final class Client extends SilentCallContext {
        final List<Double> progress = new CopyOnWriteArrayList<>();
        final List<ObjectNode> log = new CopyOnWriteArrayList<>();
        final List<String> questions = new CopyOnWriteArrayList<>();
        private final String name;

        Client(String name) {
            this.name = name;
        }

        @Override
        public void progress(double done, OptionalDouble total, Optional<String> message) {
            progress.add(done);
        }

        @Override
        public void message(ObjectNode params) {
            log.add(params);
        }

        @Override
        public ObjectNode meta() {
            return JsonRpcCodec.JSON.createObjectNode().put("progressToken", "mine");
        }

        @Override
        public Optional<String> logLevel() {
            return Optional.of("info");
        }

        @Override
        public Optional<Object> audience() {
            return Optional.of(name);
        }

        @Override
        public ObjectNode clientCapabilities() {
            return JsonRpcCodec.JSON.readValue("{\"sampling\":{},\"elicitation\":{}}", ObjectNode.class);
        }

        @Override
        public CompletableFuture<WorkerInputReply> ask(WorkerInputRequest question) {
            questions.add(question.method());
            ObjectNode answer = JsonRpcCodec.JSON
                    .createObjectNode()
                    .put("role", "assistant")
                    .put("model", "m");
            answer.putObject("content").put("type", "text").put("text", "said " + name);
            return CompletableFuture.completedFuture(new WorkerInputReply.Answer(answer));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void progressAndLogMessagesReachTheCallsOwnClient(boolean modern) throws Exception {
        WorkerManager manager = remote.start(server(modern).uri());
        Client client = new Client("ann");

        RemoteFixture.call(manager, "test_tool_with_progress", "{}", client);
        RemoteFixture.call(manager, "test_tool_with_logging", "{}", client);

        assertThat(client.progress).containsExactly(0.0, 50.0, 100.0);
        assertThat(client.log).hasSize(3);
    }

    @Test
    void aLegacyServersQuestionNamesItsCallByItsStream() throws Exception {
        WorkerManager manager = remote.start(remote.legacy().uri());
        Client ann = new Client("ann");
        Client bob = new Client("bob");
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<ObjectNode> other = CompletableFuture.supplyAsync(() -> {
            begun.countDown();
            return RemoteFixture.call(manager, "test_sampling", "{\"prompt\":\"two\"}", bob);
        });
        begun.await();

        String answer = RemoteFixture.text(RemoteFixture.call(manager, "test_sampling", "{\"prompt\":\"one\"}", ann));

        assertThat(answer).contains("said ann");
        assertThat(RemoteFixture.text(other.join())).contains("said bob");
        assertThat(ann.questions).containsExactly("sampling/createMessage");
        assertThat(bob.questions).containsExactly("sampling/createMessage");
    }

    @Test
    void aModernServersQuestionsEndItsCall() throws Exception {
        WorkerManager manager = remote.start(remote.modern().uri());

        ObjectNode result = RemoteFixture.call(manager, "test_input_required_result_sampling", "{}", new Client("ann"));

        assertThat(result.path("resultType").asString("")).isEqualTo("input_required");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void changedListsAreAskedForAgain(boolean modern) throws Exception {
        InterceptingProxy proxy = server(modern);
        WorkerManager manager = remote.start(proxy.uri());
        Await.until(
                "the stream for what is said unasked is open",
                () -> modern
                        ? proxy.count("subscriptions/listen") == 1
                        : proxy.seen.stream()
                                .anyMatch(request -> request.method().equals("GET")));
        long before = proxy.count("\"tools/list\"");

        Await.until("the worker's change is heard", () -> {
            RemoteFixture.call(manager, "test_trigger_tool_change", "{}");
            return proxy.count("\"tools/list\"") > before;
        });
    }

    @Test
    void aStreamThatBreaksIsOpenedAgainAndWhatWasMissedIsAskedFor() throws Exception {
        InterceptingProxy proxy = remote.modern();
        var usual = proxy.intercept;
        proxy.intercept = request -> request.has("subscriptions/listen") && proxy.count("subscriptions/listen") == 0
                ? Optional.of(InterceptingProxy.Reply.brokenStream(": hello\n\n"))
                : usual.apply(request);
        WorkerManager manager = remote.start(proxy.uri());
        long before = proxy.count("\"tools/list\"");

        Await.until("it is opened again", () -> proxy.count("subscriptions/listen") == 2);
        Await.until("the lists are asked for again", () -> proxy.count("\"tools/list\"") > before);
        assertThat(manager.tools()).isNotEmpty();
    }

    @Test
    void argumentsAreSentInHeadersWhereTheToolsSchemaWantsIt() throws Exception {
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(proxy.uri());

        RemoteFixture.call(manager, "test_custom_header", "{\"region\":\"Zürich\"}");

        assertThat(proxy.seen)
                .filteredOn(request -> request.has("\"tools/call\""))
                .singleElement()
                .satisfies(call -> assertThat(call.header("Mcp-Param-Region")).contains("=?base64?WsO8cmljaA==?="));
    }

    @Test
    void promptsAndResourcesAreServedAsTheToolsAre() throws Exception {
        WorkerManager manager = remote.start(remote.modern().uri());

        assertThat(manager.content().list(WorkerListKind.PROMPTS)).isNotEmpty();
        assertThat(manager.content().list(WorkerListKind.RESOURCES)).isNotEmpty();
    }
}
