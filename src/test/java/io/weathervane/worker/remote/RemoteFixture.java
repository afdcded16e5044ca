package io.weathervane.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsServer;
import io.weathervane.conformance.ConformanceServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.ReservedPort;
import io.weathervane.testing.TestHttp;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.util.Closer;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.RestartPolicy;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.remote.InterceptingProxy.Reply;
import io.weathervane.worker.remote.InterceptingProxy.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A worker manager whose releases are real MCP servers over HTTP, each with a proxy in front of it. */
final class RemoteFixture implements AutoCloseable {
    private final Closer open = new Closer();
    final TestWorkers workers;

    RemoteFixture(Path folder) {
        this.workers = new TestWorkers(folder);
    }

    /** A server of both generations; returns its URL. */
    URI server() {
        ConformanceServer fixture = open.register(new ConformanceServer());
        HealthSource health = () -> new HealthSource.Health(200, JsonRpcCodec.JSON.createObjectNode());
        HttpServer http = TestHttp.start(HttpOptions.of("127.0.0.1", 0), fixture.dispatcher(), health);
        open.register(() -> stop(http));
        return http.uri();
    }

    /** A call that a test has broken off may be under way there for longer than a server waits; no test is about that. */
    private static void stop(HttpServer http) {
        try {
            http.close();
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("the HTTP server did not stop cleanly");
        }
    }

    /** A server of both generations behind a proxy. */
    InterceptingProxy modern() throws IOException {
        return open.register(new InterceptingProxy(Optional.of(server())));
    }

    /** The same on a port that is kept for it. */
    InterceptingProxy modernOn(ReservedPort port) throws IOException {
        return open.register(new InterceptingProxy(Optional.of(server()), port.number()));
    }

    ReservedPort port() throws IOException {
        return open.register(ReservedPort.take());
    }

    /** The same with one tool, of which nothing is known. */
    InterceptingProxy withoutHints() throws IOException {
        InterceptingProxy proxy = modern();
        proxy.intercept = request -> request.has("\"tools/list\"")
                ? Optional.of(Reply.json(
                        200,
                        "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":{\"resultType\":\"complete\","
                                + "\"ttlMs\":0,\"cacheScope\":\"private\",\"tools\":[{\"name\":\"test_simple_text\","
                                + "\"inputSchema\":{\"type\":\"object\"}}]}}"))
                : Optional.empty();
        return proxy;
    }

    /** The same, which refuses what is modern. */
    InterceptingProxy legacy() throws IOException {
        return open.register(InterceptingProxy.legacy(server()));
    }

    /** The same over TLS. */
    InterceptingProxy over(HttpsServer bound) {
        return open.register(new InterceptingProxy(Optional.of(server()), bound));
    }

    /** A legacy server without sessions that has what {@link SampleReleases#quick} has. */
    InterceptingProxy echo() throws IOException {
        InterceptingProxy server = scripted();
        server.intercept = request -> Optional.of(echoOf(request));
        return server;
    }

    private static Reply echoOf(Seen request) {
        if (request.has("\"tools/call\"")) {
            return result(request, "{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]}");
        }
        if (request.has("\"tools/list\"")) {
            return result(request, "{\"tools\":[" + SampleReleases.ECHO_TOOL + "]}");
        }
        if (request.has("\"initialize\"")) {
            return result(request, "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}}}");
        }
        if (request.has("\"notifications/")) {
            return Reply.of(202, "", "");
        }
        boolean ping = request.has("\"ping\"") && !request.has("2026-07-28");
        return ping
                ? result(request, "{}")
                : request.method().equals("POST") ? InterceptingProxy.NO_SESSION : Reply.of(405, "", "");
    }

    private static Reply result(Seen request, String result) {
        return Reply.json(200, "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":" + result + "}");
    }

    /** What only answers as a test says. */
    InterceptingProxy scripted() throws IOException {
        return open.register(new InterceptingProxy(Optional.empty()));
    }

    static WorkerRelease release(String label, URI... urls) {
        return release(label, RemoteAccessSpec.none(), urls);
    }

    static WorkerRelease release(String label, RemoteAccessSpec access, URI... urls) {
        return new WorkerRelease(
                label,
                WorkerProtocol.MCP,
                new RemoteSpec(List.of(urls), Optional.empty(), access),
                new HealthProbeSpec("ping", Duration.ofSeconds(5), Duration.ofMillis(10)),
                Duration.ofSeconds(20),
                List.of());
    }

    WorkerManager start(URI... urls) {
        workers.with(release("remote", urls));
        return workers.start("remote");
    }

    WorkerManager start(RemoteAccessSpec access, URI url) {
        workers.with(release("remote", access, url));
        return workers.start("remote");
    }

    /** As a server that is not there, or is none, is tried again in production, with short pauses. */
    static WorkerPolicy connectingAgain() {
        return connectingAgain(Duration.ofSeconds(20));
    }

    /** @param start how long a start may take */
    static WorkerPolicy connectingAgain(Duration start) {
        return TestWorkers.options(
                new RestartPolicy(Duration.ofMillis(10), Duration.ofMillis(20), 9999, Duration.ofMinutes(1)),
                Duration.ofSeconds(2),
                start);
    }

    static ObjectNode call(WorkerManager manager, String tool, String arguments) {
        return call(manager, tool, arguments, WorkerCallContext.none());
    }

    static ObjectNode call(WorkerManager manager, String tool, String arguments, WorkerCallContext context) {
        return manager.call(tool, JsonRpcCodec.JSON.readValue(arguments, ObjectNode.class), context)
                .result();
    }

    static String text(ObjectNode result) {
        return result.at("/content/0/text").asString("");
    }

    /** The workers first: a manager that lives goes on to connect to what is closed under it. */
    @Override
    public void close() {
        workers.close();
        open.close();
    }
}
