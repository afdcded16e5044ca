package io.weathervane.transport.http;

import io.weathervane.auth.Authenticator;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP transport: {@code /mcp}, {@code /ofrep/v1}, {@code /signals/NAME} and {@code /health}, on a loopback address, or for callers who prove who they are. */
public final class HttpServer implements AutoCloseable {
    /** Threads beside those of the connections: acceptor, selectors, and some to spare. */
    private static final int OWN_THREADS = 16;

    /** Threads for calls that go on although their connection is gone: as many as may run. */
    private static final int ORPHANED_CALLS = 128;

    /** How long telling the clients that listen may take when the server is closed. */
    private static final Duration FAREWELL_MAX = Duration.ofSeconds(1);

    /** How long requests in progress may take to end when the server is closed. */
    private static final Duration STOP_MAX = Duration.ofSeconds(5);

    /** How long connections without a request may stay open when the server is closed. */
    private static final Duration SHUTDOWN_IDLE = Duration.ofMillis(20);

    private static final int SELECTORS = 1;

    /** Connections beyond the limit that get an answer which says so; further ones wait to be accepted. */
    private static final int TURNED_AWAY_MAX = 64;

    /** A flag stream's client fetches beside it. */
    private static final int CONNECTIONS_OF_A_STREAM = 2;

    /** How far apart Jetty keeps the ends of its queues: 64 bytes of references of four. */
    private static final String REFERENCES_PER_CACHE_LINE = "16";

    static {
        // Jetty would ask the JVM's management how long a reference is, which takes a quarter of a start.
        String name = "org.eclipse.jetty.util.referencesPerCacheLine";
        System.setProperty(name, System.getProperty(name, REFERENCES_PER_CACHE_LINE));
    }

    private final Server server;
    private final ServerConnector connector;
    private final McpDispatcher dispatcher;
    private final LegacyHttpSupport legacy;
    private final EventStreamRegistry streams;
    private final StreamReaper reaper;
    private final Optional<ReloadingTls> tls;
    private final Optional<Authenticator> authenticator;
    private final ConnectionLimit connections;
    private final ConnectionPeerTracker peers;
    private final OfrepStreams flagStreams;
    private final String host;

    private HttpServer(
            HttpOptions options,
            HttpAccessOptions access,
            Optional<Authenticator> authenticator,
            HttpServices services) {
        this.host = options.host();
        this.tls = access.tls()
                .map(files -> new ReloadingTls(files, services.time().clock()));
        this.dispatcher = services.dispatcher();
        Ticker ticker = services.time().ticker();
        this.streams = new EventStreamRegistry(options.timeouts().keepAlive(), options.lastingStreams(), ticker);
        QueuedThreadPool threads = threads(options);
        this.server = new Server(threads);
        this.authenticator = authenticator;
        this.connector = connector(server, options, tls);
        this.peers = new ConnectionPeerTracker();
        ConnectionLimit connections = new ConnectionLimit(options, ticker, peers, authenticator.isPresent());
        this.connections = connections;
        connector.addBean(peers);
        RequestAdmission admission = new RequestAdmission(access, authenticator, peers, services.operations(), ticker);
        this.reaper = new StreamReaper(streams, admission::stillAdmits);
        this.legacy = services.legacy().create(dispatcher, options, streams, admission, ticker);
        streams.alsoRun(legacy::dropIdle);
        McpHandler mcp = new McpHandler(
                dispatcher,
                admission,
                legacy,
                streams,
                new RequestBodyReader.Limits(
                        access.limits().bodyBytes(), options.bounds().drainBytes()),
                connections);
        streams.answerOnly(admission::stillAdmits);
        OfrepAdmission readers = new OfrepAdmission(admission, authenticator, ticker);
        this.flagStreams = new OfrepStreams(
                services.beside().ofrep(),
                services.time().clock(),
                options.timeouts().keepAlive(),
                readers::stillAdmits);
        connector.addBean(connections);
        server.setRequestLog(connections);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(
                options.bounds().connections() + TURNED_AWAY_MAX + CONNECTIONS_OF_A_STREAM * OfrepStreams.STREAMS_MAX,
                connector));
        HttpRequestRouter.Endpoints endpoints = new HttpRequestRouter.Endpoints(
                mcp,
                services.beside().health(),
                new SignalEndpoint(services.beside().signals(), admission, connections),
                new OfrepEndpoint(services.beside().ofrep(), readers, flagStreams, connections));
        server.setHandler(new GracefulHandler(
                new HttpRequestRouter(access, connections, admission, endpoints, forWaiting(threads))));
        server.setErrorHandler(new JsonRpcErrorHandler());
        server.setStopTimeout(STOP_MAX.toMillis());
    }

    /** Loads what Jetty begins with; it looks at all languages and types of content there are, which takes its time. */
    public static void loadLibrary() {
        Server neverStarted = new Server(new QueuedThreadPool());
        neverStarted.setStopTimeout(STOP_MAX.toMillis());
    }

    /**
     * Listens, and answers from then on.
     *
     * @throws HttpStartException when it cannot listen there: others could come in without proving who they are, or
     *     the port is taken
     * @throws io.weathervane.auth.TokenFileException when the token file cannot be used
     */
    public static HttpServer start(HttpOptions options, HttpAccessOptions access, HttpServices services) {
        Optional<Authenticator> authenticator = access.auth().open(services.time());
        refuseOpenDoor(options.host(), access);
        HttpServer http = new HttpServer(options, access, authenticator, services);
        try {
            http.connector.open();
            http.server.start();
            http.tls.ifPresent(ReloadingTls::watch);
            return http;
        } catch (IOException e) {
            http.close();
            throw new HttpStartException(cannotListen(options, e), e);
        } catch (Exception e) {
            http.close();
            throw new HttpStartException("The HTTP server did not start: " + e.getMessage(), e);
        }
    }

    private static void refuseOpenDoor(String host, HttpAccessOptions access) {
        boolean local = LoopbackNames.isLoopback(host);
        if (!local && !access.auth().isConfigured()) {
            throw new HttpStartException("Refused to listen on " + host + ": others than this machine's users could"
                    + " come in, and nothing is configured by which they prove who they are. Configure"
                    + " server.auth.tokens.file (make one with `weathervane token create`) or server.auth.oauth in"
                    + " weathervane.yaml, or listen on 127.0.0.1, ::1 or localhost");
        }
        if (!local && access.hosts().isEmpty()) {
            throw new HttpStartException("Refused to listen on " + host + ": it is not known by which names clients"
                    + " call it. Configure server.allowedHosts in weathervane.yaml, such as [ops.example.org]");
        }
    }

    /** Problems of tokens and certificate, a sentence each. */
    public List<String> problems() {
        return Stream.concat(
                        authenticator.stream().flatMap(known -> known.problems().stream()),
                        tls.flatMap(ReloadingTls::problem).stream())
                .toList();
    }

    public int port() {
        return connector.getLocalPort();
    }

    /** The address of {@code /mcp}. */
    public URI uri() {
        String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return URI.create((tls.isPresent() ? "https://" : "http://") + name + ":" + port() + "/mcp");
    }

    /** Takes no more requests, lets those in progress end within a limit, and stops. */
    @Override
    public void close() {
        flagStreams.close();
        streams.close();
        reaper.close();
        connections.close();
        peers.close();
        tls.ifPresent(ReloadingTls::close);
        try {
            if (server.isStarted()) {
                endStreams();
            }
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server did not stop cleanly", e);
        } finally {
            connector.close();
            legacy.close();
        }
    }

    /** Ends the streams that nothing else would end; a client that does not read is not waited for. */
    private void endStreams() throws InterruptedException {
        Thread farewell = Threads.daemon("http-farewell", () -> {
            dispatcher.endListens();
            legacy.endStandalone();
        });
        farewell.start();
        farewell.join(FAREWELL_MAX.toMillis());
    }

    /** A thread for each connection there may be, and each call without one, so that no slow client can hold up another. */
    private static QueuedThreadPool threads(HttpOptions options) {
        int connections = options.bounds().connections() + TURNED_AWAY_MAX;
        QueuedThreadPool pool = new QueuedThreadPool(connections + ORPHANED_CALLS + OWN_THREADS);
        pool.setName("http");
        pool.setDaemon(true);
        pool.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        return pool;
    }

    private static Executor forWaiting(QueuedThreadPool threads) {
        Executor virtual = threads.getVirtualThreadsExecutor();
        return virtual == null ? threads : virtual;
    }

    private static ServerConnector connector(Server server, HttpOptions options, Optional<ReloadingTls> tls) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(options.bounds().headerBytes());
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        ServerConnector connector = tls.isPresent()
                ? new ServerConnector(
                        server, 1, SELECTORS, new SslConnectionFactory(tls.get().context(), http.getProtocol()), http)
                : new ServerConnector(server, 1, SELECTORS, http);
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setAcceptQueueSize(options.bounds().acceptQueue());
        connector.setIdleTimeout(options.timeouts().idle().toMillis());
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE.toMillis());
        return connector;
    }

    private static String cannotListen(HttpOptions options, IOException e) {
        String place = options.host() + ":" + options.port();
        Throwable cause = e.getCause() == null ? e : e.getCause();
        boolean taken = cause instanceof BindException
                && String.valueOf(cause.getMessage()).contains("in use");
        return taken
                ? "Cannot listen on " + place
                        + ": another program does already; choose another port (0 for any free one)"
                : "Cannot listen on " + place + ": " + cause.getMessage();
    }
}
