package io.weathervane.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import io.weathervane.testing.Await;
import io.weathervane.testing.ReservedPort;
import io.weathervane.worker.Role;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerCallException.Kind;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.remote.InterceptingProxy.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a call when the server over HTTP does not answer it as it should. */
class RemoteFailuresTest {
    private static final String CALL = "\"tools/call\"";

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

    private static WorkerCallException failure(WorkerManager manager) {
        return catchThrowableOfType(
                WorkerCallException.class, () -> RemoteFixture.call(manager, "test_simple_text", "{}"));
    }

    private static String answer(WorkerManager manager) {
        return RemoteFixture.text(RemoteFixture.call(manager, "test_simple_text", "{}"));
    }

    /** Answers so many calls itself; all else, and later calls, go to the server. */
    private static void intercept(InterceptingProxy proxy, int times, Reply reply) {
        var before = proxy.intercept;
        AtomicInteger left = new AtomicInteger(times);
        proxy.intercept =
                request -> request.has(CALL) && left.getAndDecrement() > 0 ? Optional.of(reply) : before.apply(request);
    }

    static Stream<Arguments> answersThatAreNone() {
        return Stream.of(
                Arguments.of(
                        "a redirect",
                        Reply.of(307, "", "", "Location", "https://elsewhere.example/mcp?token=abc"),
                        "a redirect to https://elsewhere.example/mcp?…; redirects are not followed"),
                Arguments.of(
                        "a web page",
                        Reply.of(200, "text/html; charset=utf-8", "<html><title>Welcome</title></html>"),
                        "with text/html where application/json or text/event-stream is expected"),
                Arguments.of(
                        "a web page with an error",
                        Reply.of(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"),
                        "answers HTTP 502; it begins: <html><h1>502 Bad Gateway"),
                Arguments.of(
                        "an answer of another type",
                        Reply.of(200, "text/plain", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"),
                        "with text/plain where application/json or text/event-stream is expected"),
                Arguments.of(
                        "an answer without a type",
                        Reply.of(200, "", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"),
                        "with no content type where application/json"),
                Arguments.of(
                        "an error page as JSON",
                        Reply.json(200, "{\"error\":\"backend unavailable\"}"),
                        "with JSON that is no answer to the request; it begins: {\"error\":\"backend unavailable\"}"),
                Arguments.of("half of an answer", Reply.json(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"resu"), "no answer"),
                Arguments.of(
                        "an empty body",
                        Reply.of(200, "application/json", ""),
                        "HTTP 200 with an empty body without the answer to the request; is it the URL of an MCP server"),
                Arguments.of("nothing", Reply.of(202, "", ""), "HTTP 202 without the answer to the request"),
                Arguments.of(
                        "no token",
                        Reply.of(401, "", "", "WWW-Authenticate", "Bearer error=\"invalid_token\""),
                        "HTTP 401 (unauthorized): check auth and headers of the release"),
                Arguments.of("not allowed", Reply.of(403, "text/plain", "no"), "HTTP 403 (forbidden)"),
                Arguments.of("another path", Reply.of(404, "text/plain", "no"), "there is no MCP server at this URL"),
                Arguments.of(
                        "a server without time",
                        Reply.of(503, "text/plain", "busy", "Retry-After", "120"),
                        "HTTP 503 (not available); it asks to wait: 120"),
                Arguments.of(
                        "an encoded body",
                        Reply.of(200, "application/json", "x", "Content-Encoding", "gzip"),
                        "it is encoded as gzip, which was not asked for"),
                Arguments.of(
                        "an encoded stream",
                        Reply.of(200, "text/event-stream", "x", "Content-Encoding", "gzip"),
                        "it is encoded as gzip, which was not asked for"));
    }

    /** What a server has in an answer's place from its start on, until it serves. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("answersThatAreNone")
    void aServerThatIsNoneAtTheStartIsNotedWithWhatItAnswersAndConnectedToOnceItServes(
            String what, Reply reply, String text) throws Exception {
        InterceptingProxy proxy = remote.modern();
        proxy.intercept = request -> Optional.of(reply);
        remote.workers.with(RemoteFixture.release("remote", proxy.uri()));

        WorkerManager manager = remote.workers.start("remote", RemoteFixture.connectingAgain());

        assertThat(manager.view().active()).isEmpty();
        assertThat(manager.view().notes())
                .as("at the start the answer to initialize is the last one")
                .anyMatch(note -> note.contains(text))
                .noneMatch(note -> note.contains("token=abc"));
        proxy.intercept = request -> Optional.empty();
        Await.until("it is connected to", () -> manager.view().active().isPresent());
        assertThat(answer(manager)).contains("simple text");
    }

    @Test
    void aServerThatIsSilentAtTheStartIsGivenUpInTimeAndConnectedToOnceItAnswers() throws Exception {
        InterceptingProxy proxy = remote.modern();
        CountDownLatch over = new CountDownLatch(1);
        proxy.intercept = request -> Optional.of(exchange -> awaitQuietly(over));
        remote.workers.with(RemoteFixture.release("remote", proxy.uri()));

        WorkerManager manager = remote.workers.start("remote", RemoteFixture.connectingAgain(Duration.ofMillis(300)));

        assertThat(manager.view().active()).isEmpty();
        assertThat(manager.view().notes())
                .anyMatch(note -> note.matches(".*did not answer server/discover within \\d{3} ms"));
        proxy.intercept = request -> Optional.empty();
        over.countDown();
        Await.until("it is connected to", () -> manager.view().active().isPresent());
        assertThat(answer(manager)).contains("simple text");
    }

    @Test
    void anAnswerThatIsTooLongIsNotKept() throws Exception {
        InterceptingProxy proxy = remote.withoutHints();
        remote.workers.with(RemoteFixture.release("remote", proxy.uri()));
        WorkerPolicy usual = TestWorkers.OPTIONS;
        WorkerManager manager = remote.workers.start(
                "remote", new WorkerPolicy(usual.toolErrors(), usual.timeouts(), usual.restart(), 100_000));
        String text = "\"" + "x".repeat(100_000) + "\"";
        intercept(proxy, 1, Reply.json(200, text));
        assertThat(failure(manager).reason()).contains("it is longer than 100000 bytes (workers.messageBytes)");

        intercept(proxy, 1, Reply.stream("data: " + text + "\n\n"));
        assertThat(failure(manager).reason()).contains("it sent a message of more than 100000 bytes");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answersThatAreNone")
    void saysWhatCameInTheAnswersPlace(String what, Reply reply, String text) throws Exception {
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(proxy, 9, reply);

        WorkerCallException failure = failure(manager);

        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure.reason()).contains(text).doesNotContain("token=abc");
        assertThat(proxy.count(CALL)).as("sent once").isEqualTo(1);
        assertThat(manager.tally(Role.ACTIVE).errors()).isEqualTo(1);
    }

    @Test
    void aServerThatSaysWhenToComeAgainIsAskedOnceMore() throws Exception {
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(proxy, 1, Reply.of(429, "", "", "Retry-After", "0"));

        assertThat(answer(manager)).contains("simple text");
        assertThat(proxy.count(CALL)).isEqualTo(2);
    }

    @Test
    void aServerThatWantsOtherHeadersThanItsToolsSaidIsAskedForThemAndTheCallIsMadeOnceMore() throws Exception {
        InterceptingProxy server = remote.modern();
        WorkerManager manager = remote.start(server.uri());
        AtomicInteger lists = new AtomicInteger();
        server.intercept = request -> {
            if (request.has("\"tools/list\"")) {
                lists.incrementAndGet();
                return Optional.of(Reply.json(
                        200,
                        "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":{\"resultType\":\"complete\","
                                + "\"ttlMs\":0,\"cacheScope\":\"private\",\"tools\":[{\"name\":\"test_simple_text\","
                                + "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\","
                                + "\"x-mcp-header\":\"Region\"}}}}]}}"));
            }
            if (!request.has(CALL)) {
                return Optional.empty();
            }
            String answer = "{\"jsonrpc\":\"2.0\",\"id\":" + request.id();
            return Optional.of(
                    request.header("Mcp-Param-Region").isEmpty()
                            ? Reply.json(400, answer + ",\"error\":{\"code\":-32020,\"message\":\"Header mismatch\"}}")
                            : Reply.json(
                                    200,
                                    answer + ",\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\","
                                            + "\"text\":\"north wind\"}]}}"));
        };

        assertThat(RemoteFixture.text(RemoteFixture.call(manager, "test_simple_text", "{\"region\":\"north\"}")))
                .isEqualTo("north wind");
        assertThat(lists).hasPositiveValue();
        assertThat(server.count(CALL)).isEqualTo(2);
    }

    @Test
    void aServerThatIsNoneAnyLongerIsNotedUntilItServesAgain() throws Exception {
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(proxy, 1, Reply.of(404, "text/plain", "no"));

        assertThat(failure(manager).kind()).isEqualTo(Kind.MALFORMED);

        assertThat(manager.view().status()).isEqualTo("degraded");
        assertThat(manager.view().notes())
                .anyMatch(note -> note.contains("the active worker remote does not serve requests: " + proxy.uri()
                        + " answers HTTP 404: there is no MCP server at this URL; check its path"));
        assertThat(answer(manager)).contains("simple text");
        assertThat(manager.view().status()).isEqualTo("ok");
    }

    @Test
    void aSessionThatIsGoneIsBegunAnewAndTheCallMadeAgain() throws Exception {
        InterceptingProxy proxy = remote.legacy();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(proxy, 1, Reply.of(404, "text/plain", "session not found"));

        assertThat(answer(manager)).contains("simple text");

        assertThat(proxy.count("\"initialize\"")).isEqualTo(2);
        assertThat(proxy.seen.stream()
                        .filter(request -> request.has(CALL))
                        .flatMap(request -> request.header("Mcp-Session-Id").stream()))
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    @Test
    void aSessionThatIsGoneAfterTheSdksExamplesIsBegunAnewToo() throws Exception {
        InterceptingProxy proxy = remote.legacy();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(
                proxy,
                1,
                Reply.json(
                        400,
                        "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"Bad Request: No valid session ID"
                                + " provided\"},\"id\":null}"));

        assertThat(answer(manager)).contains("simple text");
        assertThat(proxy.count("\"initialize\"")).isEqualTo(2);
    }

    /** An error that repeats the call's id, and one of a server whose transport is made anew for an unknown session. */
    @ParameterizedTest
    @CsvSource({"Bad Request: No valid session ID provided, true", "Bad Request: Server not initialized, false"})
    void aSessionThatIsGoneInOtherWordsIsBegunAnewToo(String message, boolean withId) throws Exception {
        InterceptingProxy proxy = remote.legacy();
        WorkerManager manager = remote.start(proxy.uri());
        var before = proxy.intercept;
        AtomicInteger left = new AtomicInteger(1);
        proxy.intercept = request -> request.has(CALL) && left.getAndDecrement() > 0
                ? Optional.of(Reply.json(
                        400,
                        "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"" + message + "\"},\"id\":"
                                + (withId ? request.id() : "null") + "}"))
                : before.apply(request);

        assertThat(answer(manager)).contains("simple text");
        assertThat(proxy.count("\"initialize\"")).isEqualTo(2);
    }

    @Test
    void aSessionThatIsBegunAnewOnAStreamThatStaysOpenIsTakenAtOnce() throws Exception {
        InterceptingProxy server = remote.echo();
        var usual = server.intercept;
        CountDownLatch over = new CountDownLatch(1);
        server.intercept = request -> {
            if (request.has("\"initialize\"") && server.count("\"initialize\"") > 0) {
                return Optional.<Reply>of(exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                    exchange.getResponseHeaders().set("Mcp-Session-Id", "second");
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody()
                            .write(("data: {\"jsonrpc\":\"2.0\",\"id\":" + request.id()
                                            + ",\"result\":{\"protocolVersion\":"
                                            + "\"2025-06-18\",\"capabilities\":{\"tools\":{}}}}\n\n")
                                    .getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    awaitQuietly(over);
                });
            }
            if (request.has("\"initialize\"")) {
                return usual.apply(request).<Reply>map(reply -> exchange -> {
                    exchange.getResponseHeaders().set("Mcp-Session-Id", "first");
                    reply.to(exchange);
                });
            }
            return request.has(CALL) && !request.header("Mcp-Session-Id").equals(Optional.of("second"))
                    ? Optional.of(Reply.of(404, "", ""))
                    : usual.apply(request);
        };
        WorkerManager manager = remote.start(server.uri());

        assertThat(TestWorkers.answeredBy(manager)).isEqualTo("remote");

        over.countDown();
        assertThat(server.count("\"initialize\"")).isEqualTo(2);
    }

    @Test
    void aSessionThatCannotBeBegunAnewLeavesTheCallNotExecuted() throws Exception {
        InterceptingProxy proxy = remote.legacy();
        WorkerManager manager = remote.start(proxy.uri());
        proxy.intercept = request -> Optional.of(Reply.of(404, "text/plain", "gone"));

        WorkerCallException failure = failure(manager);

        assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(failure.reason()).contains("no new one could be begun", "the call was not executed");
    }

    @Test
    void aServerThatIsGoneFailsItsProbeAndItsCallsAndIsThereAgainWithoutARestart() throws Exception {
        ReservedPort port = remote.port();
        InterceptingProxy proxy = remote.modernOn(port);
        WorkerManager manager = remote.start(proxy.uri());
        proxy.close();

        WorkerCallException failure = failure(manager);

        assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(failure.reason()).contains("no connection to " + proxy.uri());
        assertThat(manager.view().status()).isEqualTo("degraded");
        assertThat(manager.view().notes())
                .anyMatch(note -> note.contains("the active worker remote cannot be reached: no connection to"));
        assertThat(manager.probeActive().ok()).isFalse();
        assertThat(manager.tally(Role.ACTIVE).errors()).isEqualTo(1);
        assertThat(remote.workers.exits).isEmpty();

        remote.modernOn(port);
        assertThat(answer(manager)).contains("simple text");
        assertThat(manager.probeActive().ok()).isTrue();
        assertThat(manager.view().status()).isEqualTo("ok");
    }

    @Test
    void aConnectionThatBreaksAfterTheRequestLosesTheCall() throws Exception {
        InterceptingProxy proxy = remote.withoutHints();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(proxy, 9, HttpExchange::close);

        WorkerCallException failure = failure(manager);

        assertThat(failure.kind()).isEqualTo(Kind.LOST);
        assertThat(proxy.count(CALL)).as("it may have been executed").isEqualTo(1);
    }

    @Test
    void aLostCallOfAReadOnlyToolIsMadeAgainOnce() throws Exception {
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(proxy, 1, HttpExchange::close);
        assertThat(answer(manager)).contains("simple text");

        intercept(proxy, 9, HttpExchange::close);
        assertThat(failure(manager).kind()).isEqualTo(Kind.LOST);
        assertThat(proxy.count(CALL)).isEqualTo(4);
    }

    @Test
    void halfAStreamLosesTheCall() throws Exception {
        InterceptingProxy proxy = remote.withoutHints();
        WorkerManager manager = remote.start(proxy.uri());
        intercept(proxy, 1, Reply.brokenStream(": still there\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notif"));
        assertThat(failure(manager).kind()).isEqualTo(Kind.LOST);

        intercept(proxy, 1, Reply.stream(": nothing more\n\n"));
        assertThat(failure(manager).reason()).contains("the stream ended before the answer");
    }

    @Test
    void aLegacyStreamThatBreaksIsGoneOnWith() throws Exception {
        InterceptingProxy proxy = remote.legacy();
        WorkerManager manager = remote.start(proxy.uri());
        var before = proxy.intercept;
        proxy.intercept = request -> {
            if (request.has(CALL)) {
                return Optional.of(Reply.stream("id: 7-1\nretry: 0\ndata: \n\n"));
            }
            return request.header("Last-Event-ID").isPresent()
                    ? Optional.of(Reply.stream("id: 7-2\ndata: {\"jsonrpc\":\"2.0\",\"id\":" + idOf(proxy)
                            + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"gone on with\"}]}}\n\n"))
                    : before.apply(request);
        };

        assertThat(answer(manager)).isEqualTo("gone on with");
        assertThat(proxy.seen.stream().flatMap(request -> request.header("Last-Event-ID").stream()))
                .containsExactly("7-1");
    }

    private static String idOf(InterceptingProxy proxy) {
        return proxy.seen.stream()
                .filter(request -> request.has(CALL))
                .map(InterceptingProxy.Seen::id)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aModernCallIsCancelledByTheEndOfItsConnection() throws Exception {
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(proxy.uri());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        intercept(proxy, 1, exchange -> hold(exchange, begun, closed));
        CancellableCall call = new CancellableCall();
        Thread caller = call.start(() -> RemoteFixture.call(manager, "test_simple_text", "{}", call));
        begun.await();

        call.cancel();

        caller.join();
        assertThat(call.failure().kind()).isEqualTo(Kind.CANCELLED);
        closed.await();
        assertThat(proxy.count("notifications/cancelled")).isZero();
    }

    @Test
    void aLegacyCallIsCancelledByANotification() throws Exception {
        InterceptingProxy proxy = remote.legacy();
        WorkerManager manager = remote.start(proxy.uri());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        intercept(proxy, 1, exchange -> hold(exchange, begun, closed));
        CancellableCall call = new CancellableCall();
        Thread caller = call.start(() -> RemoteFixture.call(manager, "test_simple_text", "{}", call));
        begun.await();

        call.cancel();

        caller.join();
        Await.until("the server is told", () -> proxy.count("notifications/cancelled") == 1);
        closed.await();
    }

    /** An answer that says now and then that it is still there, until its reader is gone. */
    private static void hold(HttpExchange exchange, CountDownLatch begun, CountDownLatch closed) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        begun.countDown();
        try {
            while (true) {
                exchange.getResponseBody().write(": still there\n\n".getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                LockSupport.parkNanos(2_000_000);
            }
        } catch (IOException e) {
            closed.countDown();
        }
    }

    @Test
    void aServerThatIsSilentCostsItsCallTheCallsOwnTime() throws Exception {
        InterceptingProxy proxy = remote.modern();
        remote.workers.with(RemoteFixture.release("remote", proxy.uri())
                .with(RemoteFixture.release("remote", proxy.uri()).probe(), Duration.ofMillis(300)));
        WorkerManager manager = remote.workers.start("remote");
        CountDownLatch over = new CountDownLatch(1);
        intercept(proxy, 1, exchange -> awaitQuietly(over));

        WorkerCallException failure = failure(manager);
        over.countDown();

        assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(failure.reason()).contains("did not answer tools/call within 300 ms");
    }

    private static void awaitQuietly(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anotherInstanceGetsTheCallsOfOneThatCannotBeReached() throws Exception {
        InterceptingProxy first = remote.modern();
        InterceptingProxy second = remote.modern();
        WorkerManager manager = remote.start(first.uri(), second.uri());
        assertThat(answer(manager)).contains("simple text");
        assertThat(first.count(CALL)).isEqualTo(1);

        first.close();

        assertThat(answer(manager)).contains("simple text");
        assertThat(second.count(CALL)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachInstanceIsProbed(boolean modern) throws Exception {
        InterceptingProxy first = modern ? remote.modern() : remote.legacy();
        InterceptingProxy second = modern ? remote.modern() : remote.legacy();
        WorkerManager manager = remote.start(first.uri(), second.uri());
        assertThat(manager.probeActive().ok()).isTrue();
        assertThat(second.seen).isNotEmpty();
        assertThat(second.seen.stream().anyMatch(request -> request.method().equals("DELETE")))
                .isEqualTo(!modern);

        second.close();

        assertThat(manager.probeActive().ok()).isFalse();
        assertThat(manager.probeActive().detail()).contains("1 of 2 instances: no connection to " + second.uri());
    }

    @Test
    void anotherInstanceBeginsASessionOfItsOwn() throws Exception {
        InterceptingProxy first = remote.legacy();
        InterceptingProxy second = remote.legacy();
        WorkerManager manager = remote.start(first.uri(), second.uri());

        first.close();

        assertThat(answer(manager)).contains("simple text");
        assertThat(second.count("\"initialize\"")).isEqualTo(1);
    }

    /** A call that its caller gives up. */
    private static final class CancellableCall extends SilentCallContext {
        private volatile Runnable action = () -> {};
        private volatile boolean cancelled;
        private volatile WorkerCallException failure;

        Thread start(Runnable work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (WorkerCallException e) {
                    failure = e;
                }
            });
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        void cancel() {
            cancelled = true;
            action.run();
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }

        @Override
        public void onCancel(Runnable newAction) {
            action = newAction;
        }

        WorkerCallException failure() {
            return failure;
        }
    }
}
